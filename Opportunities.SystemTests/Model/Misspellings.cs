using System.Text;

namespace Opportunities.SystemTests.Model;

/// <summary>A request with a value in a form that the contract does not know.</summary>
/// <param name="Status">What it is refused with.</param>
/// <param name="Query">What follows the opportunities' address; <c>{id}</c> stands for an id, <c>{1}</c> for all of it but the
/// first letter.</param>
/// <param name="Body">The body of a PUT; null for a GET.</param>
internal sealed record Misspelling(int Status, string Query, string? Body = null)
{
    public bool IsWrite => Body is not null;

    public HttpRequestMessage Request(string id)
    {
        var address = Query.Replace("{id}", id, StringComparison.Ordinal).Replace("{1}", id[1..], StringComparison.Ordinal)
            .Replace("{short}", id.Replace("-", "", StringComparison.Ordinal), StringComparison.Ordinal);
        return new HttpRequestMessage(IsWrite ? HttpMethod.Put : HttpMethod.Get, $"{ApiClient.Opportunities}{address}")
        {
            Content = IsWrite ? new StringContent(Body!, Encoding.UTF8, "application/json") : null,
        };
    }
}

/// <summary>Forms that look like one that the contract knows.</summary>
internal static class Misspellings
{
    public static readonly IReadOnlyList<Misspelling> All =
    [
        .. new[] { "/{id}%20", "/%20{id}", "/{id}%0A", "/{id}%C2%A0", "/+{1}", "/%7B{id}%7D", "/{short}", "/{id}%E2%80%8B" }.Select(
            path => new Misspelling(404, path)),
        .. new[]
        {
            "min_budget=1e2", "min_budget=%20100", "min_budget=100%0A", "min_budget=%2B100", "max_budget=1%D9%A0", "page=%2B1", "page=1%00",
            "status=draft", "status=DRAFT%20", "starts_from=2023-01-01", "starts_from=2023-01-01T00:00:00Z%0A",
            "created_to=2023-01-01T24:00:00Z", "updated_from=2023-01-01T00:00:00", "updated_to=%202023-01-01T00:00:00Z", "q=%E2%80%8B",
            "q=a%01", "cursor=%20x", "Page=1", "external_id=1", "external_source=Erp", "external_source=%20erp",
            "external_source=erp&external_id=%E2%80%8B", "fields=title,%20status", "fields=Title", "fields=title,title",
            "fields=title;status", "fields=title,",
        }.Select(query => new Misspelling(400, $"?{query}")),
        .. new[]
        {
            """{"estimated_budget":"100"}""", """{"estimated_budget":0.001}""", """{"title":"\u200b"}""", """{"title":"a\u0001"}""",
            """{"Title":"a"}""", """{"title":"a","\u0074itle":"a"}""", """{"external_id":"erp/1"}""",
            """{"external_id":{"source":"Erp","id":"1"}}""", """{"external_id":{"source":"erp"}}""",
            """{"external_id":{"source":"erp","id":"1","name":"x"}}""", """{"external_id":{"source":"erp","id":" "}}""",
            """{"owner":"dev-all"}""", """{"priority":"low"}""", """{"estimated_end_date":"2023-12-31"}""", """{"title":null}""",
        }.Select(body => new Misspelling(400, "/{id}", body)),
    ];
}
