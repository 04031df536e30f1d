using System.Text.Json.Nodes;
using Opportunities.SystemTests.Infrastructure;

namespace Opportunities.SystemTests.Deployed;

/// <summary>What ECS would put into the environment of a task's container: the plain variables, and the secrets filled in.</summary>
internal static class TaskEnvironment
{
    // arn:aws:secretsmanager:region:account:secret:name, and after it a key of the secret's JSON, a stage and a version.
    private const int ArnParts = 7;

    /// <summary>The variables of a container.</summary>
    /// <param name="template">The application's template.</param>
    /// <param name="family">The task definition.</param>
    /// <param name="container">The container's name.</param>
    /// <param name="values">What the template's references come to.</param>
    /// <param name="secrets">The texts of the secrets, by ARN.</param>
    public static Dictionary<string, string?> Of(
        Template template, string family, string container, CloudFormationValues values, IReadOnlyDictionary<string, string> secrets)
    {
        var definition = template.All("AWS::ECS::TaskDefinition").Single(task => task.Text("Family") == family)
            .List("ContainerDefinitions").Single(candidate => candidate["Name"]!.ToString() == container);
        var variables = new Dictionary<string, string?>();
        foreach (var variable in definition["Environment"]!.AsArray())
            variables.Add(variable!["Name"]!.ToString(), values.Of(variable["Value"]!, template));
        foreach (var secret in definition["Secrets"]!.AsArray())
            variables.Add(secret!["Name"]!.ToString(), Secret(values.Of(secret["ValueFrom"]!, template), secrets));
        return variables;
    }

    private static string Secret(string valueFrom, IReadOnlyDictionary<string, string> secrets)
    {
        var parts = valueFrom.Split(':');
        var text = secrets[string.Join(':', parts.Take(ArnParts))];
        return parts.Length > ArnParts ? JsonNode.Parse(text)![parts[ArnParts]]!.ToString() : text;
    }
}
