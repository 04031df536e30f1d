using Microsoft.Extensions.Configuration;

namespace Opportunities.AppHost;

/// <summary>What distinguishes a developer's run from an isolated one, such as a test's.</summary>
internal static class RunSettings
{
    /// <summary>
    /// Whether data, keys and ports shall be those of the last run. A run on random ports, which is what Aspire's testing builder
    /// and <c>aspire run --isolated</c> ask for, stands beside others and leaves nothing behind.
    /// </summary>
    /// <param name="builder">The application model.</param>
    public static bool KeepsData(this IDistributedApplicationBuilder builder) =>
        builder.ExecutionContext.IsRunMode && !builder.Configuration.GetValue<bool>("DcpPublisher:RandomizePorts");

    /// <summary>A path in the folder, ignored by git, that holds what a developer's runs keep.</summary>
    /// <param name="builder">The application model.</param>
    /// <param name="name">A file or folder in it.</param>
    public static string LocalPath(this IDistributedApplicationBuilder builder, string name) =>
        Path.GetFullPath(Path.Combine(builder.AppHostDirectory, "..", ".local", name));
}
