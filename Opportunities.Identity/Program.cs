using Opportunities.Identity;

var builder = WebApplication.CreateBuilder(args);

if (!builder.Environment.IsDevelopment())
{
    await Console.Error.WriteLineAsync(
        $"The development token issuer does not start in the environment '{builder.Environment.EnvironmentName}': its client secrets are public. "
        + "Use a real issuer there, such as Amazon Cognito.");
    return 1;
}

builder.AddTokenIssuer();

var app = builder.Build();

app.MapKeyRotation();

try
{
    await app.RunAsync();
    return 0;
}
catch (Exception exception) when (exception is InvalidConfigurationException or Microsoft.Extensions.Options.OptionsValidationException)
{
    await Console.Error.WriteLineAsync($"The development token issuer cannot start. {exception.Message}");
    return 1;
}
