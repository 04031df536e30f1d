using Opportunities.Api;
using Opportunities.Api.Attachments;
using Opportunities.Api.Auth;
using Opportunities.Api.Background;
using Opportunities.Api.Caching;
using Opportunities.Api.Changes;
using Opportunities.Api.Errors;
using Opportunities.Api.Events;
using Opportunities.Api.Health;
using Opportunities.Api.Http;
using Opportunities.Api.Idempotency;
using Opportunities.Api.OpenApi;
using Opportunities.Api.Opportunities;
using Opportunities.Api.Requirements;
using Opportunities.Api.Transfer;
using Opportunities.Api.Writing;

// What is written for programs does not depend on where a process runs.
CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;

if (args is ["--healthcheck"]) return await ContainerHealthCheck.RunAsync();

try
{
    // The settings lie beside the program, wherever it is started from.
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.AddDeployedConnections();
    builder.ValidateConnectionStrings();
    builder.AddServiceDefaults();
    builder.AddDatabase();
    builder.AddCaching();
    builder.ConfigureServer();
    builder.Services.AddBearerTokens();
    builder.Services.AddCorsAllowList();
    builder.Services.AddConventions();
    builder.Services.AddRateLimits();
    builder.Services.AddCompression();
    builder.Services.AddProblems();
    builder.Services.AddApiHealth();
    builder.Services.AddOpenApiDocument();
    builder.Services.AddSingleton<WrittenDocument>();
    builder.Services.AddKeyRing();
    builder.Services.ConfigureHttpJsonOptions(ApiJson.Configure);
    builder.Services.AddAttachments();
    builder.Services.AddEvents();
    builder.Services.AddChanges();
    builder.Services.AddIdempotency();
    builder.Services.AddSingleton<MatcherPolicy, LiteralPaths>();
    builder.Services.AddSingleton<OpportunityMetrics>();
    builder.Services.AddSingleton<CursorProtector>();
    builder.Services.AddSingleton<WordFrequencies>();
    builder.Services.AddSingleton<TransferPlaces>();
    builder.Services.AddKeyedSingleton(
        BatchOpportunities.PlacesKey, static (_, _) => new Places("batches", perCaller: 4, all: 8, TimeLimits.TransferPlace));
    builder.Services.AddScoped<OpportunityWriter>();
    builder.Services.AddSingleton<Job, CountCompactor>();
    builder.Services.AddSingleton<Job, DeadRowsMeter>();
    builder.Services.AddSingleton<JobRunner>();

    await using var app = builder.Build();
    // The order is the meaning: each line says why it stands where it does.
    app.UseConventions();           // First: every answer has its headers and every log line the request's id; routing never sees HEAD.
    app.UseResponseCompression();   // Around problems: where an answer fails before it starts, its problem is the first that is written.
    app.UseProblems();              // Around all that refuses, by exception or by status code.
    app.UseRouting();               // Whoever comes later asks what the endpoint says about itself.
    app.UseCors();                  // Before the token: a preflight has none.
    app.UseAuthentication();        // Before the limits, which are each caller's.
    app.UseRateLimiter();           // Before permissions, so that refusals are limited too.
    app.UseAuthorization();         // Before anything of the request is looked at: 401 and 403 come first.
    app.UseRequestChecks();         // After authorization: a stranger does not learn which methods and parameters there are.
    app.UseOutputCache();           // Last: it answers for documents alone, and is asked for nothing that was refused above.
    app.MapDefaultEndpoints();
    app.MapReadiness();
    app.MapDetailedHealth();
    app.MapOpenApiDocument();
    app.MapCallersDocument();
    app.MapOpportunities();
    app.MapChanges();
    app.MapTransfer();
    app.MapRequirements();
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
