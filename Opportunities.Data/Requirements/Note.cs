using System.Text.Json.Nodes;

namespace Opportunities.Data.Requirements;

/// <summary>What somebody noted about the opportunity, in whatever state that is. There may be many: it is answered without.</summary>
public sealed class Note : Requirement<Note.Values>
{
    public const int MaxText = 10_000;

    public Note(Values values, string createdBy)
    {
        Set(values);
        CreatedBy = createdBy;
    }

    private Note()
    {
    }

    /// <param name="Text">1–<see cref="MaxText"/> code points.</param>
    public sealed record Values(string Text);

    public string Text { get; private set; } = null!;
    public string CreatedBy { get; private init; } = null!;

    internal override string Collection => "notes";
    internal override bool IsLockedByState => false;

    internal override void Set(Values values) => Text = values.Text;

    internal override Values Content() => new Values(Text);

    internal override void AddTo(JsonObject json)
    {
        json["created_by"] = CreatedBy;
        base.AddTo(json);
    }
}

internal sealed class NoteConfiguration : IEntityTypeConfiguration<Note>
{
    public void Configure(EntityTypeBuilder<Note> builder)
    {
        builder.ToTable("notes", table => table.HasCheckConstraint("ck_notes_text", $"char_length(text) BETWEEN 1 AND {Note.MaxText}"));
        builder.HasIndex(n => new { n.OpportunityId, n.CreatedAt, n.Id });
    }
}
