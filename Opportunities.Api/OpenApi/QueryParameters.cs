using Microsoft.OpenApi;
using Opportunities.Api.Input;
using Opportunities.Data;

namespace Opportunities.Api.OpenApi;

/// <summary>Query parameters in the OpenAPI document.</summary>
internal static class QueryParameters
{
    private static readonly Dictionary<string, string> _descriptions = new()
    {
        ["page"] = "The page, from 0.",
        ["size"] = "Items a page; 20 by default.",
        ["cursor"] = "Continues a walk: next_cursor of the page before.",
        ["status"] = "Only these states; repeatable.",
        ["priority"] = "Only these urgencies; repeatable.",
        ["client_name"] = "Exactly this client.",
        ["created_by"] = "Created by this subject; me is the caller.",
        ["q"] = "Words that all occur in title, description or client name.",
        ["min_budget"] = "At least this budget.",
        ["max_budget"] = "At most this budget.",
        ["starts_from"] = "Starting at this time or later.",
        ["starts_to"] = "Starting at this time or earlier.",
        ["created_from"] = "Created at this time or later.",
        ["created_to"] = "Created at this time or earlier.",
        ["sort_by"] = "The order; created_at by default.",
        ["sort_direction"] = "desc by default.",
    };

    public static OpenApiParameter Describe(IMember member, OpenApiDocument document)
    {
        var repeatable = member is EnumMember<OpportunityStatus> or EnumMember<Priority>;
        return new OpenApiParameter
        {
            Name = member.Name,
            In = ParameterLocation.Query,
            Description = _descriptions[member.Name],
            Explode = repeatable,
            Style = ParameterStyle.Form,
            Schema = repeatable
                ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = member.Describe(document), MaxItems = 50 }
                : member.Describe(document),
        };
    }
}
