using Amazon.CDK;
using Amazon.CDK.AWS.CertificateManager;
using Amazon.CDK.AWS.Cognito;
using Amazon.CDK.AWS.Route53;
using Constructs;

namespace Opportunities.Infrastructure;

/// <summary>The issuer of tokens: users with groups, machine clients with scopes, and a domain of its own for both.</summary>
public sealed class UserDirectory : Construct
{
    /// <summary>The groups that the API knows as roles, in order of precedence.</summary>
    private static readonly string[] _groups = ["ADMIN", "SALES_MANAGER", "SALES_REPRESENTATIVE"];

    /// <summary>The hosted zone of every CloudFront distribution; Cognito's domain is one.</summary>
    private const string CloudFrontZone = "Z2FDTNDATAQYW2";

    private readonly EnvironmentSettings _settings;

    /// <summary>Creates the user pool with its clients, groups and domain.</summary>
    public UserDirectory(Construct scope, string id, EnvironmentSettings settings, IHostedZone zone)
        : base(scope, id)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings;
        Pool = new UserPool(this, "Pool", new UserPoolProps
        {
            UserPoolName = Names.Service,
            SelfSignUpEnabled = false,
            SignInAliases = new SignInAliases { Email = true },
            StandardAttributes = new StandardAttributes { Email = new StandardAttribute { Required = true, Mutable = true } },
            Mfa = Mfa.REQUIRED,
            MfaSecondFactor = new MfaSecondFactor { Otp = true, Sms = false },
            AccountRecovery = AccountRecovery.EMAIL_ONLY,
            PasswordPolicy = new PasswordPolicy
            {
                MinLength = 12,
                RequireDigits = true,
                RequireLowercase = true,
                RequireUppercase = true,
                RequireSymbols = true,
                TempPasswordValidity = Duration.Days(3),
            },
            DeletionProtection = settings.Protected,
            RemovalPolicy = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        });
        // This version of the CDK's library has no property for the plan, which threat protection wants.
        var pool = (CfnUserPool)Pool.Node.DefaultChild!;
        pool.AddPropertyOverride("UserPoolTier", settings.UserPoolPlan);
        if (settings.UserPoolPlan == "PLUS") pool.AddPropertyOverride("UserPoolAddOns.AdvancedSecurityMode", "ENFORCED");

        foreach (var (group, index) in _groups.Select((group, index) => (group, index)))
        {
            _ = new CfnUserPoolGroup(
                this, group, new CfnUserPoolGroupProps { UserPoolId = Pool.UserPoolId, GroupName = group, Precedence = index });
        }

        Machine = AddMachine("Machine", $"{Names.Service}-machine", Names.ResourceServer, new Dictionary<string, string>
        {
            ["read"] = "Read opportunities",
            ["write"] = "Create and change opportunities",
            ["delete"] = "Delete opportunities",
            ["admin"] = "Everything",
        });
        // Cognito gives a machine no token without a scope; this one is of a resource server that the API does not know.
        Limited = AddMachine("Limited", $"{Names.Service}-limited", "validation", new Dictionary<string, string> { ["none"] = "Nothing" });
        Users = Pool.AddClient("Users", new UserPoolClientOptions
        {
            UserPoolClientName = $"{Names.Service}-users",
            // Nobody signs in on a page that is not there.
            DisableOAuth = settings.SignInCallback.Length == 0,
            OAuth = settings.SignInCallback.Length == 0 ? null : new OAuthSettings
            {
                Flows = new OAuthFlows { AuthorizationCodeGrant = true },
                Scopes = [OAuthScope.OPENID],
                CallbackUrls = [settings.SignInCallback],
                LogoutUrls = [new Uri(settings.SignInCallback).GetLeftPart(UriPartial.Authority) + "/"],
            },
            PreventUserExistenceErrors = true,
            AccessTokenValidity = Duration.Hours(1),
            RefreshTokenValidity = Duration.Days(1),
        });
        AddDomain(zone);
    }

    /// <summary>The user pool.</summary>
    public UserPool Pool { get; }

    /// <summary>The machine client with every scope of the API.</summary>
    public UserPoolClient Machine { get; }

    /// <summary>The machine client whose only scope permits nothing: with it the procedures show that permission is asked for.</summary>
    public UserPoolClient Limited { get; }

    /// <summary>The client with which people sign in.</summary>
    public UserPoolClient Users { get; }

    /// <summary>The value of <c>iss</c> in every token.</summary>
    public string Issuer => $"https://cognito-idp.{_settings.Region}.amazonaws.com/{Pool.UserPoolId}";

    /// <summary>Where tokens are asked for.</summary>
    public string TokenEndpoint => $"https://{_settings.AuthDomain}/oauth2/token";

    private UserPoolClient AddMachine(string id, string name, string server, Dictionary<string, string> scopes)
    {
        var known = scopes
            .Select(
                scope => new ResourceServerScope(new ResourceServerScopeProps { ScopeName = scope.Key, ScopeDescription = scope.Value }))
            .ToArray();
        var resourceServer = Pool.AddResourceServer(
            $"{id}Scopes", new UserPoolResourceServerOptions { Identifier = server, Scopes = known });
        return Pool.AddClient(id, new UserPoolClientOptions
        {
            UserPoolClientName = name,
            GenerateSecret = true,
            OAuth = new OAuthSettings
            {
                Flows = new OAuthFlows { ClientCredentials = true },
                Scopes = [.. known.Select(scope => OAuthScope.ResourceServer(resourceServer, scope))],
            },
            AccessTokenValidity = Duration.Hours(1),
        });
    }

    private void AddDomain(IHostedZone zone)
    {
        ICertificate certificate = _settings.AuthCertificateArn.Length > 0
            ? Certificate.FromCertificateArn(this, "Certificate", _settings.AuthCertificateArn)
            : new Certificate(this, "Certificate", new CertificateProps
            {
                DomainName = _settings.AuthDomain,
                Validation = CertificateValidation.FromDns(zone),
            });
        var domain = Pool.AddDomain("Domain", new UserPoolDomainOptions
        {
            CustomDomain = new CustomDomainOptions { DomainName = _settings.AuthDomain, Certificate = certificate },
        });
        _ = new CfnRecordSet(this, "Record", new CfnRecordSetProps
        {
            HostedZoneId = zone.HostedZoneId,
            Name = _settings.AuthDomain,
            Type = "A",
            AliasTarget = new CfnRecordSet.AliasTargetProperty
            {
                DnsName = ((CfnUserPoolDomain)domain.Node.DefaultChild!).AttrCloudFrontDistribution,
                HostedZoneId = CloudFrontZone,
            },
        });
    }
}
