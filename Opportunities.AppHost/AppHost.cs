using Opportunities.AppHost;
using Opportunities.Infrastructure;
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
    else
    {
        builder.AddAwsDeployment();
        api.PublishAsPart(stacks => stacks.Application.Api.Service);
        migrations.PublishAsPart(stacks => stacks.Application.Migrations.Definition);
        database.PublishAsPart(stacks => stacks.State.Database.Instance);
        cache.PublishAsPart(stacks => stacks.State.Cache);
    }

    return await builder.Build().RunToExitCodeAsync();
}
catch (SettingsException exception)
{
    await Console.Error.WriteLineAsync($"{exception.Message} To the AppHost a setting is given as --{PublishedStacks.Section}:NAME=VALUE.");
    return 1;
}
catch (LocalHostException exception) when (folder.IsKept)
{
    // Its message is a sentence for the person at the terminal.
    await Console.Error.WriteLineAsync(exception.Message);
    return 1;
}
