using System.Diagnostics;
using Opportunities.LocalServers;

namespace Opportunities.Tests.AppHost;

/// <summary>The AppHost's program as a developer starts it: on the usual ports where they are free, with a folder that is kept.</summary>
internal static class DeveloperRun
{
    /// <summary>The collection of tests that start one: two at once would choose the same usual ports.</summary>
    public const string UsualPorts = "Usual ports";

    /// <summary>How its process is started.</summary>
    /// <param name="data">The run's folder.</param>
    /// <param name="arguments">Further arguments.</param>
    public static ProcessStartInfo StartInfo(TestDirectory data, params string[] arguments)
    {
        var program = typeof(Projects.Opportunities_AppHost).Assembly.Location;
        var start = new ProcessStartInfo("dotnet", ["exec", program, $"--Data={data.Path}", "--UseContainers=false", .. arguments])
        {
            // As with `dotnet run`: its settings are there.
            WorkingDirectory = RepositoryRoot.Combine("Opportunities.AppHost"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_ENVIRONMENT"] = "Development";
        start.Environment["ASPIRE_ALLOW_UNSECURED_TRANSPORT"] = "true";
        // No certificate of whoever runs the tests is found.
        start.Environment["HOME"] = start.Environment["USERPROFILE"] = data.Path;
        return start;
    }
}
