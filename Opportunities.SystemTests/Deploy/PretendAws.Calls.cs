using System.Text.Json.Nodes;

namespace Opportunities.SystemTests.Deploy;

/// <content>The calls, one by one.</content>
internal sealed partial class PretendAws
{
    private static string HostOf(string instance) => $"{instance}.abcdefghijkl.us-east-1.rds.amazonaws.com";

    private static string Image(JsonObject definition) => definition["containerDefinitions"]![0]!["image"]!.ToString();

    private string? ImageOf(JsonObject deployment) =>
        _revisions[deployment["targetServiceRevisionArn"]!.ToString()]["containerImages"]![0]!["imageDigest"]?.ToString();

    private string Output(string key) =>
        StackOf($"{Service}-{Name}")["Outputs"]!.AsArray().Single(one => one!["OutputKey"]!.ToString() == key)!["OutputValue"]!.ToString();

    // Stacks

    private JsonObject StackOf(string name)
    {
        if (!_stacks.TryGetValue(name, out var status))
        {
            throw new PretendException(
                254, $"An error occurred (ValidationError) when calling the DescribeStacks operation: Stack with id {name} does not exist");
        }

        (string Key, string? Value)[] outputs = name == $"{Service}-{Name}"
            ? [("TaskDefinitionArn", Newest(Service)), ("MigrationTaskDefinitionArn", Newest($"{Service}-migrations"))]
            : name.EndsWith("-account", StringComparison.Ordinal)
                ? [("DeploymentRoleArn", $"arn:aws:iam::{Account}:role/{Service}-deployment")]
                : [];
        return new JsonObject
        {
            ["StackName"] = name,
            ["StackStatus"] = status,
            ["Outputs"] = new JsonArray([.. outputs.Where(one => one.Value is not null)
                .Select(one => new JsonObject { ["OutputKey"] = one.Key, ["OutputValue"] = one.Value })]),
        };
    }

    /// <summary>CloudFormation's own revision, whose image is the environment's tag.</summary>
    private string? Newest(string family) => _definitions
        .Where(one => one.Value["family"]!.ToString() == family && !Image(one.Value).Contains('@', StringComparison.Ordinal))
        .Select(one => one.Key).LastOrDefault();

    private void DeployStacks()
    {
        foreach (var suffix in new[] { "-account", "-state", "" })
        {
            var name = $"{Service}-{Name}{suffix}";
            var isNew = !_stacks.TryGetValue(name, out var status) || status == "ROLLBACK_COMPLETE";
            if (FailingStack == suffix)
            {
                FailingStack = null;
                _stacks[name] = isNew ? "ROLLBACK_COMPLETE" : "UPDATE_ROLLBACK_COMPLETE";
                throw new PretendException(1, $"{name} failed: {_stacks[name]}");
            }

            _stacks[name] = isNew ? "CREATE_COMPLETE" : "UPDATE_COMPLETE";
            if (suffix == "-state" && isNew) Create(Service, "nothing", "2026-01-01T00:00:00.000Z");
            if (suffix.Length > 0 || !(isNew || TaskChanges)) continue;
            var task = Register(Definition(Service, "api"), null);
            if (isNew) Register(Definition($"{Service}-migrations", "migrations"), null);
            Deploy(task, _desired);
            TaskChanges = false;
        }
    }

    private JsonObject RollBackStack(string name)
    {
        _stacks[name] = _stacks[name] == "CREATE_FAILED" ? "ROLLBACK_COMPLETE" : "UPDATE_ROLLBACK_COMPLETE";
        return [];
    }

    /// <summary>Puts a stack into a state.</summary>
    public PretendAws With(string suffix, string status)
    {
        _stacks[$"{Service}-{Name}{suffix}"] = status;
        return this;
    }

    // Images

    private JsonObject BatchGetImage(string id)
    {
        if (!_stacks.ContainsKey($"{Service}-{Name}-state"))
            throw new PretendException(254, "An error occurred (RepositoryNotFoundException) when calling the BatchGetImage operation");
        var digest = id.StartsWith("imageTag=", StringComparison.Ordinal) ? _tags.GetValueOrDefault(id[9..]) : id["imageDigest=".Length..];
        return new JsonObject
        {
            ["images"] = digest is null ? new JsonArray() : new JsonArray(new JsonObject
            {
                ["imageId"] = new JsonObject { ["imageDigest"] = digest },
                ["imageManifest"] = digest,
                ["imageManifestMediaType"] = "application/vnd.oci.image.manifest.v1+json",
            }),
        };
    }

    private JsonObject DescribeImages(string digest) => new()
    {
        ["imageDetails"] = new JsonArray(new JsonObject
        {
            ["imageTags"] = new JsonArray([.. _tags.Where(tag => tag.Value == digest).Select(tag => JsonValue.Create(tag.Key))]),
        }),
    };

    private JsonObject PutImage(Arguments arguments)
    {
        var tag = arguments.Needed("--image-tag");
        if (tag != Name && _tags.ContainsKey(tag))
            throw new PretendException(254, "An error occurred (ImageTagAlreadyExistsException) when calling the PutImage operation");
        _tags[tag] = arguments.Needed("--image-manifest");
        return new JsonObject { ["image"] = new JsonObject { ["imageId"] = _tags[tag] } };
    }

    private JsonObject DeleteTag(string tag)
    {
        if (!_tags.Remove(tag, out var digest)) throw new PretendException(254, "An error occurred (ImageNotFoundException)");
        return new JsonObject { ["imageIds"] = new JsonArray(new JsonObject { ["imageDigest"] = digest }) };
    }

    // The service

    private static JsonObject Definition(string family, string container) => new()
    {
        ["family"] = family,
        ["containerDefinitions"] = new JsonArray(
            new JsonObject
            {
                ["name"] = container,
                ["image"] = "",
                ["secrets"] = new JsonArray(
                    new JsonObject
                    {
                        ["name"] = "Database__Username",
                        ["valueFrom"] = "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-first-Ab12Cd:username::",
                    },
                    new JsonObject
                    {
                        ["name"] = "Database__Password",
                        ["valueFrom"] = "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-first-Ab12Cd:password::",
                    },
                    new JsonObject
                    {
                        ["name"] = "Cache__Password",
                        ["valueFrom"] = "arn:aws:secretsmanager:us-east-1:123456789012:secret:cache-Ab12Cd",
                    }),
            },
            new JsonObject { ["name"] = "collector", ["image"] = "collector:1" }),
    };

    private JsonObject Definition(string arn) =>
        _definitions.GetValueOrDefault(arn)
            ?? throw new PretendException(254, "An error occurred (ClientException): Unable to describe task definition.");

    private string Register(JsonObject definition, string? image)
    {
        var copy = definition.DeepClone().AsObject();
        var family = copy["family"]!.ToString();
        var arn = $"{Arn}:task-definition/{family}:{_definitions.Values.Count(one => one["family"]!.ToString() == family) + 1}";
        copy["containerDefinitions"]![0]!["image"] = image ?? $"{Registry}:{Name}";
        copy["taskDefinitionArn"] = arn;
        copy["status"] = "ACTIVE";
        _definitions[arn] = copy;
        return arn;
    }

    private JsonObject Registered(JsonObject definition)
    {
        foreach (var read in new[] { "taskDefinitionArn", "status", "revision" })
        {
            if (definition.ContainsKey(read))
                throw new PretendException(252, $"Parameter validation failed: Unknown parameter in input: {read}");
        }

        return new JsonObject { ["taskDefinition"] = new JsonObject { ["taskDefinitionArn"] = Register(definition, Image(definition)) } };
    }

    private JsonObject Deregister(string arn)
    {
        Definition(arn)["status"] = "INACTIVE";
        return new JsonObject { ["taskDefinition"] = new JsonObject { ["status"] = "INACTIVE" } };
    }

    private JsonObject ServiceNow() => new()
    {
        ["status"] = "ACTIVE",
        ["desiredCount"] = _desired,
        ["runningCount"] = _desired,
        ["networkConfiguration"] = new JsonObject { ["awsvpcConfiguration"] = new JsonObject { ["subnets"] = new JsonArray("subnet-1") } },
    };

    private JsonObject ListDeployments(Arguments arguments)
    {
        var page = int.Parse(arguments.Value("--next-token") ?? "0", System.Globalization.CultureInfo.InvariantCulture);
        if (page == 0 && arguments.Value("--status") is null && EndDeploymentAtNextLook is { } status && ++_looks == 2)
            _deployments[^1]["status"] = status;
        // Two to a page, and not in their order.
        var listed = Enumerable.Reverse(_deployments)
            .Where(one => arguments.Value("--status") is not { } wanted || one["status"]!.ToString() == wanted).ToArray();
        var answer =
            new JsonObject { ["serviceDeployments"] = new JsonArray([.. listed.Skip(page * 2).Take(2).Select(one => one.DeepClone())]) };
        if (listed.Length > (page + 1) * 2) answer["nextToken"] = $"{page + 1}";
        return answer;
    }

    private JsonObject Revisions(List<string> arns)
    {
        if (arns.Count is 0 or > 20)
            throw new PretendException(254, "An error occurred (InvalidParameterException): 1 to 20 service revisions");
        return new JsonObject { ["serviceRevisions"] = new JsonArray([.. arns.Select(arn => _revisions[arn].DeepClone())]) };
    }

    private JsonObject UpdateService(Arguments arguments)
    {
        var definition = arguments.Value("--task-definition")
            ?? _revisions[_deployments.Last(
                one => one["status"]!.ToString() == "SUCCESSFUL")["targetServiceRevisionArn"]!.ToString()]["taskDefinition"]!.ToString();
        if (Definition(definition)["status"]!.ToString() != "ACTIVE" && arguments.Value("--task-definition") is not null)
            throw new PretendException(254, "An error occurred (ClientException): TaskDefinition is inactive");
        Deploy(definition, arguments.Value("--desired-count") is { } count
            ? int.Parse(count, System.Globalization.CultureInfo.InvariantCulture)
            : _desired);
        return new JsonObject { ["service"] = new JsonObject { ["deployments"] = new JsonArray(new JsonObject { ["id"] = "ecs-svc/1" }) } };
    }

    private JsonObject StopDeployment(string arn)
    {
        _deployments.Single(one => one["serviceDeploymentArn"]!.ToString() == arn)["status"] = "ROLLBACK_SUCCESSFUL";
        return new JsonObject { ["serviceDeploymentArn"] = arn };
    }

    private JsonObject RunTask(Arguments arguments)
    {
        var definition = Definition(arguments.Needed("--task-definition"));
        if (definition["status"]!.ToString() != "ACTIVE")
            throw new PretendException(254, "An error occurred (ClientException): TaskDefinition is inactive");
        var arn = $"{Arn}:task/{_tasks.Count + 1}";
        var image = Image(definition).Split('@')[^1];
        _tasks[arn] = (arguments.Needed("--task-definition"), Stuck ? -1 : Failing.Contains(image) ? 1 : 0,
            arguments.Needed("--started-by"));
        return new JsonObject { ["tasks"] = new JsonArray(new JsonObject { ["taskArn"] = arn }) };
    }

    private JsonObject DescribeTask(string arn)
    {
        var (definition, exit, _) = _tasks[arn] = EndTaskAtNextLook ? _tasks[arn] with { Exit = 0 } : _tasks[arn];
        return new JsonObject
        {
            ["tasks"] = new JsonArray(new JsonObject
            {
                ["lastStatus"] = exit < 0 ? "RUNNING" : "STOPPED",
                ["containers"] = new JsonArray(new JsonObject { ["exitCode"] = exit < 0 ? null : exit }),
                ["stoppedReason"] = exit < 0 ? null : "Essential container in task exited",
                ["taskDefinitionArn"] = definition,
            }),
        };
    }

    // The database

    private JsonObject Create(string name, string data, string time)
    {
        var instance = new JsonObject
        {
            ["DBInstanceIdentifier"] = name,
            ["DBInstanceArn"] = $"arn:aws:rds:us-east-1:{Account}:db:{name}",
            ["DBInstanceStatus"] = "available",
            ["InstanceCreateTime"] = time,
            ["Endpoint"] = new JsonObject { ["Address"] = HostOf(name) },
            ["Data"] = data,
            ["DBInstanceClass"] = "db.m7g.large",
            ["MultiAZ"] = true,
            ["StorageType"] = "gp3",
            ["DBSubnetGroup"] = new JsonObject { ["DBSubnetGroupName"] = "subnets" },
            ["DBParameterGroups"] = new JsonArray(new JsonObject { ["DBParameterGroupName"] = "parameters" }),
            ["VpcSecurityGroups"] = new JsonArray(new JsonObject { ["VpcSecurityGroupId"] = "sg-1" }),
            ["CopyTagsToSnapshot"] = true,
            ["DeletionProtection"] = true,
            ["AutoMinorVersionUpgrade"] = true,
            ["IAMDatabaseAuthenticationEnabled"] = true,
            ["EnabledCloudwatchLogsExports"] = new JsonArray("postgresql"),
            ["CACertificateIdentifier"] = "rds-ca-rsa2048-g1",
            ["BackupRetentionPeriod"] = 14,
            ["PreferredBackupWindow"] = "02:00-03:00",
            ["PreferredMaintenanceWindow"] = "sun:03:30-sun:04:30",
            ["MaxAllocatedStorage"] = 500,
            ["MonitoringInterval"] = 60,
            ["MonitoringRoleArn"] = $"arn:aws:iam::{Account}:role/monitoring",
            ["PerformanceInsightsEnabled"] = true,
            ["PerformanceInsightsRetentionPeriod"] = 7,
            ["DatabaseInsightsMode"] = "standard",
            ["MasterUserSecret"] = new JsonObject
            {
                ["SecretArn"] = $"arn:aws:secretsmanager:us-east-1:{Account}:secret:rds!db-first-Ab12Cd",
                ["SecretStatus"] = "active",
            },
            ["TagList"] = new JsonArray(
                new JsonObject { ["Key"] = "aws:cloudformation:stack-name", ["Value"] = $"{Service}-{Name}-state" }),
        };
        _instances[name] = instance;
        return instance;
    }

    private JsonObject DescribeInstances(Arguments arguments)
    {
        var wanted = arguments.Value("--db-instance-identifier");
        if (wanted is not null && !_instances.ContainsKey(wanted))
            throw new PretendException(254, $"An error occurred (DBInstanceNotFound): DBInstance {wanted} not found.");
        return new JsonObject
        {
            ["DBInstances"] = new JsonArray(
                [.. _instances.Values.Where(one => wanted is null || one["DBInstanceIdentifier"]!.ToString() == wanted)
                    .Select(one => one.DeepClone())]),
        };
    }

    private JsonObject DescribeSnapshots(Arguments arguments)
    {
        var (id, of, type) = (arguments.Value("--db-snapshot-identifier"), arguments.Value("--db-instance-identifier"),
            arguments.Value("--snapshot-type"));
        return new JsonObject
        {
            ["DBSnapshots"] = new JsonArray([.. _snapshots.Where(one =>
                (id is null || one["DBSnapshotIdentifier"]!.ToString() == id)
                    && (of is null || one["DBInstanceIdentifier"]!.ToString() == of)
                    && (type is null || one["SnapshotType"]!.ToString() == type)).Select(one => one.DeepClone())]),
        };
    }

    private JsonObject CreateSnapshot(Arguments arguments)
    {
        var of = arguments.Needed("--db-instance-identifier");
        if (!_instances.ContainsKey(of)) throw new PretendException(254, $"An error occurred (DBInstanceNotFound): {of}");
        Snapshot(arguments.Needed("--db-snapshot-identifier"));
        return new JsonObject { ["DBSnapshot"] = new JsonObject { ["Status"] = "creating" } };
    }

    private JsonObject DeleteSnapshot(string id)
    {
        _snapshots.RemoveAll(one => one["DBSnapshotIdentifier"]!.ToString() == id);
        return new JsonObject { ["DBSnapshot"] = new JsonObject { ["Status"] = "deleted" } };
    }

    private JsonObject Restore(JsonObject given)
    {
        var (name, snapshot) = (given["DBInstanceIdentifier"]!.ToString(), given["DBSnapshotIdentifier"]!.ToString());
        if (_instances.ContainsKey(name)) throw new PretendException(254, $"An error occurred (DBInstanceAlreadyExists): {name}");
        var instance = Create(name, snapshot, Now());
        // What a restore is not told it does not have.
        foreach (var setting in new[]
        {
            "MaxAllocatedStorage", "MonitoringInterval", "MonitoringRoleArn", "PerformanceInsightsRetentionPeriod", "MasterUserSecret",
            "EnabledCloudwatchLogsExports",
        })
        {
            instance.Remove(setting);
        }

        instance["PerformanceInsightsEnabled"] = false;
        instance["BackupRetentionPeriod"] = 1;
        instance["EnabledCloudwatchLogsExports"] = given["EnableCloudwatchLogsExports"]?.DeepClone();
        instance["DeletionProtection"] = given["DeletionProtection"]?.DeepClone();
        instance["TagList"] = given["Tags"]?.DeepClone();
        return new JsonObject { ["DBInstance"] = new JsonObject { ["DBInstanceStatus"] = "creating" } };
    }

    private JsonObject ModifyInstance(Arguments arguments)
    {
        var given = arguments.Value("--cli-input-json") is null ? [] : arguments.Json("--cli-input-json");
        var name = given["DBInstanceIdentifier"]?.ToString() ?? arguments.Needed("--db-instance-identifier");
        if (!_instances.TryGetValue(name, out var instance))
            throw new PretendException(254, $"An error occurred (DBInstanceNotFound): {name}");
        foreach (var (key, value) in given)
        {
            if (key is "DBInstanceIdentifier" or "ApplyImmediately") continue;
            if (key == "ManageMasterUserPassword")
            {
                instance["MasterUserSecret"] = new JsonObject
                {
                    ["SecretArn"] = $"arn:aws:secretsmanager:us-east-1:{Account}:secret:rds!db-of-{instance["Data"]}-Ef34Gh",
                    ["SecretStatus"] = "active",
                };
            }
            else
            {
                instance[key == "EnablePerformanceInsights" ? "PerformanceInsightsEnabled" : key] = value?.DeepClone();
            }
        }

        if (arguments.Value("--new-db-instance-identifier") is { } other)
        {
            if (!_instances.TryAdd(other, instance))
                throw new PretendException(254, $"An error occurred (DBInstanceAlreadyExists): {other}");
            _instances.Remove(name);
            instance["DBInstanceIdentifier"] = other;
            instance["DBInstanceArn"] = $"arn:aws:rds:us-east-1:{Account}:db:{other}";
            instance["Endpoint"]!["Address"] = HostOf(other);
        }

        return new JsonObject { ["DBInstance"] = new JsonObject { ["DBInstanceStatus"] = "modifying" } };
    }

    private JsonObject? AddTags(Arguments arguments)
    {
        var instance = _instances.Values.Single(one => one["DBInstanceArn"]!.ToString() == arguments.Needed("--resource-name"));
        foreach (var tag in arguments.All("--tags").Select(tag => tag.Split(',')))
        {
            var (key, value) = (tag[0]["Key=".Length..], tag[1]["Value=".Length..]);
            var tags = instance["TagList"]!.AsArray();
            if (tags.FirstOrDefault(one => one!["Key"]!.ToString() == key) is { } present) present["Value"] = value;
            else tags.Add(new JsonObject { ["Key"] = key, ["Value"] = value });
        }

        return null;
    }

    private JsonObject PutSecret(JsonObject secret)
    {
        _secret = secret;
        return new JsonObject { ["VersionId"] = "1" };
    }
}
