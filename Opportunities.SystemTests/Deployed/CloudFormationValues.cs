using System.Text.Json.Nodes;
using Opportunities.SystemTests.Infrastructure;

namespace Opportunities.SystemTests.Deployed;

/// <summary>Works out a template's values as CloudFormation does, but for what only a created resource could tell.</summary>
/// <param name="stacks">The templates.</param>
/// <param name="created">What a resource would tell: by the resource and its attribute (<c>Ref</c> for its reference).</param>
internal sealed class CloudFormationValues(SynthesizedEnvironment stacks, Func<Resource, string, string> created)
{
    /// <summary>The text that a value comes to.</summary>
    /// <param name="value">A text, or a function of CloudFormation's.</param>
    /// <param name="template">Where it stands.</param>
    public string Of(JsonNode value, Template template)
    {
        if (value is JsonValue text) return text.ToString();
        var (function, argument) = Assert.Single(value.AsObject());
        return function switch
        {
            "Fn::Join" => string.Join(argument![0]!.ToString(), argument[1]!.AsArray().Select(part => Of(part!, template))),
            "Fn::ImportValue" => Exported(argument!.ToString()),
            "Fn::GetAtt" => created(Find(template, argument![0]!.ToString()), argument[1]!.ToString()),
            "Ref" => created(Find(template, argument!.ToString()), function),
            _ => throw new InvalidOperationException($"The template uses {function}, which this test does not know."),
        };
    }

    private string Exported(string name)
    {
        var (template, output) = stacks.Templates
            .SelectMany(template => template.Json["Outputs"]!.AsObject().Select(output => (template, output: output.Value!)))
            .Single(found => found.output["Export"]?["Name"]?.ToString() == name);
        return Of(output["Value"]!, template);
    }

    private static Resource Find(Template template, string logicalId) =>
        template.Resources.Single(resource => resource.LogicalId == logicalId);
}
