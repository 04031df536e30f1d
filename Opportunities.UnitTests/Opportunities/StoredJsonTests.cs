using System.Text.Json;
using Opportunities.Api;

namespace Opportunities.UnitTests.Opportunities;

/// <summary>Rows as PostgreSQL gives them as JSON.</summary>
public sealed class StoredJsonTests
{
    [Fact]
    public void A_row_that_lacks_a_member_of_the_answer_is_an_error_and_no_null()
    {
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(
            """[{"id":"0198a1b2-0000-7000-8000-000000000001","priority":1,"created_at":"2026-01-01T00:00:00+00:00","updated_at":"2026-01-01T00:00:00+00:00"}]""",
            ApiJson.Stored.IReadOnlyListProblemStatementResponse));
    }
}
