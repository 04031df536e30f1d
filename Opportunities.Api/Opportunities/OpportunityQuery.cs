using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.EntityFrameworkCore;
using Opportunities.Data;

namespace Opportunities.Api.Opportunities;

/// <summary>Reads one opportunity with its collections in one statement, so that they are of one moment, whatever is written meanwhile.</summary>
internal static class OpportunityQuery
{
    public static async Task<OpportunityResponse?> FindAsync(
        OpportunitiesDbContext database, Guid id, Caller caller, CancellationToken cancellationToken)
    {
        var row = await database.Database.SqlQuery<Row>(
            $"""
             SELECT o.id, o.title, o.description, o.client_name, o.estimated_budget, o.estimated_start_date, o.estimated_end_date, o.priority,
                    o.status, o.created_by, o.updated_by, o.created_at, o.updated_at, o.submitted_at, o.completed_at, o.cancelled_at, o.version,
                    (SELECT json_agg(p ORDER BY p.created_at, p.id)::text FROM problem_statements p WHERE p.opportunity_id = o.id) AS problem_statements,
                    (SELECT json_agg(s ORDER BY s.created_at, s.id)::text FROM skill_requirements s WHERE s.opportunity_id = o.id) AS skill_requirements,
                    (SELECT json_agg(t ORDER BY t.created_at, t.id)::text FROM timeline_requirements t WHERE t.opportunity_id = o.id) AS timeline_requirements,
                    (SELECT json_agg(a ORDER BY a.created_at, a.id)::text FROM attachments a WHERE a.opportunity_id = o.id) AS attachments
             FROM opportunities o
             WHERE o.id = {id} AND o.deleted_at IS NULL AND ({caller.ReadsAll} OR o.created_by = {caller.Subject})
             """).SingleOrDefaultAsync(cancellationToken);
        return row?.ToResponse();
    }

    private static List<T> Parse<T>(string? json, JsonTypeInfo<List<T>> type) =>
        json is null ? [] : JsonSerializer.Deserialize(json, type)!;

    /// <summary>What the statement gives: the collections as JSON, in the answer's own member names.</summary>
    private sealed record Row
    {
        public Guid Id { get; init; }

        public required string Title { get; init; }

        public required string Description { get; init; }

        public required string ClientName { get; init; }

        public decimal EstimatedBudget { get; init; }

        public DateTime EstimatedStartDate { get; init; }

        public DateTime EstimatedEndDate { get; init; }

        public short Priority { get; init; }

        public required string Status { get; init; }

        public required string CreatedBy { get; init; }

        public required string UpdatedBy { get; init; }

        public DateTime CreatedAt { get; init; }

        public DateTime UpdatedAt { get; init; }

        public DateTime? SubmittedAt { get; init; }

        public DateTime? CompletedAt { get; init; }

        public DateTime? CancelledAt { get; init; }

        public int Version { get; init; }

        public string? ProblemStatements { get; init; }

        public string? SkillRequirements { get; init; }

        public string? TimelineRequirements { get; init; }

        public string? Attachments { get; init; }

        public OpportunityResponse ToResponse() => new()
        {
            Id = Id,
            Title = Title,
            Description = Description,
            ClientName = ClientName,
            EstimatedBudget = EstimatedBudget,
            EstimatedStartDate = EstimatedStartDate,
            EstimatedEndDate = EstimatedEndDate,
            Priority = (Priority)Priority,
            Status = WireName<OpportunityStatus>.Parse(Status),
            CreatedBy = CreatedBy,
            UpdatedBy = UpdatedBy,
            CreatedAt = CreatedAt,
            UpdatedAt = UpdatedAt,
            SubmittedAt = SubmittedAt,
            CompletedAt = CompletedAt,
            CancelledAt = CancelledAt,
            Version = Version,
            ProblemStatements = Parse(ProblemStatements, StoredJson.Default.ListProblemStatementResponse),
            SkillRequirements = Parse(SkillRequirements, StoredJson.Default.ListSkillRequirementResponse),
            TimelineRequirements = Parse(TimelineRequirements, StoredJson.Default.ListTimelineRequirementResponse),
            Attachments = Parse(Attachments, StoredJson.Default.ListAttachmentResponse),
        };
    }
}
