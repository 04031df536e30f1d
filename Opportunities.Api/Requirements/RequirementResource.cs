using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.HttpResults;
using Opportunities.Api.Auth;
using Opportunities.Api.Errors;
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
internal abstract class RequirementResource<T, TValues, TResponse>
    where T : Requirement<TValues>
    where TValues : class
    where TResponse : class
{
    /// <summary>The path segment of the collection.</summary>
    protected abstract string Segment { get; }

    /// <summary>The name of one, in operation ids.</summary>
    protected abstract string Name { get; }

    /// <summary>The name of one, in prose.</summary>
    protected abstract string Noun { get; }

    protected abstract Shape<TValues> Body { get; }

    protected abstract JsonTypeInfo<TResponse> One { get; }

    protected abstract JsonTypeInfo<PartList<TResponse>> Many { get; }

    protected abstract T New(TValues values);

    protected abstract IReadOnlyList<T> PartsOf(Opportunity opportunity);

    protected abstract IReadOnlyList<TResponse> PartsOf(OpportunityResponse opportunity);

    protected abstract TResponse Respond(T requirement);

    protected abstract Guid IdOf(TResponse response);

    public void Map(IEndpointRouteBuilder opportunity)
    {
        var group = opportunity.MapGroup(Segment);
        group.MapGet("", ListAsync)
            .RequireAuthorization(Policies.Read)
            .WithName($"List{Name}s").WithSummary($"List the {Noun}s of an opportunity").WithDescription("Oldest first.")
            .HonoursIfNoneMatch()
            .Produces<PartList<TResponse>>();
        group.MapGet("{sid}", GetAsync)
            .RequireAuthorization(Policies.Read)
            .WithName($"Get{Name}").WithSummary($"Read a {Noun}").WithDescription("Its ETag is the opportunity's.")
            .HonoursIfNoneMatch()
            .Produces<TResponse>();
        group.MapPost("", AddAsync)
            .RequireAuthorization(Policies.Write)
            .WithName($"Add{Name}").WithSummary($"Add a {Noun}").WithDescription("Raises the version of the opportunity, and is in its history.")
            .Takes(Body).HonoursIfMatch()
            .Produces<TResponse>(StatusCodes.Status201Created);
        group.MapPut("{sid}", ReplaceAsync)
            .RequireAuthorization(Policies.Write)
            .WithName($"Replace{Name}").WithSummary($"Replace a {Noun}").WithDescription("As a whole: members that are not sent get their defaults.")
            .Takes(Body).HonoursIfMatch()
            .Produces<TResponse>();
        group.MapDelete("{sid}", RemoveAsync)
            .RequireAuthorization(Policies.Write)
            .WithName($"Remove{Name}").WithSummary($"Remove a {Noun}").WithDescription("Its values stay in the history.")
            .HonoursIfMatch()
            .Produces(StatusCodes.Status204NoContent);
    }

    private Task ListAsync(string id, HttpContext context) =>
        OpportunityQuery.AnswerAsync(context, id, Segment, opportunity => new PartList<TResponse>(PartsOf(opportunity)), Many);

    private Task GetAsync(string id, string sid, HttpContext context)
    {
        var key = Ids.Parse(sid);
        return OpportunityQuery.AnswerAsync(
            context, id, $"{Segment}/{key}", opportunity => PartsOf(opportunity).FirstOrDefault(requirement => IdOf(requirement) == key), One);
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
        context.Response.Headers.Location = $"{OpportunityRoutes.Prefix}/{opportunity.Id}/{Segment}/{requirement.Id}";
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
        var requirement = Find(opportunity, key) ?? throw ApiException.NotFound();
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
        var requirement = Find(opportunity, key) ?? throw ApiException.NotFound();
        change.EnsureAllowed(caller.MayEdit(opportunity));
        opportunity.Remove(requirement, ChangeContext.Now(caller.Subject, time));
        await change.SaveAsync(cancellationToken);
        context.Response.Headers.ETag = ETags.Format(opportunity.Version);
        return TypedResults.NoContent();
    }

    private T? Find(Opportunity opportunity, Guid id) => PartsOf(opportunity).FirstOrDefault(requirement => requirement.Id == id);

    private JsonHttpResult<TResponse> Changed(HttpContext context, Opportunity opportunity, T requirement, int statusCode)
    {
        context.Response.Headers.ETag = ETags.Format(opportunity.Version);
        return TypedResults.Json(Respond(requirement), One, statusCode: statusCode);
    }
}
