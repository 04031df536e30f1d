using System.Text.Json.Serialization.Metadata;
using Opportunities.Api.Input;
using Opportunities.Api.Opportunities;
using Opportunities.Data.Requirements;

namespace Opportunities.Api.Requirements;

/// <summary>A sub-collection that is a member of the opportunity: it is read with the opportunity's one statement.</summary>
internal abstract class RequirementResource<T, TValues, TResponse>(string segment, string noun)
    : PartResource<T, TValues, TResponse>(segment, noun)
    where T : Requirement<TValues>
    where TValues : class
    where TResponse : class, IPartResponse
{
    protected abstract JsonTypeInfo<PartList<TResponse>> Many { get; }

    protected abstract IReadOnlyList<TResponse> PartsOf(OpportunityResponse opportunity);

    protected sealed override RouteHandlerBuilder MapList(IEndpointRouteBuilder group) =>
        group.MapGet("", ListAsync).WithDescription("Oldest first.").Produces<PartList<TResponse>>();

    protected sealed override Task GetAsync(string id, string sid, HttpContext context)
    {
        var key = Ids.Parse(sid);
        return OpportunityQuery.AnswerAsync(
            context, id, $"{Segment}/{key}", opportunity => PartsOf(opportunity).FirstOrDefault(part => part.Id == key), One);
    }

    private Task ListAsync(string id, HttpContext context) =>
        OpportunityQuery.AnswerAsync(context, id, Segment, opportunity => new PartList<TResponse>(PartsOf(opportunity)), Many);
}
