namespace Opportunities.Data.Requirements;

/// <summary>A problem that the client wants solved.</summary>
public sealed class ProblemStatement : Requirement<ProblemStatement.Values>
{
    /// <summary>One that is not part of an opportunity yet.</summary>
    public ProblemStatement(Values values) => Set(values);

    private ProblemStatement()
    {
    }

    /// <summary>The values of a problem statement.</summary>
    /// <param name="Description"><see cref="OpportunityLimits.ProblemDescriptionMin"/>–<see cref="OpportunityLimits.ProblemDescription"/> code points.</param>
    /// <param name="Priority">1 (first) to 5.</param>
    public sealed record Values(string Description, int Priority);

    /// <summary>The problem, in the client's words.</summary>
    public string Description { get; private set; } = null!;

    /// <summary>1 (first) to 5.</summary>
    public int Priority { get; private set; }

    internal override string Collection => "problem_statements";

    internal override void Set(Values values) => (Description, Priority) = values;

    internal override Values Content() => new Values(Description, Priority);
}
