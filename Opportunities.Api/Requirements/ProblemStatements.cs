using Opportunities.Api.Input;
using Opportunities.Api.Opportunities;

namespace Opportunities.Api.Requirements;

/// <summary><c>…/{id}/problem-statements</c></summary>
internal static class ProblemStatements
{
    private static readonly TextMember _description =
        new("description", ProblemStatement.MinDescription, ProblemStatement.MaxDescription);

    private static readonly IntegerMember _priority = new("priority", 1, 5);

    public static RequirementResource<ProblemStatement, ProblemStatement.Values, ProblemStatementResponse> Resource { get; } = new(
        "problem-statements", "problem statement",
        new(
            "ProblemStatementInput", "A problem that the client wants solved.",
            """
            {"description":"The order system runs in a data centre whose contract ends within the year, and releases take a whole weekend each.",
             "priority":1}
            """,
            static input => new(
                input.Required(_description),
                (int)input.Optional(_priority, 1))),
        static values => new ProblemStatement(values),
        ProblemStatementResponse.From,
        static opportunity => opportunity.ProblemStatements);
}
