namespace Opportunities.AppHost;

/// <summary>Where a run keeps its data and keys. A developer's runs find it again, and are alone in it.</summary>
internal sealed class RunFolder : IDisposable
{
    private readonly string _path;
    private readonly DataDirectoryLock? _lock;

    private RunFolder(string path, DataDirectoryLock? held) => (_path, _lock) = (path, held);

    /// <summary>The setting that names another folder than <c>.local</c>: <c>--Data=PATH</c>.</summary>
    public const string Setting = "Data";

    /// <summary>Whether the next run finds the folder again; only then the usual ports are taken too.</summary>
    public bool IsKept => _lock is not null;

    /// <summary>
    /// The folder of a developer's runs. A run on random ports, which is what Aspire's testing builder and <c>aspire run --isolated</c>
    /// ask for, stands beside others and gets a folder of its own, that is deleted at the end.
    /// </summary>
    /// <exception cref="LocalServerException">Another run has the folder, or it cannot be written.</exception>
    public static RunFolder Open(IDistributedApplicationBuilder builder)
    {
        if (builder.ExecutionContext.IsPublishMode || builder.Configuration.GetValue<bool>("DcpPublisher:RandomizePorts"))
            return new(Path.Combine(Path.GetTempPath(), $"opportunities-{Guid.NewGuid():N}"), held: null);
        var path = Path.GetFullPath(builder.Configuration[Setting] ?? RepositoryRoot.Combine(".local"));
        return new(path, DataDirectoryLock.Acquire(path));
    }

    public string PathOf(string name) => Path.Combine(_path, name);

    /// <summary>Lets another run have the folder. The application has ended by then, and with it all that used the folder.</summary>
    public void Dispose()
    {
        if (_lock is not null) _lock.Dispose();
        else if (Directory.Exists(_path)) Directory.Delete(_path, recursive: true);
    }
}
