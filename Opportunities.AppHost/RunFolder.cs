using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Opportunities.LocalHost;

namespace Opportunities.AppHost;

/// <summary>Where a run keeps its data and keys.</summary>
/// <param name="path">The folder.</param>
/// <param name="isKept">Whether the next run finds it again.</param>
internal sealed class RunFolder(string path, bool isKept)
{
    /// <summary>Whether the next run finds the folder again; only then the usual ports are taken too.</summary>
    public bool IsKept => isKept;

    /// <summary>
    /// The folder of a developer's runs, which LocalHost uses too. A run on random ports, which is what Aspire's testing builder and
    /// <c>aspire run --isolated</c> ask for, stands beside others and gets a folder of its own, that is deleted at the end.
    /// </summary>
    /// <param name="builder">The application model.</param>
    public static RunFolder Of(IDistributedApplicationBuilder builder)
    {
        if (!builder.Configuration.GetValue<bool>("DcpPublisher:RandomizePorts"))
            return new(LocalSystemOptions.UsualDataDirectory, isKept: true);

        var temporary = Path.Combine(Path.GetTempPath(), $"opportunities-{Guid.NewGuid():N}");
        builder.Eventing.Subscribe<BeforeStartEvent>((start, _) =>
        {
            // Only then the processes that use it have ended.
            var lifetime = start.Services.GetRequiredService<IHostApplicationLifetime>();
            lifetime.ApplicationStopped.Register(() => Delete(temporary));
            return Task.CompletedTask;
        });
        return new(temporary, isKept: false);
    }

    /// <summary>The path of something in the folder.</summary>
    /// <param name="name">Its name.</param>
    public string PathOf(string name) => Path.Combine(path, name);

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}
