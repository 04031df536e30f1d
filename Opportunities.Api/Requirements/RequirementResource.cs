using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.HttpResults;
using Opportunities.Api.Auth;
using Opportunities.Api.Errors;
using Opportunities.Api.Http;
using Opportunities.Api.Input;
using Opportunities.Api.OpenApi;
using Opportunities.Api.Opportunities;
using Opportunities.Data;
using Opportunities.Data.Requirements;

namespace Opportunities.Api.Requirements;

/// <summary>
/// A sub-collection of an opportunity and its operations; what differs between the kinds is what they override. Reads share the
/// opportunity's one statement, cache scope and ETag, and writes its lock, rules, history and version.
/// </summary>
/// <typeparam name="T">The entity.</typeparam>
/// <typeparam name="TValues">What a caller sends.</typeparam>
/// <typeparam name="TResponse">What a caller gets.</typeparam>
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

    protected abstract BodyDescription Body { get; }

    protected abstract JsonTypeInfo<TResponse> One { get; }

    protected abstract JsonTypeInfo<PartList<TResponse>> Many { get; }

    /// <summary>Reads the body's members; what is wrong is noted in the input.</summary>
    protected abstract TValues Read(JsonInput input);

    protected abstract T New(TValues values);

    protected abstract IReadOnlyList<T> Of(Opportunity opportunity);

    protected abstract IReadOnlyList<TResponse> Of(OpportunityResponse opportunity);

    protected abstract TResponse Respond(T requirement);

    protected abstract Guid IdOf(TResponse response);

    public void Map(IEndpointRouteBuilder opportunities)
    {
        var group = opportunities.MapGroup($"{{id}}/{Segment}").WithTags("Requirements");
        group.MapGet("", ListAsync)
            .RequireAuthorization(Policies.Read)
            .WithName($"List{Name}s").WithSummary($"List the {Noun}s of an opportunity").WithDescription("Oldest first.")
            .Answers<PartList<TResponse>>(StatusCodes.Status200OK)
            .TakesIfNoneMatch()
            .Refuses(StatusCodes.Status404NotFound);
        group.MapGet("{sid}", GetAsync)
            .RequireAuthorization(Policies.Read)
            .WithName($"Get{Name}").WithSummary($"Read a {Noun}").WithDescription("Its ETag is the opportunity's.")
            .Answers<TResponse>(StatusCodes.Status200OK)
            .TakesIfNoneMatch()
            .Refuses(StatusCodes.Status404NotFound);
        group.MapPost("", AddAsync)
            .RequireAuthorization(Policies.Write)
            .WithName($"Add{Name}").WithSummary($"Add a {Noun}").WithDescription("Raises the version of the opportunity, and is in its history.")
            .TakesBody(Body).TakesIfMatch()
            .Answers<TResponse>(StatusCodes.Status201Created)
            .RefusesWrite();
        group.MapPut("{sid}", ReplaceAsync)
            .RequireAuthorization(Policies.Write)
            .WithName($"Replace{Name}").WithSummary($"Replace a {Noun}").WithDescription("As a whole: members that are not sent get their defaults.")
            .TakesBody(Body).TakesIfMatch()
            .Answers<TResponse>(StatusCodes.Status200OK)
            .RefusesWrite();
        group.MapDelete("{sid}", RemoveAsync)
            .RequireAuthorization(Policies.Write)
            .WithName($"Remove{Name}").WithSummary($"Remove a {Noun}").WithDescription("Its values stay in the history.")
            .TakesIfMatch()
            .AnswersNothing(StatusCodes.Status204NoContent)
            .Refuses(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict, StatusCodes.Status412PreconditionFailed);
    }

    private Task ListAsync(string id, HttpContext context) =>
        OpportunityQuery.AnswerAsync(context, id, Segment, opportunity => new PartList<TResponse>(Of(opportunity)), Many);

    private Task GetAsync(string id, string sid, HttpContext context)
    {
        var key = Ids.Parse(sid);
        return OpportunityQuery.AnswerAsync(
            context, id, $"{Segment}/{key}", opportunity => Of(opportunity).FirstOrDefault(requirement => IdOf(requirement) == key), One);
    }

    private async Task<IResult> AddAsync(
        string id, HttpContext context, OpportunityWriter writer, TimeProvider time, CancellationToken cancellationToken)
    {
        var requirement = New(await ReadBodyAsync(context, cancellationToken));
        var caller = context.User.GetCaller();
        var opportunity = await writer.ChangeAsync(
            context.Request, Ids.Parse(id), caller, caller.MayEdit,
            current => current.Add(requirement, Stamp.Now(caller.Subject, time)), cancellationToken);
        context.Response.Headers.Location = $"{OpportunityRoutes.Prefix}/{opportunity.Id}/{Segment}/{requirement.Id}";
        return Changed(context, opportunity, requirement, StatusCodes.Status201Created);
    }

    private async Task<IResult> ReplaceAsync(
        string id, string sid, HttpContext context, OpportunityWriter writer, TimeProvider time, CancellationToken cancellationToken)
    {
        var values = await ReadBodyAsync(context, cancellationToken);
        var key = Ids.Parse(sid);
        var caller = context.User.GetCaller();
        var opportunity = await writer.ChangeAsync(
            context.Request, Ids.Parse(id), caller, current => Find(current, key) is not null && caller.MayEdit(current),
            current => current.Replace(Find(current, key), values, Stamp.Now(caller.Subject, time)),
            cancellationToken);
        return Changed(context, opportunity, Find(opportunity, key), StatusCodes.Status200OK);
    }

    private async Task<NoContent> RemoveAsync(
        string id, string sid, HttpContext context, OpportunityWriter writer, TimeProvider time, CancellationToken cancellationToken)
    {
        var key = Ids.Parse(sid);
        var caller = context.User.GetCaller();
        var opportunity = await writer.ChangeAsync(
            context.Request, Ids.Parse(id), caller, current => Find(current, key) is not null && caller.MayEdit(current),
            current => current.Remove(Find(current, key), Stamp.Now(caller.Subject, time)), cancellationToken);
        context.Response.Headers.ETag = ETags.Of(opportunity.Version);
        return TypedResults.NoContent();
    }

    private async Task<TValues> ReadBodyAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var input = await JsonInput.ReadAsync(context.Request, cancellationToken);
        var values = Read(input);
        input.ThrowIfInvalid();
        return values;
    }

    private T Find(Opportunity opportunity, Guid id) =>
        Of(opportunity).FirstOrDefault(requirement => requirement.Id == id) ?? throw ApiException.NotFound();

    private JsonHttpResult<TResponse> Changed(HttpContext context, Opportunity opportunity, T requirement, int statusCode)
    {
        context.Response.Headers.ETag = ETags.Of(opportunity.Version);
        return TypedResults.Json(Respond(requirement), One, statusCode: statusCode);
    }
}

/// <summary>A whole sub-collection.</summary>
/// <typeparam name="T">Its members.</typeparam>
/// <param name="Items">Oldest first.</param>
public sealed record PartList<T>(IReadOnlyList<T> Items);
