using StackExchange.Redis;

namespace Opportunities.Api;

/// <summary>Checks at start what the client integrations would only find out with the first request.</summary>
internal static class Configuration
{
    /// <exception cref="OptionsValidationException">A connection string is missing or malformed.</exception>
    public static void ValidateConnectionStrings(this WebApplicationBuilder builder)
    {
        Validate(builder, ResourceNames.Database, text => _ = new NpgsqlConnectionStringBuilder(text));
        Validate(builder, ResourceNames.Cache, text => _ = ConfigurationOptions.Parse(text));
    }

    private static void Validate(WebApplicationBuilder builder, string name, Action<string> parse)
    {
        var text = builder.Configuration.GetConnectionString(name);
        if (string.IsNullOrWhiteSpace(text)) throw Invalid(name, "is missing.");
        try
        {
            parse(text);
        }
        catch (ArgumentException)
        {
            // The text itself is not repeated: it may hold a password.
            throw Invalid(name, "is not a connection string of its kind.");
        }
    }

    private static OptionsValidationException Invalid(string name, string what) =>
        new(name, typeof(string), [$"ConnectionStrings:{name} {what}"]);
}
