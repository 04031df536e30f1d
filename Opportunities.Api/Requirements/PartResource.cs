using Opportunities.Api.Auth;
using Opportunities.Api.Input;
using Opportunities.Api.OpenApi;
using Opportunities.Api.Opportunities;
using Opportunities.Api.Writing;

namespace Opportunities.Api.Requirements;

/// <summary>
/// A sub-collection of an opportunity and its operations; what differs between the kinds is what they override. Reads share the
/// opportunity's cache scope and ETag, and writes its lock, rules, history and version.
/// </summary>
internal abstract class PartResource<T, TValues, TResponse>(
    string segment, string noun, Shape<TValues> body, Func<TValues, Caller, T> create, Func<T, TResponse> respond)
    where T : Requirement<TValues>
    where TValues : class
    where TResponse : class
{
    protected string Segment => segment;

    /// <summary>Whether a state or another part can forbid a change.</summary>
    protected virtual bool CanConflict => true;

    /// <summary>What the descriptions of changes say of this kind alone.</summary>
    protected virtual string Rules => "";

    /// <summary>Maps the list, and says what it answers.</summary>
    protected abstract RouteHandlerBuilder MapList(IEndpointRouteBuilder group);

    protected abstract Task GetAsync(string id, string sid, HttpContext context);

    /// <summary>Whether the caller may add a part to the opportunity now, or change the one.</summary>
    protected virtual bool IsPermitted(Caller caller, Opportunity opportunity, T? part) => caller.MayEdit(opportunity);

    public void Map(IEndpointRouteBuilder opportunity)
    {
        var (group, name) = (opportunity.MapGroup(segment), typeof(T).Name);
        MapList(group)
            .RequireAuthorization(Policies.Read)
            .WithName($"List{name}s").WithSummary($"List the {noun}s of an opportunity")
            .HonoursIfNoneMatch();
        group.MapGet("{sid}", GetAsync)
            .RequireAuthorization(Policies.Read)
            .WithName($"Get{name}").WithSummary($"Read a {noun}").WithDescription("Its ETag is the opportunity's.")
            .HonoursIfNoneMatch()
            .Produces<TResponse>();
        group.MapPost("", AddAsync)
            .RequireAuthorization(Policies.Write)
            .WithName($"Add{name}").WithSummary($"Add a {noun}")
            .WithDescription("Raises the version of the opportunity, and is in its history." + Rules)
            .Takes(body).HonoursIfMatch(canConflict: CanConflict)
            .Produces<TResponse>(StatusCodes.Status201Created);
        group.MapPut("{sid}", ReplaceAsync)
            .RequireAuthorization(Policies.Write)
            .WithName($"Replace{name}").WithSummary($"Replace a {noun}")
            .WithDescription("As a whole: members that are not sent get their defaults." + Rules)
            .Takes(body).HonoursIfMatch(canConflict: CanConflict)
            .Produces<TResponse>();
        group.MapDelete("{sid}", RemoveAsync)
            .RequireAuthorization(Policies.Write)
            .WithName($"Remove{name}").WithSummary($"Remove a {noun}").WithDescription("Its values stay in the history." + Rules)
            .HonoursIfMatch(canConflict: CanConflict);
    }

    // IResult: the generator of request delegates does not know a type parameter in a signature.
    private async Task<IResult> AddAsync(string id, HttpContext context, OpportunityWriter writer)
    {
        var part = create(await body.ReadAsync(context), context.User.GetCaller());
        await using var change = await writer.BeginAsync(context, Ids.Parse(id));
        change.EnsureAllowed(IsPermitted(change.Caller, change.Opportunity, null));
        change.Opportunity.Add(part, change.Now());
        var opportunity = await change.SaveAsync();
        return TypedResults.Created($"{OpportunityRoutes.Prefix}/{opportunity.Id}/{segment}/{part.Id}", respond(part));
    }

    private async Task<IResult> ReplaceAsync(string id, string sid, HttpContext context, OpportunityWriter writer)
    {
        var values = await body.ReadAsync(context);
        var key = Ids.Parse(sid);
        await using var change = await writer.BeginAsync(context, Ids.Parse(id));
        var part = await change.FindAsync<T>(key);
        change.EnsureAllowed(IsPermitted(change.Caller, change.Opportunity, part));
        change.Opportunity.Replace(part, values, change.Now());
        await change.SaveAsync();
        return TypedResults.Ok(respond(part));
    }

    private async Task<NoContent> RemoveAsync(string id, string sid, HttpContext context, OpportunityWriter writer)
    {
        var key = Ids.Parse(sid);
        await using var change = await writer.BeginAsync(context, Ids.Parse(id));
        var part = await change.FindAsync<T>(key);
        change.EnsureAllowed(IsPermitted(change.Caller, change.Opportunity, part));
        change.Opportunity.Remove(part, change.Now());
        await change.SaveAsync();
        return TypedResults.NoContent();
    }
}
