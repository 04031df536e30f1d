using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace Opportunities.Infrastructure;

/// <summary>Finds the settings of the environment that the context names, with the context's overrides, and refuses what cannot work.</summary>
public static class SettingsReader
{
    /// <summary>Reads the settings.</summary>
    /// <param name="context">The value of a context key, or null where it was not given.</param>
    /// <exception cref="SettingsException">The environment is unknown, or a value cannot be used.</exception>
    public static EnvironmentSettings Read(Func<string, string?> context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var name = context("env");
        var known = string.Join(", ", EnvironmentSettings.All.Select(settings => settings.Name));
        if (string.IsNullOrEmpty(name))
            throw new SettingsException($"Say which environment is meant: --context env=X, where X is one of {known}.");
        var defaults = EnvironmentSettings.All.SingleOrDefault(settings => settings.Name == name)
            ?? throw new SettingsException($"There is no environment '{name}': --context env=X takes one of {known}.");

        var overridden = defaults with { };
        foreach (var property in typeof(EnvironmentSettings).GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var key = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            if (property.Name != nameof(EnvironmentSettings.Name) && context(key) is { } text)
                property.SetValue(overridden, Parse(key, text, property.PropertyType));
        }

        SettingsRules.Check(overridden);
        return overridden;
    }

    private static object Parse(string key, string text, Type type)
    {
        if (type == typeof(string))
            return text;
        if (type == typeof(int))
        {
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw new SettingsException($"The setting {key} takes a whole number, and '{text}' is none.");
        }

        return bool.TryParse(text, out var value)
            ? value
            : throw new SettingsException($"The setting {key} takes true or false, and '{text}' is neither.");
    }
}
