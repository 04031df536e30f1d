using System.Text.Json.Serialization.Metadata;
using Opportunities.Api.Input;
using Opportunities.Api.Opportunities;
using Opportunities.Data;
using Opportunities.Data.Requirements;

namespace Opportunities.Api.Requirements;

/// <summary><c>…/{id}/problem-statements</c></summary>
internal sealed class ProblemStatements()
    : RequirementResource<ProblemStatement, ProblemStatement.Values, ProblemStatementResponse>("problem-statements", "problem statement")
{
    private static readonly TextMember _description =
        new("description", ProblemStatement.MinDescription, ProblemStatement.MaxDescription);

    private static readonly IntegerMember _priority = new("priority", 1, 5);

    protected override Shape<ProblemStatement.Values> Body { get; } = new(
        "ProblemStatementInput", "A problem that the client wants solved.",
        """
        {"description":"The order system runs in a data centre whose contract ends within the year, and releases take a whole weekend each.","priority":1}
        """,
        static input => new(
            input.Required(_description),
            (int)input.Optional(_priority, 1)));

    protected override JsonTypeInfo<ProblemStatementResponse> One => ApiJson.Wire.ProblemStatementResponse;

    protected override JsonTypeInfo<PartList<ProblemStatementResponse>> Many => ApiJson.Wire.PartListProblemStatementResponse;

    protected override ProblemStatement New(ProblemStatement.Values values, Caller caller) => new ProblemStatement(values);

    protected override IReadOnlyList<ProblemStatementResponse> PartsOf(OpportunityResponse opportunity) => opportunity.ProblemStatements;

    protected override ProblemStatementResponse Respond(ProblemStatement part) => ProblemStatementResponse.From(part);
}
