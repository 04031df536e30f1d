using Microsoft.AspNetCore.OpenApi;
using Opportunities.Api.Input;

namespace Opportunities.Api.Opportunities;

/// <summary>The parameter <c>fields</c>: which members an item of the list has.</summary>
internal static class ItemFields
{
    public static readonly IReadOnlyList<string> All = [.. ApiJson.Wire.OpportunitySummary.Properties.Select(member => member.Name)];

    public static readonly IReadOnlyList<string> Always = ["id", "version"];

    private static readonly ListMember<string> _fields = new(new ChoiceMember("fields", All, "Field"), All.Count);

    /// <summary>The members that were asked for, in one order however they were named; null: all.</summary>
    public static IReadOnlyList<string>? Read(QueryInput input) =>
        input.Optional(_fields, null!, "Each item has these members alone, and id and version; all by default.") is { } named
            ? [.. All.Where(name => named.Contains(name) || Always.Contains(name))]
            : null;

    /// <summary>The columns of which the members are made, and that of the order.</summary>
    public static IReadOnlySet<string> Columns(IReadOnlyList<string> fields, SortKey? key) =>
        fields.SelectMany(static name => name switch
            {
                "reactivation_deadline" => ["cancelled_at"],
                "external_id" => ["external_source", "external_id"],
                _ => new[] { name },
            })
            .Append(key?.Name ?? "id")
            .ToHashSet(StringComparer.Ordinal);

    public static byte[] Write(OpportunityPage page, IReadOnlyList<string>? fields)
    {
        if (fields is null) return JsonSerializer.SerializeToUtf8Bytes(page, ApiJson.Wire.OpportunityPage);
        var json = JsonSerializer.SerializeToNode(page, ApiJson.Wire.OpportunityPage)!;
        foreach (var item in json["items"]!.AsArray())
        {
            foreach (var name in All.Except(fields)) item!.AsObject().Remove(name);
        }

        return Encoding.UTF8.GetBytes(json.ToJsonString(ApiJson.Wire.Options));
    }

    /// <summary>
    /// Describes an item as either whole or less than that. Generators that know no alternatives take the first, which is what is
    /// answered to who names no fields.
    /// </summary>
    public static Task Describe(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var document = context.Document!;
        var schemas = document.Components!.Schemas!;
        var (page, whole) = (schemas[nameof(OpportunityPage)], schemas[nameof(OpportunitySummary)]);
        document.AddComponent("SelectedOpportunity", new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Description = "An opportunity in a list with fields: the members that were named, id and version.",
            Properties = whole.Properties,
            Required = Always.ToHashSet(),
            MaxProperties = All.Count - 1,
        });
        ((OpenApiSchema)page.Properties!["items"]).Items = new OpenApiSchema
        {
            OneOf =
            [
                new OpenApiSchemaReference(nameof(OpportunitySummary), document),
                new OpenApiSchemaReference("SelectedOpportunity", document),
            ],
        };
        return Task.CompletedTask;
    }
}
