using Opportunities.Api.Input;
using Opportunities.Api.OpenApi;
using Opportunities.Api.Opportunities;

namespace Opportunities.Api.Requirements;

/// <summary>What somebody noted about an opportunity.</summary>
/// <param name="Id">UUID version 7.</param>
/// <param name="Text">What was noted.</param>
/// <param name="CreatedBy">The author's subject.</param>
/// <param name="CreatedAt">When it was added, UTC.</param>
/// <param name="UpdatedAt">When it last changed, UTC.</param>
public sealed record NoteResponse(
    Guid Id, [property: MaxLength(Note.MaxText)] string Text, [property: MaxLength(OpportunityLimits.Subject)] string CreatedBy,
    DateTime CreatedAt, DateTime UpdatedAt);

/// <summary>A page of an opportunity's notes, newest first.</summary>
/// <param name="Items">The notes.</param>
/// <param name="TotalItems">How many notes there are in all.</param>
/// <param name="Page">This page, from 0.</param>
/// <param name="Size">Notes a page.</param>
/// <param name="TotalPages">How many pages there are.</param>
public sealed record NotePage(
    [property: MaxLength(Paging.MaxSize)] IReadOnlyList<NoteResponse> Items, long TotalItems, int Page, int Size, long TotalPages);

/// <summary><c>…/{id}/notes</c>: of these there may be many, so that they have statements of their own, and pages.</summary>
internal sealed class Notes() : PartResource<Note, Note.Values, NoteResponse>(
    "notes", "note",
    new(
        "NoteInput", "What somebody wants to be kept about the opportunity.", """{"text":"Called them: they decide in March."}""",
        static input => new(input.Required(_text))),
    static (values, caller) => new Note(values, caller.Subject),
    static note => new(note.Id, note.Text, note.CreatedBy, note.CreatedAt, note.UpdatedAt))
{
    private static readonly TextMember _text = new("text", 1, Note.MaxText);

    protected override bool CanConflict => false;

    protected override string Rules => " Possible in every state; a note is changed and removed by its author or an administrator.";

    protected override bool IsPermitted(Caller caller, Opportunity opportunity, Note? part) =>
        part is null ? caller.MayNote(opportunity) : caller.MayChangeNote(part.CreatedBy, opportunity);

    protected override RouteHandlerBuilder MapList(IEndpointRouteBuilder group) => group.MapGet("", ListAsync)
        .WithDescription("Newest first.")
        .ReadsQuery(static input => ReadPage(input))
        .Produces<NotePage>();

    protected override Task GetAsync(string id, string sid, HttpContext context)
    {
        var (key, note) = (Ids.Parse(id), Ids.Parse(sid));
        return OpportunityQuery.AnswerAsync(
            context, key, $"{Segment}/{note}",
            () => new SqlBuilder()
                .Add($"SELECT version, (SELECT to_json(n)::text FROM notes n WHERE opportunity_id = {key} AND id = {note})"),
            static row => (
                row.GetInt32(0), row.IsDBNull(1) ? null : JsonSerializer.Deserialize(row.GetString(1), ApiJson.Stored.NoteResponse)));
    }

    private Task ListAsync(string id, HttpContext context)
    {
        var (page, size) = QueryInput.Read(context, ReadPage);
        var key = Ids.Parse(id);
        return OpportunityQuery.AnswerAsync(
            context, key, $"{Segment}?{page},{size}",
            () => new SqlBuilder()
                .Add($"SELECT version, (SELECT count(*) FROM notes WHERE opportunity_id = {key}), ")
                .Add("(SELECT json_agg(page ORDER BY created_at DESC, id DESC)::text FROM (")
                .Add($"SELECT * FROM notes WHERE opportunity_id = {key} ORDER BY created_at DESC, id DESC").AddLimit(size)
                .Add($" OFFSET {page * size}) AS page)"),
            row => (row.GetInt32(0), new NotePage(
                row.IsDBNull(2) ? [] : JsonSerializer.Deserialize(row.GetString(2), ApiJson.Stored.IReadOnlyListNoteResponse)!,
                row.GetInt64(1), page, size, Paging.Pages(row.GetInt64(1), size))));
    }

    private static (int Page, int Size) ReadPage(QueryInput input) => Paging.Read(input, "nobody has noted so much.");
}
