using Opportunities.AppHost;
using Opportunities.LocalHost;
using Opportunities.ServiceDefaults;

var builder = DistributedApplication.CreateBuilder(args);
var folder = RunFolder.Of(builder);

try
{
    var (database, cache) = await builder.AddDataServersAsync(folder);

    var migrations = builder.AddProject<Projects.Opportunities_MigrationService>(ResourceNames.Migrations)
        .WithReference(database).WaitFor(database);

    var api = builder.AddProject<Projects.Opportunities_Api>(ResourceNames.Api)
        .WithReference(database).WaitForCompletion(migrations)
        .WithReference(cache).WaitFor(cache)
        .WithUsualPort(LocalSystemPorts.Usual.Api, folder)
        .WithHttpHealthCheck("/health")
        .WithApiReferenceUrl();

    // Deployed, Amazon Cognito issues the tokens, attachments are in S3, and there is nobody to run commands for.
    if (builder.ExecutionContext.IsRunMode)
    {
        var identity = builder.AddDevelopmentIdentity(folder);
        api.WithReference(identity).WaitFor(identity)
            .WithEnvironment("Authentication__Issuer", identity.GetEndpoint("http"))
            .WithEnvironment("Attachments__Directory", folder.PathOf("attachments"));

        builder.AddDevelopmentCommands(migrations, cache);
        builder.AddQuickTelemetryEnd();
        builder.AddEndpointsFile(folder);
    }

    await builder.Build().RunAsync();
    return 0;
}
catch (LocalHostException exception) when (folder.IsKept)
{
    // Its message is a sentence for the person at the terminal.
    await Console.Error.WriteLineAsync(exception.Message);
    return 1;
}
