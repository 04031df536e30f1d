using System.Text.RegularExpressions;

namespace Opportunities.Infrastructure;

/// <summary>
/// Refuses what a deployment would do to the wrong account, in the wrong region, or with values that stand for others. Whoever only
/// synthesizes has no credentials, and is not asked.
/// </summary>
public static partial class DeploymentGuard
{
    /// <summary>The account of the credentials at hand, as the CDK's command line tells it.</summary>
    public const string AccountVariable = "CDK_DEFAULT_ACCOUNT";

    private static readonly string[] _regionVariables = ["AWS_REGION", "AWS_DEFAULT_REGION"];

    /// <summary>Whether credentials are at hand: without them nothing can be deployed.</summary>
    /// <param name="variable">The value of an environment variable.</param>
    public static bool CanDeploy(Func<string, string?> variable) => !string.IsNullOrEmpty(variable?.Invoke(AccountVariable));

    /// <summary>Checks the settings against the environment variables.</summary>
    /// <param name="settings">The environment's settings.</param>
    /// <param name="variable">The value of an environment variable.</param>
    /// <param name="deploying">Whether this is about a deployment.</param>
    /// <exception cref="SettingsException">A deployment would not do what is meant.</exception>
    public static void Check(EnvironmentSettings settings, Func<string, string?> variable, bool deploying)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(variable);
        var file = $"environments/{settings.Name}.json";
        foreach (var name in _regionVariables)
        {
            if (variable(name) is { Length: > 0 } region && region != settings.Region)
            {
                throw new SettingsException(
                    $"{name} is {region}, and {file} says region {settings.Region}: everything beside the stacks would go elsewhere.");
            }
        }

        if (!deploying) return;
        var placeholders = Placeholders(settings).ToArray();
        if (placeholders.Length > 0)
        {
            throw new SettingsException(
                $"{file} still has placeholders: {string.Join(", ", placeholders)}. Nothing is deployed with them.");
        }

        if (variable(AccountVariable) is { Length: > 0 } account && account != settings.Account)
            throw new SettingsException($"{file} says account {settings.Account}, and the credentials are those of {account}.");
    }

    /// <summary>The settings that still have the value with which they were shipped, which only stands for a real one.</summary>
    private static IEnumerable<string> Placeholders(EnvironmentSettings settings) =>
        new (string Key, string Value)[]
        {
            ("account", settings.Account),
            ("apiDomain", settings.ApiDomain),
            ("apiZoneId", settings.ApiZoneId),
            ("authDomain", settings.AuthDomain),
            ("authZoneId", settings.AuthZoneId),
            ("alarmEmail", settings.AlarmEmail),
            ("gitHubRepository", settings.GitHubRepository),
        }.Where(setting => PlaceholderPattern().IsMatch(setting.Value)).Select(setting => $"{setting.Key} ({setting.Value})");

    [GeneratedRegex(@"^Z?0+$|(^|[.@])example\.(com|net|org)$|^example/")]
    private static partial Regex PlaceholderPattern();
}
