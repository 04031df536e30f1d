namespace Opportunities.Data.Requirements;

/// <summary>A problem that the client wants solved.</summary>
public sealed class ProblemStatement : Requirement<ProblemStatement.Values>
{
    public const int MinDescription = 100;
    public const int MaxDescription = 20_000;

    public ProblemStatement(Values values) => Set(values);

    private ProblemStatement()
    {
    }

    /// <param name="Description"><see cref="MinDescription"/>–<see cref="MaxDescription"/> code points.</param>
    public sealed record Values(string Description, int Priority);

    public string Description { get; private set; } = null!;
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
