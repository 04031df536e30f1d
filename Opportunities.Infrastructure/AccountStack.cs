using Amazon.CDK;
using Amazon.CDK.AWS.CertificateManager;
using Amazon.CDK.AWS.Route53;
using Constructs;

namespace Opportunities.Infrastructure;

/// <summary>
/// What can fail for reasons of the account: zones and the certificates that they prove, the token domain and what Cognito asks of its
/// parent, GitHub's identity provider. It is deployed first: a failure here has cost minutes and next to nothing.
/// </summary>
public sealed class AccountStack : Stack
{
    /// <summary>Creates the stack.</summary>
    /// <param name="scope">The CDK app or stage.</param>
    /// <param name="id">The name of the stack.</param>
    /// <param name="settings">The environment's settings.</param>
    /// <param name="props">The stack's own properties.</param>
    public AccountStack(Construct scope, string id, EnvironmentSettings settings, IStackProps props)
        : base(scope, id, props)
    {
        ArgumentNullException.ThrowIfNull(settings);
        CdkBehaviours.Apply(this);
        ApiCertificate = new Certificate(this, "ApiCertificate", new CertificateProps
        {
            DomainName = settings.ApiDomain,
            Validation = CertificateValidation.FromDns(Zone("ApiZone", settings.ApiZone, settings.ApiZoneId)),
        });
        Users = new UserDirectory(this, "Users", settings, Zone("AuthZone", settings.AuthZone, settings.AuthZoneId));
        if (settings.GitHubRepository.Length > 0)
        {
            var access = new PipelineAccess(this, "Pipeline", settings, Users);
            Outputs.Add(this, "DeploymentRoleArn", access.Role.RoleArn, "The role that the deployment pipeline takes on");
        }

        Outputs.Add(this, "UserPoolId", Users.Pool.UserPoolId, "The user pool");
        Outputs.Add(this, "Issuer", Users.Issuer, "The issuer of tokens");
        Outputs.Add(this, "TokenEndpoint", Users.TokenEndpoint, "Where tokens are asked for");
        Outputs.Add(this, "MachineClientId", Users.Machine.UserPoolClientId, "The machine client with every scope");
        Outputs.Add(this, "LimitedClientId", Users.Limited.UserPoolClientId, "The machine client that may do nothing");
        Outputs.Add(this, "UsersClientId", Users.Users.UserPoolClientId, "The client with which people sign in");
    }

    /// <summary>The certificate of the API's domain name.</summary>
    public ICertificate ApiCertificate { get; }

    /// <summary>Users and clients.</summary>
    public UserDirectory Users { get; }

    private IHostedZone Zone(string id, string name, string zoneId) =>
        HostedZone.FromHostedZoneAttributes(this, id, new HostedZoneAttributes { ZoneName = name, HostedZoneId = zoneId });
}
