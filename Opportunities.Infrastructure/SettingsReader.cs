using System.Text.Json;
using System.Text.Json.Serialization;

namespace Opportunities.Infrastructure;

/// <summary>Reads the committed settings of an environment, and refuses what cannot work.</summary>
public static class SettingsReader
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.Strict,
        PropertyNameCaseInsensitive = false,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
    };

    /// <summary>Reads the settings of the environment that the context names.</summary>
    /// <param name="context">The value of a context key, or null where it was not given.</param>
    /// <exception cref="SettingsException">The environment is unknown, a value cannot be used, or a setting is given by
    /// context.</exception>
    public static EnvironmentSettings Read(Func<string, string?> context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var name = context("env");
        if (string.IsNullOrEmpty(name))
            throw new SettingsException($"Say which environment is meant: --context env=X, where X is one of {Known}.");
        if (EnvironmentSettings.Keys.FirstOrDefault(key => context(key) is not null) is { } given)
        {
            throw new SettingsException(
                $"{given} is a setting of environments/{name}.json, and not given by --context: the next deployment would take it back.");
        }

        return Of(name);
    }

    /// <summary>The settings of an environment.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="SettingsException">The environment is unknown, or a value cannot be used.</exception>
    public static EnvironmentSettings Of(string name)
    {
        if (!EnvironmentSettings.Names.Contains(name))
            throw new SettingsException($"There is no environment '{name}': --context env=X takes one of {Known}.");
        var settings = Parse(name, File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "environments", $"{name}.json")));
        Check(settings);
        return settings;
    }

    /// <summary>Checks settings against the rules.</summary>
    /// <param name="settings">The settings.</param>
    /// <exception cref="SettingsException">A value cannot be used.</exception>
    public static void Check(EnvironmentSettings settings) => SettingsRules.Check(settings);

    /// <summary>Reads the text of a settings file.</summary>
    /// <param name="name">The environment.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="SettingsException">It is not JSON, lacks a setting, or has one that is not known.</exception>
    public static EnvironmentSettings Parse(string name, string text)
    {
        try
        {
            var settings = JsonSerializer.Deserialize<EnvironmentSettings>(text, _json) ?? throw new JsonException("The file is null.");
            return settings with { Name = name };
        }
        catch (JsonException problem)
        {
            throw new SettingsException($"environments/{name}.json: {problem.Message}", problem);
        }
    }

    private static string Known => string.Join(", ", EnvironmentSettings.Names);
}
