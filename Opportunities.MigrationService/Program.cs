using Opportunities.MigrationService;
using Opportunities.ServiceDefaults;

var command = MigrationCommand.Parse(args);
if (command is null)
{
    Console.Error.WriteLine(MigrationCommand.Usage);
    return 2;
}

// The settings lie beside the program, wherever it is started from.
var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
builder.AddServiceDefaults();
builder.AddDeployedConnections();
builder.AddNpgsqlDbContext<OpportunitiesDbContext>(
    ResourceNames.Database,
    // A migration that is repeated half-way is worse than one that fails: the runner waits for the server itself.
    settings =>
    {
        settings.ConnectionString = SchemaMigrator.WithLockTimeout(settings.ConnectionString);
        (settings.DisableRetry, settings.CommandTimeout, settings.DisableTracing) = (true, 3600, !builder.ExportsTelemetry());
    },
    options => options.UseSnakeCaseNamingConvention());
builder.Services.AddScoped<SchemaMigrator>();
builder.Services.AddScoped<DemoData>();
builder.Services.AddScoped<DatabaseRoles>();
builder.Services.AddOptions<DatabaseRolesOptions>()
    .BindConfiguration(DatabaseRolesOptions.Section)
    .ValidateDataAnnotations()
    .ValidateOnStart();
builder.Services.AddOptions<MigrationOptions>().BindConfiguration(MigrationOptions.Section).ValidateDataAnnotations().ValidateOnStart();

// A BackgroundService that throws leaves the exit code at 0; the work is therefore done here, between start and stop.
using var host = builder.Build();
await host.StartAsync();
var exitCode = await MigrationRun.ExecuteAsync(host.Services, command.Value);
await host.StopAsync();
return exitCode;
