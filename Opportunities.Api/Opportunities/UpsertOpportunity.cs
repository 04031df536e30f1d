using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Opportunities.Api.Auth;
using Opportunities.Api.Errors;
using Opportunities.Api.Http;
using Opportunities.Api.Input;
using Opportunities.Api.OpenApi;
using Opportunities.Api.Writing;

namespace Opportunities.Api.Opportunities;

/// <summary><c>PUT /opportunities/by-external-id/{source}/{external_id}</c></summary>
internal static class UpsertOpportunity
{
    /// <summary>Somebody else may create, and delete, what was just looked for; not time and again.</summary>
    private const int Attempts = 5;

    public static void Map(IEndpointRouteBuilder group) => group.MapPut("by-external-id/{source}/{external_id}", HandleAsync)
        .RequireAuthorization(Policies.Write)
        .WithName("UpsertOpportunity")
        .WithSummary("Create or change the opportunity that another system calls so")
        .WithDescription(
            "Creates it (201) or changes it (200) so that it has what is sent: members that are not sent get their defaults, as in a "
            + "creation. Sent again it changes nothing. If-None-Match: * only creates, If-Match only changes. "
            + "Once the opportunity has left DRAFT, a change needs a reason. "
            + "An external_id in the body must be that of the path. 409 where it is that of an opportunity that the caller does not see.")
        .WithMetadata(new RequestHeader("If-None-Match", "With * an opportunity is created, or nothing is done (412).", null))
        .HonoursIfMatch();

    private static async Task<Results<Ok<OpportunityResponse>, Created<OpportunityResponse>>> HandleAsync(
        string source, [FromRoute(Name = "external_id")] string id, Body body, HttpContext context, OpportunityWriter writer,
        OpportunityMetrics metrics)
    {
        var externalId = Parse(source, id, context);
        var content = body.ContentOf(externalId);
        for (var attempt = 1; ; attempt++)
        {
            await using (var change = await writer.BeginAsync(context, externalId))
            {
                if (change is not null)
                {
                    change.EnsureAllowed(change.Caller.MayEdit(change.Opportunity));
                    change.Opportunity.Update(content, change.Now(body.Reason));
                    return TypedResults.Ok(OpportunityResponse.From(await change.SaveAsync()));
                }
            }

            EnsureMayCreate(context.Request.Headers);
            var created = Opportunity.Create(content, writer.Now(context.User.GetCaller(), body.Reason));
            try
            {
                await writer.CreateAsync(context, created, request: null);
            }
            catch (ExternalIdException) when (attempt < Attempts)
            {
                // A concurrent one was first: its opportunity is to be changed now.
                continue;
            }

            metrics.CountCreated();
            context.Response.Headers.ETag = ETags.Format(created.Version);
            return TypedResults.Created($"{OpportunityRoutes.Prefix}/{created.Id}", OpportunityResponse.From(created));
        }
    }

    /// <exception cref="ApiException">412: only one that is there was meant.</exception>
    public static void EnsureMayCreate(IHeaderDictionary headers)
    {
        if (headers.ContainsKey(HeaderNames.IfMatch))
            throw ApiException.PreconditionFailed("If-Match only changes an opportunity, and there is none of this external id.");
    }

    /// <exception cref="ApiException">404: nothing can be called so.</exception>
    private static ExternalId Parse(string source, string id, HttpContext context)
    {
        // The server decodes a path, but for its slashes: what a percent sign stands for is told by the path as it was sent.
        if (id.Contains('%', StringComparison.Ordinal))
        {
            var path = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0].TrimEnd('/');
            var sent = path[(path.LastIndexOf('/') + 1)..];
            // The server leaves what is no percent-encoded UTF-8 as it stands: the text of another id.
            id = QueryCheck.IsWellFormed(sent) ? Uri.UnescapeDataString(sent) : throw ApiException.NotFound();
        }

        return ExternalIdMember.Source.Parse(source, out _) is null && ExternalIdMember.Id.Parse(id, out var key) is null && key == id
            ? new(source, id)
            : throw ApiException.NotFound();
    }

    internal sealed record Body(OpportunityContent Content, string? Reason) : IBody<Body>
    {
        /// <summary>The members of the opportunity that the request names.</summary>
        /// <exception cref="ApiException">400: the body names another.</exception>
        public OpportunityContent ContentOf(ExternalId externalId) => Content.ExternalId is null || Content.ExternalId == externalId
            ? Content with { ExternalId = externalId }
            : throw InputErrors.Only(OpportunityMembers.ExternalId.Name, "must be that of the request, or absent.");

        public static Shape<Body> Shape { get; } = new(
            "UpsertOpportunity", "An opportunity as it shall be.",
            """
            {"title":"Test Opportunity","description":"Test Description","client_name":"Test Client","estimated_budget":10000.0,
            "estimated_start_date":"2023-01-01T00:00:00Z","estimated_end_date":"2023-12-31T00:00:00Z","priority":"MEDIUM"}
            """,
            static input => new(OpportunityMembers.ReadNew(input), input.Optional(OpportunityMembers.Reason, null!)));
    }
}
