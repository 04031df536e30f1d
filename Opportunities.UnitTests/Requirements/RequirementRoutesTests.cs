using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Opportunities.Api.Requirements;
using Opportunities.Api.Writing;
using Opportunities.Data.Requirements;

namespace Opportunities.UnitTests.Requirements;

public sealed class RequirementRoutesTests
{
    [Fact]
    public async Task Every_kind_has_its_operations()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddScoped<OpportunityWriter>().AddSingleton(TimeProvider.System);
        await using var app = builder.Build();
        app.MapRequirements();
        var operations = ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints)
            .Select(endpoint => endpoint.Metadata.GetRequiredMetadata<IEndpointNameMetadata>().EndpointName);
        var expected = typeof(Requirement<>).Assembly.GetTypes()
            .Where(type => type.BaseType is { IsGenericType: true } parent && parent.GetGenericTypeDefinition() == typeof(Requirement<>))
            .Select(kind => kind.Name)
            .SelectMany(kind => new[] { $"List{kind}s", $"Get{kind}", $"Add{kind}", $"Replace{kind}", $"Remove{kind}" });
        Assert.Equal(expected.Order(), operations.Order());
    }
}
