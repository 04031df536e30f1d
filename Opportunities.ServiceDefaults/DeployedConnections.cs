using System.Data.Common;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Opportunities.ServiceDefaults;

/// <summary>
/// Puts the connection strings together from the parts that a deployment hands over one by one: the secret store holds the
/// password alone, and the task definition names the rest (sections <c>Database</c> and <c>Cache</c>).
/// </summary>
public static class DeployedConnections
{
    /// <summary>Adds the connection strings that are not given whole.</summary>
    public static TBuilder AddDeployedConnections<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        Add(builder, ResourceNames.Database, Postgres(builder.Configuration.GetSection("Database")));
        Add(builder, ResourceNames.Cache, Redis(builder.Configuration.GetSection("Cache")));
        return builder;
    }

    private static void Add(IHostApplicationBuilder builder, string name, string? connectionString)
    {
        if (connectionString is not null && string.IsNullOrWhiteSpace(builder.Configuration.GetConnectionString(name)))
            builder.Configuration.AddInMemoryCollection([new($"ConnectionStrings:{name}", connectionString)]);
    }

    private static string? Postgres(IConfigurationSection parts)
    {
        if (string.IsNullOrWhiteSpace(parts["Host"])) return null;
        var text = new DbConnectionStringBuilder();
        foreach (var (key, name) in new[]
        {
            ("Host", "Host"), ("Port", "Port"), ("Name", "Database"), ("Username", "Username"), ("Password", "Password"),
            ("SslMode", "SSL Mode"), ("RootCertificate", "Root Certificate"), ("MaxPoolSize", "Maximum Pool Size"),
        })
        {
            if (parts[key] is { Length: > 0 } value) text[name] = value;
        }

        return text.ConnectionString;
    }

    // The format of StackExchange.Redis has no quotes: a comma in the password would begin another setting.
    private static string? Redis(IConfigurationSection parts)
    {
        if (string.IsNullOrWhiteSpace(parts["Host"])) return null;
        if (parts["Password"]?.Contains(',', StringComparison.Ordinal) == true)
            throw new OptionsValidationException("Cache", typeof(string), ["Cache:Password must not contain a comma."]);
        var text = $"{parts["Host"]}:{parts["Port"] ?? "6379"}";
        if (parts["Password"] is { Length: > 0 } password) text += $",password={password}";
        return parts.GetValue<bool>("Tls") ? $"{text},ssl=true" : text;
    }
}
