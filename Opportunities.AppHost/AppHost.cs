using Opportunities.AppHost;
using Opportunities.ServiceDefaults;

var builder = DistributedApplication.CreateBuilder(args);

var (database, cache) = await builder.AddDataServersAsync();

var migrations = builder.AddProject<Projects.Opportunities_MigrationService>(ResourceNames.Migrations)
    .WithReference(database).WaitFor(database);

var api = builder.AddProject<Projects.Opportunities_Api>(ResourceNames.Api)
    .WithReference(database).WaitForCompletion(migrations)
    .WithReference(cache).WaitFor(cache)
    .WithHttpHealthCheck("/health")
    .WithApiReferenceUrl();

// Deployed, Amazon Cognito issues the tokens, and there is nobody to run commands for.
if (builder.ExecutionContext.IsRunMode)
{
    var identity = builder.AddDevelopmentIdentity();
    api.WithReference(identity).WaitFor(identity)
        .WithEnvironment("Authentication__Issuer", identity.GetEndpoint("http"));

    builder.AddDevelopmentCommands(migrations, cache);
    builder.AddEndpointsFile();
}

await builder.Build().RunAsync();
