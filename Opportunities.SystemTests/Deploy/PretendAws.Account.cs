using System.Text.Json.Nodes;

namespace Opportunities.SystemTests.Deploy;

/// <content>What is in the account, and what the calls do with it.</content>
internal sealed partial class PretendAws
{
    private const string Arn = $"arn:aws:ecs:us-east-1:{Account}";

    private readonly Dictionary<string, string> _stacks = [];
    private readonly Dictionary<string, string> _tags = [];
    private readonly Dictionary<string, JsonObject> _definitions = [];
    private readonly List<JsonObject> _deployments = [];
    private readonly Dictionary<string, JsonObject> _revisions = [];
    private readonly Dictionary<string, (string Definition, int Exit, string StartedBy)> _tasks = [];
    private readonly Dictionary<string, JsonObject> _instances = [];
    private readonly List<JsonObject> _snapshots = [];
    private int _desired;
    private int _looks;
    private JsonObject _secret = new()
    {
        ["host"] = HostOf(Service),
        ["dbInstanceIdentifier"] = Service,
        ["username"] = "opportunities_api",
        ["password"] = "hunter2",
    };

    /// <summary>The environment that the account is of.</summary>
    public string Name { get; init; } = "staging";

    /// <summary>The digest that the next build of an image gets.</summary>
    public string NextImage { get; set; } = "sha256:a";

    /// <summary>Images whose tasks do not become healthy.</summary>
    public HashSet<string> Broken { get; } = [];

    /// <summary>Images whose migrations fail.</summary>
    public HashSet<string> Failing { get; } = [];

    /// <summary>Whether the next deployments go on for ever.</summary>
    public bool Stuck { get; set; }

    /// <summary>How the deployment that is under way ends when it is looked at for the second time.</summary>
    public string? EndDeploymentAtNextLook { get; set; }

    /// <summary>Whether the task that runs ends when it is next looked at.</summary>
    public bool EndTaskAtNextLook { get; set; }

    /// <summary>The stack whose next change fails.</summary>
    public string? FailingStack { get; set; }

    /// <summary>Whether the next deployment of the stacks changes the task.</summary>
    public bool TaskChanges { get; set; }

    /// <summary>How ECR's scan of an image ends.</summary>
    public string Scan { get; set; } =
        """{"imageScanStatus":{"status":"COMPLETE"},"imageScanFindings":{"findingSeverityCounts":{"LOW":1}}}""";

    /// <summary>The image of the tasks that run; none before the first release.</summary>
    public string? Runs => _deployments.LastOrDefault(one => one["status"]!.ToString() == "SUCCESSFUL") is { } last ? ImageOf(last) : null;

    /// <summary>The image that the environment's tag is on.</summary>
    public string? Tagged => _tags.GetValueOrDefault(Name);

    /// <summary>The images, beside the one that runs, that something could start: by the tag, or by a task definition.</summary>
    public IEnumerable<string> Armed => _definitions.Values
        .Where(one => one["status"]!.ToString() == "ACTIVE" && Image(one).Contains('@', StringComparison.Ordinal))
        .Select(one => Image(one).Split('@')[1])
        .Append(Tagged ?? "")
        .Where(digest => digest.Length > 0 && digest != Runs);

    public IReadOnlyDictionary<string, string> Stacks => _stacks;

    public IReadOnlyDictionary<string, JsonObject> Instances => _instances;

    public IReadOnlyList<JsonObject> Snapshots => _snapshots;

    public JsonObject Secret => _secret;

    public IReadOnlyDictionary<string, JsonObject> TaskDefinitions => _definitions;

    /// <summary>
    /// An environment in which versions were released, one after the other: 1.0.0 with the first image, 1.1.0 with the second…
    /// </summary>
    public PretendAws Released(params string[] images)
    {
        DeployStacks();
        for (var number = 0; number < images.Length; number++)
        {
            _tags[$"1.{number}.0"] = images[number];
            _tags[Name] = images[number];
            Deploy(Output("TaskDefinitionArn"), 2);
        }

        return this;
    }

    /// <summary>A snapshot that was taken.</summary>
    public PretendAws Snapshot(string id, string status = "available", string? time = null)
    {
        var snapshot = new JsonObject
        {
            ["DBSnapshotIdentifier"] = id,
            ["DBInstanceIdentifier"] = Service,
            ["Status"] = status,
            ["SnapshotType"] = "manual",
        };
        if (status == "available") snapshot["SnapshotCreateTime"] = time ?? Now();
        _snapshots.Add(snapshot);
        return this;
    }

    /// <summary>Puts a deployment of the service into ECS's record.</summary>
    public void Deploy(string definition, int desired)
    {
        _desired = desired;
        var image = Image(_definitions[definition]);
        var digest = image.Contains('@', StringComparison.Ordinal) ? image.Split('@')[1] : _tags.GetValueOrDefault(image.Split(':')[^1]);
        var number = _deployments.Count + 1;
        var revision = $"{Arn}:service-revision/{Service}-{Name}/{Service}/{number}";
        var container = new JsonObject { ["containerName"] = "api", ["image"] = image };
        if (digest is not null) container["imageDigest"] = digest;
        _revisions[revision] = new JsonObject
        {
            ["serviceRevisionArn"] = revision,
            ["taskDefinition"] = definition,
            ["containerImages"] = new JsonArray(container),
        };
        _deployments.Add(new JsonObject
        {
            ["serviceDeploymentArn"] = $"{Arn}:service-deployment/{Service}-{Name}/{Service}/{number}",
            ["targetServiceRevisionArn"] = revision,
            ["createdAt"] = Now(),
            ["status"] = Stuck ? "IN_PROGRESS" : digest is not null && Broken.Contains(digest) ? "ROLLBACK_SUCCESSFUL" : "SUCCESSFUL",
            ["statusReason"] = digest is not null && Broken.Contains(digest) ? "tasks failed their health checks" : null,
        });
    }

    /// <summary>Puts the environment's tag on an image, as a push by hand does.</summary>
    public void Tag(string image) => _tags[Name] = image;

    /// <summary>An instance that somebody made.</summary>
    public void Instance(string name) => Create(name, "nothing", Now());

    private string Tool(string[] words)
    {
        var call = string.Join(' ', words);
        switch (words[0], words.Length > 1 ? words[1] : "")
        {
            case ("npx", "cdk"):
                DeployStacks();
                return "";
            case ("docker", "push"):
                _tags[words[2].Split(':')[^1]] = NextImage;
                return "";
            case ("skopeo", "copy"):
                _tags[words[^1].Split(':')[^1]] = NextImage;
                return "";
            case ("skopeo", "inspect"):
                return NextImage + "\n";
            case ("curl", _):
                return Runs is null ? throw new PretendException(22, "The requested URL returned error: 503") : """{"status":"healthy"}""";
            case ("docker", "build" or "tag" or "login" or "info") or ("skopeo", "login") or ("dotnet", "run"):
                return "";
            default:
                throw new PretendException(2, $"Nobody expects {call}");
        }
    }

    private JsonNode? Call(string service, string operation, Arguments arguments) => (service, operation) switch
    {
        ("sts", "get-caller-identity") => new JsonObject { ["Account"] = Account },
        ("cloudformation", "describe-stacks") =>
            new JsonObject { [nameof(Stacks)] = new JsonArray(StackOf(arguments.Needed("--stack-name"))) },
        ("cloudformation", "rollback-stack" or "continue-update-rollback") => RollBackStack(arguments.Needed("--stack-name")),
        ("ecr", "get-login-password") => JsonValue.Create("password"),
        ("ecr", "describe-images") => DescribeImages(arguments.Needed("--image-ids")["imageDigest=".Length..]),
        ("ecr", "batch-get-image") => BatchGetImage(arguments.Needed("--image-ids")),
        ("ecr", "put-image") => PutImage(arguments),
        ("ecr", "batch-delete-image") => DeleteTag(arguments.Needed("--image-ids")["imageTag=".Length..]),
        ("ecr", "wait") => null,
        ("ecr", "describe-image-scan-findings") => JsonNode.Parse(Scan),
        ("ecs", "list-clusters") => new JsonObject { ["clusterArns"] = new JsonArray($"{Arn}:cluster/{Service}-{Name}") },
        ("ecs", "describe-services") => new JsonObject { ["services"] = new JsonArray(ServiceNow()) },
        ("ecs", "describe-task-definition") =>
            new JsonObject { ["taskDefinition"] = Definition(arguments.Needed("--task-definition")).DeepClone() },
        ("ecs", "register-task-definition") => Registered(arguments.Json("--cli-input-json")),
        ("ecs", "deregister-task-definition") => Deregister(arguments.Needed("--task-definition")),
        ("ecs", "list-service-deployments") => ListDeployments(arguments),
        ("ecs", "describe-service-revisions") => Revisions(arguments.All("--service-revision-arns")),
        ("ecs", "update-service") => UpdateService(arguments),
        ("ecs", "stop-service-deployment") => StopDeployment(arguments.Needed("--service-deployment-arn")),
        ("ecs", "list-tasks") => new JsonObject
        {
            ["taskArns"] = new JsonArray(
                [.. _tasks.Where(task => task.Value.Exit < 0 && task.Value.StartedBy == arguments.Needed("--started-by"))
                    .Select(task => JsonValue.Create(task.Key))]),
        },
        ("ecs", "run-task") => RunTask(arguments),
        ("ecs", "describe-tasks") => DescribeTask(arguments.Needed("--tasks")),
        ("rds", "describe-db-instances") => DescribeInstances(arguments),
        ("rds", "describe-db-snapshots") => DescribeSnapshots(arguments),
        ("rds", "create-db-snapshot") => CreateSnapshot(arguments),
        ("rds", "delete-db-snapshot") => DeleteSnapshot(arguments.Needed("--db-snapshot-identifier")),
        ("rds", "restore-db-instance-from-db-snapshot") => Restore(arguments.Json("--cli-input-json")),
        ("rds", "modify-db-instance") => ModifyInstance(arguments),
        ("rds", "add-tags-to-resource") => AddTags(arguments),
        ("secretsmanager", "get-secret-value") => new JsonObject { ["SecretString"] = _secret.ToJsonString() },
        ("secretsmanager", "put-secret-value") => PutSecret(arguments.Json("--secret-string")),
        _ => throw new PretendException(252, $"Nobody expects aws {service} {operation}"),
    };
}
