using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Opportunities.LocalServers;
using Opportunities.SystemTests.Infrastructure;

namespace Opportunities.SystemTests.Deployed;

/// <summary>
/// The migrations and the API as processes that know nothing but what the task definitions of production tell them, against
/// servers on this machine that are reached over TLS only as they are deployed. For Linux: elsewhere .NET does not take the
/// authorities to trust from a file that the environment names.
/// </summary>
public sealed class DeployedSystem : IAsyncLifetime, ISystemUnderTest
{
    private const string Family = "opportunity-management-service";
    private static readonly TimeSpan _startLimit = TimeSpan.FromMinutes(2);

    private SynthesizedEnvironment? _production;
    private readonly TestDirectory _data = new();
    private readonly ConcurrentQueue<(string Process, string Line)> _log = new();
    private TlsServers? _servers;
    private ServiceProcess? _api;

    public Uri Api { get; private set; } = null!;

    /// <summary>The servers.</summary>
    internal TlsServers Servers => _servers!;

    /// <summary>The file with the authority that certified the servers.</summary>
    internal string Authority => _data["authority.pem"];

    /// <summary>What the processes wrote.</summary>
    internal IReadOnlyCollection<(string Process, string Line)> Log => _log;

    public async Task InitializeAsync()
    {
        _production = await SynthesizedStacks.OfAsync("prod");
        _servers = await TlsServers.StartAsync(Output("issuer"));
        await File.WriteAllTextAsync(Authority, _servers.Authority.Pem);
        await MigrateAsync();
        (_api, Api) = await StartApiAsync();
        await _api.WaitForHttpAsync(new Uri(Api, "/health"), _startLimit);
    }

    public async Task DisposeAsync()
    {
        if (_api is not null) await _api.DisposeAsync();
        if (_servers is not null) await _servers.DisposeAsync();
        _data.Dispose();
    }

    public Task<string> TokenAsync(string clientId) => ApiClient.RequestTokenAsync(Servers.TokenEndpoint, clientId, "development-only");

    /// <summary>Starts an API; returns when it listens, healthy or not.</summary>
    /// <param name="host">Under which name it reaches the database and the cache.</param>
    /// <param name="databaseAuthority">The file with the authority that it trusts for the database; null for the right one.</param>
    /// <param name="systemAuthority">The file with the authority that it trusts for everything else; null for the right one.</param>
    /// <param name="more">Variables beyond those of the task definition, or instead of them.</param>
    internal async Task<(ServiceProcess Process, Uri Address)> StartApiAsync(
        string host = TlsServers.Host, string? databaseAuthority = null, string? systemAuthority = null,
        IReadOnlyDictionary<string, string?>? more = null)
    {
        var port = ListenPort.Free.Choose("the API");
        var variables = Variables(Family, "api", host, databaseAuthority, systemAuthority);
        // In a container the port is always free.
        variables["ASPNETCORE_HTTP_PORTS"] = $"{port}";
        // The one setting whose value no local resource could give: the name of Cognito. Its audiences are the local clients.
        variables["Authentication__Issuer"] = Servers.Issuer;
        Add(more, variables);
        var process = await ServiceProcess.StartAsync(new ServiceProcessOptions
        {
            Name = "deployed API",
            AssemblyPath = ServiceAssemblies.Api,
            Environment = variables,
            Output = Output("API"),
        });
        var address = LocalAddress.Of(port);
        try
        {
            await process.WaitForHttpAsync(new Uri(address, "/alive"), _startLimit);
            return (process, address);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs the migrations to their end.</summary>
    /// <param name="more">Variables beyond those of the task definition, or instead of them.</param>
    internal async Task MigrateAsync(IReadOnlyDictionary<string, string?>? more = null)
    {
        var variables = Variables($"{Family}-migrations", "migrations");
        Add(more, variables);
        await using var migrations = await ServiceProcess.StartAsync(new ServiceProcessOptions
        {
            Name = "deployed migrations",
            AssemblyPath = ServiceAssemblies.Migrations,
            Environment = variables,
            Output = Output("migrations"),
        });
        var exitCode = await migrations.Exited.WaitAsync(_startLimit);
        Assert.True(exitCode == 0, migrations.Tail());
    }

    /// <summary>The whole environment of a container: what the task definition gives, and what is around it on this machine.</summary>
    private Dictionary<string, string?> Variables(
        string family, string container, string host = TlsServers.Host, string? databaseAuthority = null, string? systemAuthority = null)
    {
        // Nothing is inherited: a container does not have the variables of whoever runs the tests.
        var variables = Environment.GetEnvironmentVariables().Keys.Cast<string>().ToDictionary(name => name, _ => (string?)null);
        var values = new CloudFormationValues(_production!, (resource, attribute) => Created(resource, attribute, host));
        foreach (var (name, value) in TaskEnvironment.Of(_production!.Application, family, container, values, Secrets(host)))
            variables[name] = value;

        // The image's file has Amazon's authorities; and where the cache's are in the system's store, this one is in a file.
        variables["Database__RootCertificate"] = databaseAuthority ?? Authority;
        variables["SSL_CERT_FILE"] = systemAuthority ?? Authority;
        // A container has a home, and not the one of whoever runs the tests.
        variables["HOME"] = _data.Path;
        // Fargate gives region and credentials. These are nobody's, and no call leaves the machine: there are no S3 and no SQS
        // at the addresses.
        variables["AWS_REGION"] = "us-east-1";
        variables["AWS_ACCESS_KEY_ID"] = variables["AWS_SECRET_ACCESS_KEY"] = "nobody";
        variables["AWS_EC2_METADATA_DISABLED"] = "true";
        variables["AWS_ENDPOINT_URL_S3"] = variables["AWS_ENDPOINT_URL_SQS"] = "http://127.0.0.1:1";
        return variables;
    }

    private string Created(Resource resource, string attribute, string host) => (resource.Type, attribute) switch
    {
        ("AWS::ElastiCache::ReplicationGroup", "PrimaryEndPoint.Address") => host,
        ("AWS::ElastiCache::ReplicationGroup", "PrimaryEndPoint.Port") => $"{Servers.CachePort}",
        ("AWS::SecretsManager::SecretTargetAttachment", "Ref") => Arn("database"),
        ("AWS::RDS::DBInstance", "MasterUserSecret.SecretArn") => Arn("owner"),
        ("AWS::SecretsManager::Secret", "Ref") => Arn("cache"),
        ("AWS::Cognito::UserPool", "Ref") => "us-east-1_local",
        ("AWS::Cognito::UserPoolClient", "Ref") => resource.Text("ClientName") switch
        {
            $"{Family}-limited" => "dev-none",
            $"{Family}-users" => "dev-manager",
            _ => "dev-all",
        },
        ("AWS::S3::Bucket", "Ref") => "attachments",
        ("AWS::SQS::Queue", "Ref") => $"https://sqs.us-east-1.amazonaws.com/000000000000/{resource.Text("QueueName")}",
        _ => throw new InvalidOperationException($"The task definitions ask for {attribute} of {resource}, which has no local value yet."),
    };

    /// <summary>The secrets, in the form in which RDS and Secrets Manager keep them.</summary>
    private Dictionary<string, string> Secrets(string host) => new()
    {
        [Arn("database")] = new JsonObject
        {
            ["engine"] = "postgres",
            ["host"] = host,
            ["port"] = Servers.DatabasePort,
            ["dbname"] = TlsServers.Database,
            ["username"] = TlsServers.ApiUser,
            ["password"] = TlsServers.ApiPassword,
        }.ToJsonString(),
        [Arn("owner")] = new JsonObject { ["username"] = TlsServers.Database, ["password"] = TlsServers.DatabasePassword }.ToJsonString(),
        [Arn("cache")] = TlsServers.CachePassword,
    };

    private static void Add(IReadOnlyDictionary<string, string?>? more, Dictionary<string, string?> variables)
    {
        foreach (var (name, value) in more ?? new Dictionary<string, string?>()) variables[name] = value;
    }

    private Action<string> Output(string process) => line => _log.Enqueue((process, line));

    private static string Arn(string secret) => $"arn:aws:secretsmanager:us-east-1:000000000000:secret:{secret}-AbCdEf";
}
