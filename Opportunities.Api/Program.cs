using Microsoft.Extensions.Options;
using Opportunities.Api;
using Opportunities.Api.Attachments;
using Opportunities.Api.Auth;
using Opportunities.Api.Caching;
using Opportunities.Api.Errors;
using Opportunities.Api.Events;
using Opportunities.Api.Health;
using Opportunities.Api.Http;
using Opportunities.Api.Idempotency;
using Opportunities.Api.OpenApi;
using Opportunities.Api.Opportunities;
using Opportunities.ServiceDefaults;

if (args is ["--healthcheck"]) return await ContainerHealthCheck.RunAsync();

try
{
    // The settings lie beside the program, wherever it is started from.
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.AddDeployedConnections();
    builder.ValidateConnectionStrings();
    builder.AddServiceDefaults();
    builder.AddDatabase();
    builder.AddOpportunityCaching();
    builder.ConfigureServer();
    builder.Services.AddBearerTokens();
    builder.Services.AddCorsAllowList();
    builder.Services.AddSecurityHeaders();
    builder.Services.AddRateLimits();
    builder.Services.AddProblems();
    builder.Services.AddApiHealth();
    builder.Services.AddOpenApiDocument();
    builder.Services.AddKeyRing();
    builder.Services.ConfigureHttpJsonOptions(ApiJson.Configure);
    builder.Services.AddAttachments();
    builder.Services.AddEvents();
    builder.Services.AddIdempotency();
    builder.Services.AddSingleton<OpportunityMetrics>();
    builder.Services.AddSingleton<CursorProtector>();
    builder.Services.AddScoped<OpportunityWriter>();
    builder.Services.AddHostedService<CountFolder>();

    await using var app = builder.Build();
    app.UseRequestId();
    app.UseDraining();
    app.UseHeadAsGet();
    app.UseSecurityHeaders();
    app.UseProblems();
    app.UseRouting();
    app.UseCors();
    app.UseAuthentication();
    app.UseRateLimiter();
    app.UseAuthorization();
    app.UseAllowHeader();
    app.UseAccept();
    app.UseQueryCheck();
    app.UseConditionalGet();
    app.UseOpportunityCaching();
    app.MapDefaultEndpoints();
    app.MapReadiness();
    app.MapDetailedHealth();
    app.MapOpenApiDocument();
    app.MapOpportunities();
    app.MapAttachments();
    // Asked here, because the host would log what it finds with a stack trace.
    app.Services.GetRequiredService<IStartupValidator>().Validate();
    await app.RunAsync();
    return 0;
}
catch (OptionsValidationException exception)
{
    await Console.Error.WriteLineAsync($"The configuration is invalid: {string.Join(" ", exception.Failures)}");
    return 1;
}

/// <summary>The API's entry point.</summary>
public partial class Program;
