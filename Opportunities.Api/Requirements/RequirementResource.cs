using Opportunities.Api.Input;
using Opportunities.Api.Opportunities;

namespace Opportunities.Api.Requirements;

/// <summary>A sub-collection that is a member of the opportunity: it is read with the opportunity's one statement.</summary>
internal sealed class RequirementResource<T, TValues, TResponse>(
    string segment, string noun, Shape<TValues> body, Func<TValues, T> create, Func<T, TResponse> respond,
    Func<OpportunityResponse, IReadOnlyList<TResponse>> partsOf)
    : PartResource<T, TValues, TResponse>(segment, noun, body, (values, _) => create(values), respond)
    where T : Requirement<TValues>
    where TValues : class
    where TResponse : class, IPartResponse
{
    protected override RouteHandlerBuilder MapList(IEndpointRouteBuilder group) =>
        group.MapGet("", ListAsync).WithDescription("Oldest first.").Produces<PartList<TResponse>>();

    protected override Task GetAsync(string id, string sid, HttpContext context)
    {
        var key = Ids.Parse(sid);
        return OpportunityQuery.AnswerAsync(
            context, id, $"{Segment}/{key}", opportunity => partsOf(opportunity).FirstOrDefault(part => part.Id == key));
    }

    private Task ListAsync(string id, HttpContext context) =>
        OpportunityQuery.AnswerAsync(context, id, Segment, opportunity => new PartList<TResponse>(partsOf(opportunity)));
}
