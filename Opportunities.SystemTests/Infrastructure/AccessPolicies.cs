using System.Globalization;
using System.IO.Enumeration;
using System.Text.Json.Nodes;

namespace Opportunities.SystemTests.Infrastructure;

/// <summary>
/// Decides as IAM does what each role, and each policy made for attaching, allows: a statement that allows it, none that denies it. Knows
/// the parts of a policy that the templates have, and fails on others. Boundaries and resources' own policies only take away; they are not
/// asked. A resource without a name of its own is called by its id in angle brackets: <c>arn:aws:s3:::&lt;AttachmentsBucket&gt;</c>.
/// </summary>
internal sealed class AccessPolicies
{
    /// <summary>The region of the ARNs.</summary>
    public const string Region = "us-east-1";

    /// <summary>The account of the ARNs.</summary>
    public const string Account = "000000000000";

    private static readonly string[] _knownParts = ["Action", "Condition", "Effect", "Resource", "Sid"];

    /// <summary>How the ARN of a resource is made of its name, and in which property a name of its own would stand.</summary>
    private static readonly Dictionary<string, (string Name, string Arn)> _arns = new()
    {
        ["AWS::Cognito::UserPool"] = ("", $"arn:aws:cognito-idp:{Region}:{Account}:userpool/{{0}}"),
        ["AWS::ECR::Repository"] = ("RepositoryName", $"arn:aws:ecr:{Region}:{Account}:repository/{{0}}"),
        ["AWS::IAM::Role"] = ("RoleName", $"arn:aws:iam::{Account}:role/{{0}}"),
        ["AWS::KMS::Key"] = ("", $"arn:aws:kms:{Region}:{Account}:key/{{0}}"),
        ["AWS::Lambda::Function"] = ("FunctionName", $"arn:aws:lambda:{Region}:{Account}:function:{{0}}"),
        ["AWS::Logs::LogGroup"] = ("LogGroupName", $"arn:aws:logs:{Region}:{Account}:log-group:{{0}}:*"),
        ["AWS::S3::Bucket"] = ("BucketName", "arn:aws:s3:::{0}"),
        ["AWS::SecretsManager::Secret"] = ("Name", $"arn:aws:secretsmanager:{Region}:{Account}:secret:{{0}}-AbCdEf"),
        ["AWS::SNS::Topic"] = ("TopicName", $"arn:aws:sns:{Region}:{Account}:{{0}}"),
        ["AWS::SQS::Queue"] = ("QueueName", $"arn:aws:sqs:{Region}:{Account}:{{0}}"),
        ["AWS::StepFunctions::StateMachine"] = ("StateMachineName", $"arn:aws:states:{Region}:{Account}:stateMachine:{{0}}"),
    };

    private readonly Dictionary<string, JsonNode> _exports = [];
    private readonly Dictionary<string, List<JsonNode>> _statements = [];

    public AccessPolicies(SynthesizedEnvironment environment)
    {
        foreach (var template in environment.Templates)
        {
            foreach (var output in template.Json["Outputs"]!.AsObject())
            {
                if (output.Value!["Export"]?["Name"]?.ToString() is { } export)
                    _exports[export] = Resolved(template, output.Value["Value"]!);
            }

            foreach (var role in template.All("AWS::IAM::Role"))
            {
                var statements = _statements[role.Text("RoleName") ?? Id(role.LogicalId)] = [];
                foreach (var policy in role.List("Policies")) statements.AddRange(Statements(template, policy["PolicyDocument"]!));
            }

            foreach (var policy in template.All("AWS::IAM::ManagedPolicy"))
                _statements[policy.Text("ManagedPolicyName")!] = [.. Statements(template, policy["PolicyDocument"]!)];
            foreach (var policy in template.All("AWS::IAM::Policy"))
            {
                foreach (var role in policy.List("Roles"))
                {
                    _statements[Resolved(template, role).ToString().Trim('<', '>')]
                        .AddRange(Statements(template, policy["PolicyDocument"]!));
                }
            }
        }
    }

    /// <summary>A document by itself, for tests of this class.</summary>
    public AccessPolicies(string principal, string statements) =>
        _statements[principal] = [.. JsonNode.Parse(statements)!.AsArray().Select(statement => Known(statement!))];

    /// <summary>The roles and policies, by their names or ids.</summary>
    public IEnumerable<string> Principals => _statements.Keys;

    /// <summary>Whether a principal may do something to a resource (<c>*</c>: to none in particular).</summary>
    public bool Allows(string principal, string action, string resource, IReadOnlyDictionary<string, string>? context = null)
    {
        var effects = _statements[principal]
            .Where(statement => Texts(statement["Action"]).Any(pattern => Fits(pattern, action, ignoreCase: true)))
            .Where(statement => Texts(statement["Resource"]).Any(pattern => Fits(pattern, resource)))
            .Where(statement => Holds(statement["Condition"], context))
            .Select(statement => statement["Effect"]!.ToString())
            .ToHashSet();
        return effects.Contains("Allow") && !effects.Contains("Deny");
    }

    /// <summary>Conditions hold together; of the values of one, any. A key that a call does not have fits nothing.</summary>
    private static bool Holds(JsonNode? condition, IReadOnlyDictionary<string, string>? context) =>
        condition is null || condition.AsObject().All(test => test.Value!.AsObject().All(key =>
            context?.GetValueOrDefault(key.Key) is { } actual && Texts(key.Value).Any(expected => test.Key switch
            {
                "StringEquals" => expected == actual,
                "ArnEquals" or "ArnLike" or "StringLike" => Fits(expected, actual),
                _ => throw new NotSupportedException($"The operator {test.Key} of a condition is not known here."),
            })));

    private static bool Fits(string pattern, string text, bool ignoreCase = false) =>
        FileSystemName.MatchesSimpleExpression(pattern, text, ignoreCase);

    private static string[] Texts(JsonNode? node) =>
        node is JsonArray list ? [.. list.Select(item => item!.ToString())] : [node!.ToString()];

    private static JsonNode Known(JsonNode statement) =>
        statement.AsObject().FirstOrDefault(part => !_knownParts.Contains(part.Key)).Key is { } unknown
            ? throw new NotSupportedException($"{unknown} in a statement is not known here: {statement.ToJsonString()}")
            : statement;

    private static string Id(string logicalId) => logicalId[..^8];

    private IEnumerable<JsonNode> Statements(Template template, JsonNode document) =>
        document["Statement"]!.AsArray().Select(statement => Known(Resolved(template, statement!)));

    /// <summary>The same without CloudFormation's functions.</summary>
    private JsonNode Resolved(Template template, JsonNode node) => node switch
    {
        JsonArray list => new JsonArray([.. list.Select(item => Resolved(template, item!))]),
        JsonObject call when call.Count == 1 && call["Ref"] is { } name => Referred(template, name.ToString()),
        JsonObject call when call.Count == 1 && call["Fn::GetAtt"] is JsonArray parts =>
            Attribute(Of(template, parts[0]!.ToString()), parts[1]!.ToString()),
        JsonObject call when call.Count == 1 && call["Fn::ImportValue"] is { } name => _exports[name.ToString()].DeepClone(),
        JsonObject call when call.Count == 1 && call["Fn::Join"] is JsonArray parts =>
            string.Join(parts[0]!.ToString(), parts[1]!.AsArray().Select(part => Resolved(template, part!).ToString())),
        JsonObject parts => new JsonObject(parts.Select(part => KeyValuePair.Create(part.Key, (JsonNode?)Resolved(template, part.Value!)))),
        _ => node.DeepClone(),
    };

    private JsonNode Referred(Template template, string name)
    {
        switch (name)
        {
            case "AWS::AccountId": return Account;
            case "AWS::Partition": return "aws";
            case "AWS::Region": return Region;
        }

        var resource = Of(template, name);
        return resource.Type switch
        {
            "AWS::SecretsManager::SecretTargetAttachment" => Resolved(template, resource["SecretId"]!),
            "AWS::SecretsManager::Secret" or "AWS::SNS::Topic" or "AWS::StepFunctions::StateMachine" => Arn(resource),
            var type when _arns.TryGetValue(type, out var known) => OwnName(resource, known.Name),
            _ => $"<{Id(name)}>",
        };
    }

    private static Resource Of(Template template, string logicalId) =>
        template.Resources.Single(resource => resource.LogicalId == logicalId);

    private static JsonNode Attribute(Resource resource, string attribute) =>
        attribute == "Arn" ? Arn(resource) : $"<{Id(resource.LogicalId)}.{attribute}>";

    private static string Arn(Resource resource)
    {
        var (name, arn) = _arns[resource.Type];
        return string.Format(CultureInfo.InvariantCulture, arn, OwnName(resource, name));
    }

    private static string OwnName(Resource resource, string property) =>
        (property.Length == 0 ? null : resource.Text(property)) ?? $"<{Id(resource.LogicalId)}>";
}
