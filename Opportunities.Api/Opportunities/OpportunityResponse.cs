using System.Data.Common;
using Opportunities.Data.Attachments;

namespace Opportunities.Api.Opportunities;

/// <summary>An opportunity in a list.</summary>
public record OpportunitySummary
{
    /// <summary>UUID version 7.</summary>
    public required Guid Id { get; init; }

    /// <summary>The headline.</summary>
    [MaxLength(OpportunityLimits.Title)]
    public required string Title { get; init; }

    /// <summary>The need, in prose.</summary>
    [MaxLength(OpportunityLimits.Description)]
    public required string Description { get; init; }

    /// <summary>The customer.</summary>
    [MaxLength(OpportunityLimits.ClientName)]
    public required string ClientName { get; init; }

    /// <summary>What it may cost, with two decimals.</summary>
    public required decimal EstimatedBudget { get; init; }

    /// <summary>When the work may begin, UTC.</summary>
    public required DateTime EstimatedStartDate { get; init; }

    /// <summary>When the work must end, UTC.</summary>
    public required DateTime EstimatedEndDate { get; init; }

    /// <summary>The urgency.</summary>
    public required Priority Priority { get; init; }

    /// <summary>What another system calls it; null where none does.</summary>
    public required ExternalId? ExternalId { get; init; }

    /// <summary>Where it stands.</summary>
    public required OpportunityStatus Status { get; init; }

    /// <summary>The subject that created it.</summary>
    [MaxLength(OpportunityLimits.Subject)]
    public required string CreatedBy { get; init; }

    /// <summary>The subject whose it is, at first the creator: it decides who sees and changes it.</summary>
    [MaxLength(OpportunityLimits.Subject)]
    public required string Owner { get; init; }

    /// <summary>The subject of the last change.</summary>
    [MaxLength(OpportunityLimits.Subject)]
    public required string UpdatedBy { get; init; }

    /// <summary>When it was created, UTC.</summary>
    public required DateTime CreatedAt { get; init; }

    /// <summary>When it last changed, UTC.</summary>
    public required DateTime UpdatedAt { get; init; }

    /// <summary>When it was submitted; null while that does not hold.</summary>
    public required DateTime? SubmittedAt { get; init; }

    /// <summary>When it was completed.</summary>
    public required DateTime? CompletedAt { get; init; }

    /// <summary>When it was cancelled; null once reactivated.</summary>
    public required DateTime? CancelledAt { get; init; }

    /// <summary>Until when a cancelled opportunity can be reactivated.</summary>
    public DateTime? ReactivationDeadline => CancelledAt + Lifecycle.ReactivationPeriod;

    /// <summary>Rises with every change; the ETag.</summary>
    public required int Version { get; init; }

    /// <summary>What a list selects.</summary>
    internal static ColumnList Columns { get; } = RowReader.Describe(row => new OpportunitySummary(row));

    /// <summary>An empty one, for its members to be set.</summary>
    public OpportunitySummary()
    {
    }

    [SetsRequiredMembers]
    private protected OpportunitySummary(RowReader row)
    {
        Id = row.Value<Guid>("id");
        Title = row.Value<string>("title");
        Description = row.Value<string>("description");
        ClientName = row.Value<string>("client_name");
        EstimatedBudget = row.Value<decimal>("estimated_budget");
        EstimatedStartDate = row.Value<DateTime>("estimated_start_date");
        EstimatedEndDate = row.Value<DateTime>("estimated_end_date");
        Priority = (Priority)row.Value<short>("priority");
        var (source, id) = (row.Value<string?>("external_source"), row.Value<string?>("external_id"));
        ExternalId = source is null ? null : new(source, id!);
        Status = row.Name<OpportunityStatus>("status");
        CreatedBy = row.Value<string>("created_by");
        Owner = row.Value<string>("owner");
        UpdatedBy = row.Value<string>("updated_by");
        CreatedAt = row.Value<DateTime>("created_at");
        UpdatedAt = row.Value<DateTime>("updated_at");
        SubmittedAt = row.Value<DateTime?>("submitted_at");
        CompletedAt = row.Value<DateTime?>("completed_at");
        CancelledAt = row.Value<DateTime?>("cancelled_at");
        Version = row.Value<int>("version");
    }

    /// <summary>The members that people write.</summary>
    internal OpportunityContent Content => new()
    {
        Title = Title,
        Description = Description,
        ClientName = ClientName,
        EstimatedBudget = EstimatedBudget,
        EstimatedStartDate = EstimatedStartDate,
        EstimatedEndDate = EstimatedEndDate,
        Priority = Priority,
        ExternalId = ExternalId,
    };

    /// <summary>The row that a reader of <see cref="Columns"/> stands on.</summary>
    internal static OpportunitySummary From(DbDataReader row) => From(new RowReader(row));

    /// <summary>What is read of a row, which may be some of the columns only.</summary>
    internal static OpportunitySummary From(RowReader row) => new(row);
}

/// <summary>An opportunity with everything that belongs to it.</summary>
public sealed record OpportunityResponse : OpportunitySummary
{
    /// <summary>The problems to solve, oldest first.</summary>
    [JsonPropertyOrder(1)]
    public required IReadOnlyList<ProblemStatementResponse> ProblemStatements { get; init; }

    /// <summary>The skills needed, oldest first.</summary>
    [JsonPropertyOrder(1)]
    public required IReadOnlyList<SkillRequirementResponse> SkillRequirements { get; init; }

    /// <summary>The dates to respect, oldest first.</summary>
    [JsonPropertyOrder(1)]
    public required IReadOnlyList<TimelineRequirementResponse> TimelineRequirements { get; init; }

    /// <summary>The files, oldest first.</summary>
    [JsonPropertyOrder(1)]
    public required IReadOnlyList<AttachmentResponse> Attachments { get; init; }

    /// <summary>What a read of one opportunity selects.</summary>
    internal static new ColumnList Columns { get; } = RowReader.Describe(row => new OpportunityResponse(row));

    /// <summary>An empty one, for its members to be set.</summary>
    public OpportunityResponse()
    {
    }

    [SetsRequiredMembers]
    private OpportunityResponse(RowReader row)
        : base(row)
    {
        ProblemStatements = row.Many("problem_statements", ApiJson.Stored.IReadOnlyListProblemStatementResponse);
        SkillRequirements = row.Many("skill_requirements", ApiJson.Stored.IReadOnlyListSkillRequirementResponse);
        TimelineRequirements = row.Many("timeline_requirements", ApiJson.Stored.IReadOnlyListTimelineRequirementResponse);
        Attachments = row.Many("attachments", ApiJson.Stored.IReadOnlyListAttachmentResponse);
    }

    /// <summary>The row that a reader of <see cref="Columns"/> stands on.</summary>
    internal static new OpportunityResponse From(DbDataReader row) => new(new RowReader(row));

    /// <summary>The answer to a write, from the entity with all collections loaded.</summary>
    internal static OpportunityResponse From(Opportunity o) => new()
    {
        Id = o.Id,
        Title = o.Title,
        Description = o.Description,
        ClientName = o.ClientName,
        EstimatedBudget = o.EstimatedBudget,
        EstimatedStartDate = o.EstimatedStartDate,
        EstimatedEndDate = o.EstimatedEndDate,
        Priority = o.Priority,
        ExternalId = o.Content.ExternalId,
        Status = o.Status,
        CreatedBy = o.CreatedBy,
        Owner = o.Owner,
        UpdatedBy = o.UpdatedBy,
        CreatedAt = o.CreatedAt,
        UpdatedAt = o.UpdatedAt,
        SubmittedAt = o.SubmittedAt,
        CompletedAt = o.CompletedAt,
        CancelledAt = o.CancelledAt,
        Version = o.Version,
        ProblemStatements = [.. OldestFirst(o.ProblemStatements).Select(ProblemStatementResponse.From)],
        SkillRequirements = [.. OldestFirst(o.SkillRequirements).Select(SkillRequirementResponse.From)],
        TimelineRequirements = [.. OldestFirst(o.TimelineRequirements).Select(TimelineRequirementResponse.From)],
        Attachments = [.. OldestFirst(o.Attachments).Select(AttachmentResponse.From)],
    };

    /// <summary>The order of sub-collections: by creation, ties by id.</summary>
    internal static IEnumerable<T> OldestFirst<T>(IEnumerable<T> parts)
        where T : OpportunityPart => parts.OrderBy(part => part.CreatedAt).ThenBy(part => part.Id);
}

/// <summary>One of a sub-collection.</summary>
internal interface IPartResponse
{
    Guid Id { get; }
}

/// <summary>A problem that the client wants solved.</summary>
/// <param name="Id">UUID version 7.</param>
/// <param name="Description">The problem, in the client's words.</param>
/// <param name="Priority">1 (first) to 5.</param>
/// <param name="CreatedAt">When it was added, UTC.</param>
/// <param name="UpdatedAt">When it last changed, UTC.</param>
public sealed record ProblemStatementResponse(
    Guid Id, [property: MaxLength(ProblemStatement.MaxDescription)] string Description, [property: Range(1, 5)] int Priority,
    DateTime CreatedAt, DateTime UpdatedAt)
    : IPartResponse
{
    internal static ProblemStatementResponse From(ProblemStatement p) => new(p.Id, p.Description, p.Priority, p.CreatedAt, p.UpdatedAt);
}

/// <summary>A skill that the work needs.</summary>
/// <param name="Id">UUID version 7.</param>
/// <param name="SkillName">The skill.</param>
/// <param name="SkillType">The kind of skill.</param>
/// <param name="ExperienceLevel">How well it must be mastered.</param>
/// <param name="Importance">Whether an architect without it is out.</param>
/// <param name="CreatedAt">When it was added, UTC.</param>
/// <param name="UpdatedAt">When it last changed, UTC.</param>
public sealed record SkillRequirementResponse(
    Guid Id, [property: MaxLength(SkillRequirement.MaxName)] string SkillName, SkillType SkillType, ExperienceLevel ExperienceLevel,
    Importance Importance, DateTime CreatedAt, DateTime UpdatedAt)
    : IPartResponse
{
    internal static SkillRequirementResponse From(SkillRequirement s) =>
        new(s.Id, s.SkillName, s.SkillType, s.ExperienceLevel, s.Importance, s.CreatedAt, s.UpdatedAt);
}

/// <summary>A date that the work must respect.</summary>
/// <param name="Id">UUID version 7.</param>
/// <param name="Description">What happens on the date.</param>
/// <param name="TargetDate">The date, UTC.</param>
/// <param name="Type">What the date means.</param>
/// <param name="IsFlexible">Whether it can move.</param>
/// <param name="CreatedAt">When it was added, UTC.</param>
/// <param name="UpdatedAt">When it last changed, UTC.</param>
public sealed record TimelineRequirementResponse(
    Guid Id, [property: MaxLength(TimelineRequirement.MaxDescription)] string Description, DateTime TargetDate, TimelineType Type,
    bool IsFlexible, DateTime CreatedAt, DateTime UpdatedAt)
    : IPartResponse
{
    internal static TimelineRequirementResponse From(TimelineRequirement t) =>
        new(t.Id, t.Description, t.TargetDate, t.Type, t.IsFlexible, t.CreatedAt, t.UpdatedAt);
}

/// <summary>A file; its bytes are had by way of a download URL.</summary>
/// <param name="Id">UUID version 7.</param>
/// <param name="FileName">The name to show.</param>
/// <param name="ContentType">The media type.</param>
/// <param name="FileSize">Bytes.</param>
/// <param name="Description">What it is, where that was said.</param>
/// <param name="CreatedAt">When it was added, UTC.</param>
/// <param name="CreatedBy">The subject that added it.</param>
public sealed record AttachmentResponse(
    Guid Id,
    [property: MaxLength(Attachment.MaxFileName)] string FileName,
    [property: MaxLength(Attachment.MaxFileName)] string ContentType,
    [property: Range(1, Attachment.MaxFileSize)] long FileSize,
    [property: MaxLength(Attachment.MaxDescription)] string? Description,
    DateTime CreatedAt,
    [property: MaxLength(OpportunityLimits.Subject)] string CreatedBy)
    : IPartResponse
{
    internal static AttachmentResponse From(Attachment a) =>
        new(a.Id, a.FileName, a.ContentType, a.FileSize, a.Description, a.CreatedAt, a.CreatedBy);
}
