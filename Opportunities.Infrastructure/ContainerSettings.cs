using System.Globalization;
using Secret = Amazon.CDK.AWS.ECS.Secret;

namespace Opportunities.Infrastructure;

/// <summary>The environment variables through which the containers get their configuration, and the secrets among them.</summary>
internal static class ContainerSettings
{
    /// <summary>The port that the API listens on.</summary>
    public const int Port = 8080;

    /// <summary>Where the collector beside the API takes telemetry.</summary>
    public const string CollectorEndpoint = "http://localhost:4317";

    /// <summary>Amazon's certificate authorities for RDS, in the image.</summary>
    private const string DatabaseAuthorities = "/app/certificates/rds-global-bundle.pem";

    /// <summary>What every container of the image gets.</summary>
    public static Dictionary<string, string> Common(EnvironmentSettings settings) => new()
    {
        ["ASPNETCORE_ENVIRONMENT"] = "Production",
        ["DOTNET_ENVIRONMENT"] = "Production",
        // Diagnostics would write outside /tmp, the only place that can be written to.
        ["DOTNET_EnableDiagnostics"] = "0",
        ["OTEL_RESOURCE_ATTRIBUTES"] = $"deployment.environment.name={settings.Name},service.namespace={Names.Service}",
        ["Database__SslMode"] = "VerifyFull",
        ["Database__RootCertificate"] = DatabaseAuthorities,
    };

    /// <summary>What the API gets besides.</summary>
    public static Dictionary<string, string> Api(EnvironmentSettings settings, AccountStack account, StateStack state)
    {
        var variables = Common(settings);
        variables["ASPNETCORE_HTTP_PORTS"] = Port.ToString(CultureInfo.InvariantCulture);
        // Only the load balancer reaches the container: what it says about the client's scheme and address is true.
        variables["ASPNETCORE_FORWARDEDHEADERS_ENABLED"] = "true";
        variables["OTEL_SERVICE_NAME"] = Names.Service;
        variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = CollectorEndpoint;
        // Of totals the collector would make differences, and of the first value of each none.
        variables["OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE"] = "delta";
        variables["OTEL_TRACES_SAMPLER"] = "parentbased_traceidratio";
        variables["OTEL_TRACES_SAMPLER_ARG"] = (settings.TracesPerThousand / 1000.0).ToString(CultureInfo.InvariantCulture);
        variables["Cache__Host"] = state.Cache.Host;
        variables["Cache__Port"] = state.Cache.Port;
        variables["Cache__Tls"] = "true";
        variables["Authentication__Issuer"] = account.Users.Issuer;
        variables["Authentication__AllowedAudiences__0"] = account.Users.Machine.UserPoolClientId;
        variables["Authentication__AllowedAudiences__1"] = account.Users.Limited.UserPoolClientId;
        variables["Authentication__AllowedAudiences__2"] = account.Users.Users.UserPoolClientId;
        variables["Attachments__Bucket"] = state.Attachments.Bucket.BucketName;
        variables["Database__MaxPoolSize"] = settings.ConnectionsPerTask.ToString(CultureInfo.InvariantCulture);
        // They are in the container's output already; the collector takes none.
        variables["Logging__OpenTelemetry__LogLevel__Default"] = "None";
        foreach (var (index, origin) in settings.BrowserOrigins.Index()) variables[$"Cors__AllowedOrigins__{index}"] = origin;
        variables["Events__QueueUrl"] = state.Events.Queue.QueueUrl;
        return variables;
    }

    /// <summary>The secrets of the migrations: they connect as the schema's owner, and make the API's user.</summary>
    public static Dictionary<string, Secret> MigrationSecrets(StateStack state)
    {
        var secrets = DatabaseAddress(state);
        secrets["Database__Username"] = Secret.FromSecretsManager(state.Database.OwnerSecret, "username");
        secrets["Database__Password"] = Secret.FromSecretsManager(state.Database.OwnerSecret, "password");
        secrets["DatabaseRoles__ApiUsername"] = Secret.FromSecretsManager(state.Database.Secret, "username");
        secrets["DatabaseRoles__ApiPassword"] = Secret.FromSecretsManager(state.Database.Secret, "password");
        return secrets;
    }

    /// <summary>The secrets of the API.</summary>
    public static Dictionary<string, Secret> ApiSecrets(StateStack state)
    {
        var secrets = DatabaseAddress(state);
        secrets["Database__Username"] = Secret.FromSecretsManager(state.Database.Secret, "username");
        secrets["Database__Password"] = Secret.FromSecretsManager(state.Database.Secret, "password");
        secrets["Cache__Password"] = Secret.FromSecretsManager(state.Cache.Secret);
        return secrets;
    }

    /// <summary>
    /// Where the database is, from the secret too: what a restore changes is the secret, and the next tasks connect there.
    /// </summary>
    private static Dictionary<string, Secret> DatabaseAddress(StateStack state) => new()
    {
        ["Database__Host"] = Secret.FromSecretsManager(state.Database.Secret, "host"),
        ["Database__Port"] = Secret.FromSecretsManager(state.Database.Secret, "port"),
        ["Database__Name"] = Secret.FromSecretsManager(state.Database.Secret, "dbname"),
    };
}
