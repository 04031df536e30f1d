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
    public static Dictionary<string, string> Api(EnvironmentSettings settings, StateStack state)
    {
        var variables = Common(settings);
        variables["ASPNETCORE_HTTP_PORTS"] = Port.ToString(CultureInfo.InvariantCulture);
        // Only the load balancer reaches the container: what it says about the client's scheme and address is true.
        variables["ASPNETCORE_FORWARDEDHEADERS_ENABLED"] = "true";
        variables["OTEL_SERVICE_NAME"] = Names.Service;
        variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = CollectorEndpoint;
        variables["Cache__Host"] = state.Cache.Host;
        variables["Cache__Port"] = state.Cache.Port;
        variables["Cache__Tls"] = "true";
        variables["Authentication__Issuer"] = state.Users.Issuer;
        variables["Authentication__AllowedAudiences__0"] = state.Users.Machine.UserPoolClientId;
        variables["Authentication__AllowedAudiences__1"] = state.Users.Limited.UserPoolClientId;
        variables["Authentication__AllowedAudiences__2"] = state.Users.Users.UserPoolClientId;
        variables["Attachments__Bucket"] = state.Attachments.Bucket.BucketName;
        variables["Events__QueueUrl"] = state.Events.Queue.QueueUrl;
        return variables;
    }

    /// <summary>
    /// The database, whole from its secret: what a restored instance changes is the secret, and the next tasks connect there.
    /// </summary>
    public static Dictionary<string, Secret> DatabaseSecrets(StateStack state) => new()
    {
        ["Database__Host"] = Secret.FromSecretsManager(state.Database.Secret, "host"),
        ["Database__Port"] = Secret.FromSecretsManager(state.Database.Secret, "port"),
        ["Database__Name"] = Secret.FromSecretsManager(state.Database.Secret, "dbname"),
        ["Database__Username"] = Secret.FromSecretsManager(state.Database.Secret, "username"),
        ["Database__Password"] = Secret.FromSecretsManager(state.Database.Secret, "password"),
    };

    /// <summary>The secrets of the API.</summary>
    public static Dictionary<string, Secret> ApiSecrets(StateStack state)
    {
        var secrets = DatabaseSecrets(state);
        secrets["Cache__Password"] = Secret.FromSecretsManager(state.Cache.Secret);
        return secrets;
    }
}
