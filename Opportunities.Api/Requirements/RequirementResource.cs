using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.HttpResults;
using Opportunities.Api.Auth;
using Opportunities.Api.Http;
using Opportunities.Api.Input;
using Opportunities.Api.OpenApi;
using Opportunities.Api.Opportunities;
using Opportunities.Api.Writing;
using Opportunities.Data;
using Opportunities.Data.Requirements;

namespace Opportunities.Api.Requirements;

/// <summary>
/// A sub-collection of an opportunity and its operations; what differs between the kinds is what they override. Reads share the
/// opportunity's one statement, cache scope and ETag, and writes its lock, rules, history and version.
/// </summary>
internal abstract class RequirementResource<T, TValues, TResponse>(string segment, string noun)
    where T : Requirement<TValues>
    where TValues : class
    where TResponse : class, IPartResponse
{
    protected abstract Shape<TValues> Body { get; }

    protected abstract JsonTypeInfo<TResponse> One { get; }

    protected abstract JsonTypeInfo<PartList<TResponse>> Many { get; }

    protected abstract T New(TValues values);

    protected abstract IReadOnlyList<TResponse> PartsOf(OpportunityResponse opportunity);

    protected abstract TResponse Respond(T requirement);

    public void Map(IEndpointRouteBuilder opportunity)
    {
        var (group, name) = (opportunity.MapGroup(segment), typeof(T).Name);
        group.MapGet("", ListAsync)
            .RequireAuthorization(Policies.Read)
            .WithName($"List{name}s").WithSummary($"List the {noun}s of an opportunity").WithDescription("Oldest first.")
            .HonoursIfNoneMatch()
            .Produces<PartList<TResponse>>();
        group.MapGet("{sid}", GetAsync)
            .RequireAuthorization(Policies.Read)
            .WithName($"Get{name}").WithSummary($"Read a {noun}").WithDescription("Its ETag is the opportunity's.")
            .HonoursIfNoneMatch()
            .Produces<TResponse>();
        group.MapPost("", AddAsync)
            .RequireAuthorization(Policies.Write)
            .WithName($"Add{name}").WithSummary($"Add a {noun}").WithDescription("Raises the version of the opportunity, and is in its history.")
            .Takes(Body).HonoursIfMatch()
            .Produces<TResponse>(StatusCodes.Status201Created);
        group.MapPut("{sid}", ReplaceAsync)
            .RequireAuthorization(Policies.Write)
            .WithName($"Replace{name}").WithSummary($"Replace a {noun}").WithDescription("As a whole: members that are not sent get their defaults.")
            .Takes(Body).HonoursIfMatch()
            .Produces<TResponse>();
        group.MapDelete("{sid}", RemoveAsync)
            .RequireAuthorization(Policies.Write)
            .WithName($"Remove{name}").WithSummary($"Remove a {noun}").WithDescription("Its values stay in the history.")
            .HonoursIfMatch()
            .Produces(StatusCodes.Status204NoContent);
    }

    private Task ListAsync(string id, HttpContext context) =>
        OpportunityQuery.AnswerAsync(context, id, segment, opportunity => new PartList<TResponse>(PartsOf(opportunity)), Many);

    private Task GetAsync(string id, string sid, HttpContext context)
    {
        var key = Ids.Parse(sid);
        return OpportunityQuery.AnswerAsync(
            context, id, $"{segment}/{key}", opportunity => PartsOf(opportunity).FirstOrDefault(requirement => requirement.Id == key), One);
    }

    // IResult: the generator of request delegates does not know a type parameter in a signature.
    private async Task<IResult> AddAsync(
        string id, HttpContext context, OpportunityWriter writer, TimeProvider time, CancellationToken cancellationToken)
    {
        var requirement = New(await Body.ReadAsync(context));
        var caller = context.User.GetCaller();
        await using var change = await writer.BeginAsync(context.Request, Ids.Parse(id), caller, cancellationToken);
        var opportunity = change.Opportunity;
        change.EnsureAllowed(caller.MayEdit(opportunity));
        opportunity.Add(requirement, ChangeContext.Now(caller.Subject, time));
        await change.SaveAsync(cancellationToken);
        context.Response.Headers.Location = $"{OpportunityRoutes.Prefix}/{opportunity.Id}/{segment}/{requirement.Id}";
        return Changed(context, opportunity, requirement, StatusCodes.Status201Created);
    }

    private async Task<IResult> ReplaceAsync(
        string id, string sid, HttpContext context, OpportunityWriter writer, TimeProvider time, CancellationToken cancellationToken)
    {
        var values = await Body.ReadAsync(context);
        var key = Ids.Parse(sid);
        var caller = context.User.GetCaller();
        await using var change = await writer.BeginAsync(context.Request, Ids.Parse(id), caller, cancellationToken);
        var opportunity = change.Opportunity;
        var requirement = await change.FindAsync<T>(key, cancellationToken);
        change.EnsureAllowed(caller.MayEdit(opportunity));
        opportunity.Replace(requirement, values, ChangeContext.Now(caller.Subject, time));
        await change.SaveAsync(cancellationToken);
        return Changed(context, opportunity, requirement, StatusCodes.Status200OK);
    }

    private async Task<NoContent> RemoveAsync(
        string id, string sid, HttpContext context, OpportunityWriter writer, TimeProvider time, CancellationToken cancellationToken)
    {
        var key = Ids.Parse(sid);
        var caller = context.User.GetCaller();
        await using var change = await writer.BeginAsync(context.Request, Ids.Parse(id), caller, cancellationToken);
        var opportunity = change.Opportunity;
        var requirement = await change.FindAsync<T>(key, cancellationToken);
        change.EnsureAllowed(caller.MayEdit(opportunity));
        opportunity.Remove(requirement, ChangeContext.Now(caller.Subject, time));
        await change.SaveAsync(cancellationToken);
        context.Response.Headers.ETag = ETags.Format(opportunity.Version);
        return TypedResults.NoContent();
    }

    private JsonHttpResult<TResponse> Changed(HttpContext context, Opportunity opportunity, T requirement, int statusCode)
    {
        context.Response.Headers.ETag = ETags.Format(opportunity.Version);
        return TypedResults.Json(Respond(requirement), One, statusCode: statusCode);
    }
}
