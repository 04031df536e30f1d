using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Opportunities.Data.Requirements;

/// <summary>A problem that the client wants solved.</summary>
public sealed class ProblemStatement : Requirement<ProblemStatement.Values>
{
    /// <summary>Shortest description.</summary>
    public const int MinDescription = 100;

    /// <summary>Longest description.</summary>
    public const int MaxDescription = 20_000;

    /// <summary>One that is not part of an opportunity yet.</summary>
    public ProblemStatement(Values values) => Set(values);

    private ProblemStatement()
    {
    }

    /// <summary>The values of a problem statement.</summary>
    /// <param name="Description"><see cref="MinDescription"/>–<see cref="MaxDescription"/> code points.</param>
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

internal sealed class ProblemStatementConfiguration : IEntityTypeConfiguration<ProblemStatement>
{
    public void Configure(EntityTypeBuilder<ProblemStatement> builder) => builder.ToTable("problem_statements", table =>
    {
        table.HasCheckConstraint("ck_problem_statements_description",
            $"char_length(description) BETWEEN {ProblemStatement.MinDescription} AND {ProblemStatement.MaxDescription}");
        table.HasCheckConstraint("ck_problem_statements_priority", "priority BETWEEN 1 AND 5");
    });
}
