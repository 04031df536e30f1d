using Opportunities.AppHost;
using Opportunities.AppHost.Commands;

try
{
    var builder = DistributedApplication.CreateBuilder(args);
    using var folder = RunFolder.Open(builder);
    var (database, cache) = await builder.AddDataServersAsync(folder);

    var migrations = builder.AddProject<Projects.Opportunities_MigrationService>(ResourceNames.Migrations)
        .WithIconName("DatabaseArrowUp")
        .WithReference(database).WaitFor(database);

    var api = builder.AddProject<Projects.Opportunities_Api>(ResourceNames.Api)
        .WithIconName("Globe")
        .WithReference(database).WaitForCompletion(migrations)
        .WithReference(cache).WaitFor(cache)
        .WithUsualPort(UsualPort.Api, folder)
        .WithHttpHealthCheck("/health");

    // Deployed, Amazon Cognito issues the tokens, attachments are in S3, and there is nobody to run commands for.
    if (builder.ExecutionContext.IsRunMode)
    {
        var secret = builder.AddParameter(DevelopmentIdentity.ClientSecret, secret: true)
            .WithDescription("The secret of every client of the development issuer. It protects nothing.");
        var identity = builder.AddDevelopmentIdentity(folder, secret);
        api.WithReference(identity)
            .WithEnvironment("Authentication__Issuer", identity.GetEndpoint("http"))
            .WithEnvironment("Attachments__Directory", folder.PathOf("attachments"));

        builder.AddDevelopmentAccount(api);
        api.WithNamedUrls("API", ("/docs", "API reference"), ("/openapi/v1.json", "OpenAPI document"), ("/health/detailed", "Health"));
        identity.WithNamedUrls("Token issuer", ("/.well-known/openid-configuration", "Discovery"));
        // They hand out tokens and lose data.
        if (builder.Environment.IsDevelopment())
        {
            api.WithApiCommands(identity, secret);
            identity.WithIdentityCommands();
            database.WithDatabaseCommands(migrations, cache);
            cache.WithCacheCommands();
        }
        builder.AddEagerHealthChecks();
        builder.AddQuickTelemetryEnd();
        builder.AddWelcome(folder);
    }
    else
    {
        builder.AddAwsRelease();
    }

    var app = builder.Build();
    if (folder.IsKept) DashboardAddress.ThrowIfTaken(builder.Configuration);
    if (builder.ExecutionContext.IsRunMode) builder.UseDevelopmentCertificate(app.Services);
    return await app.RunToExitCodeAsync();
}
catch (Exception exception) when (exception is LocalServerException or DistributedApplicationException)
{
    // Its message is a sentence for the person at the terminal.
    await Console.Error.WriteLineAsync(exception.Message);
    return 1;
}
