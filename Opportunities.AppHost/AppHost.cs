using Opportunities.AppHost;
using Opportunities.LocalServers;
using Opportunities.ServiceDefaults;

try
{
    var builder = DistributedApplication.CreateBuilder(args);
    using var folder = RunFolder.Open(builder);
    var (database, cache) = await builder.AddDataServersAsync(folder);

    var migrations = builder.AddProject<Projects.Opportunities_MigrationService>(ResourceNames.Migrations)
        .WithReference(database).WaitFor(database);

    var api = builder.AddProject<Projects.Opportunities_Api>(ResourceNames.Api)
        .WithReference(database).WaitForCompletion(migrations)
        .WithReference(cache).WaitFor(cache)
        .WithUsualPort(UsualPort.Api, folder)
        .WithHttpHealthCheck("/health");

    // Deployed, Amazon Cognito issues the tokens, attachments are in S3, and there is nobody to run commands for.
    if (builder.ExecutionContext.IsRunMode)
    {
        var identity = builder.AddDevelopmentIdentity(folder);
        api.WithReference(identity).WaitFor(identity)
            .WithEnvironment("Authentication__Issuer", identity.GetEndpoint("http"))
            .WithEnvironment("Attachments__Directory", folder.PathOf("attachments"));

        builder.AddDevelopmentAccount(api);
        builder.AddDevelopmentCommands(migrations, cache);
        builder.AddDevelopmentUrls(api, identity);
        builder.AddQuickTelemetryEnd();
        builder.AddWelcome(folder);
    }
    else
    {
        builder.AddAwsRelease();
    }

    return await builder.Build().RunToExitCodeAsync();
}
catch (Exception exception) when (exception is LocalServerException or DistributedApplicationException)
{
    // Its message is a sentence for the person at the terminal.
    await Console.Error.WriteLineAsync(exception.Message);
    return 1;
}
