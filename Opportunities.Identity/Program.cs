using Opportunities.Identity;
using Opportunities.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);

if (!builder.Environment.IsDevelopment())
{
    await Console.Error.WriteLineAsync(
        $"The development token issuer does not start in the environment '{builder.Environment.EnvironmentName}': its client secrets are "
        + "public. "
        + "Use a real issuer there, such as Amazon Cognito.");
    return 1;
}

builder.WebHost.ConfigureKestrel(static kestrel => kestrel.AddServerHeader = false);
builder.AddServiceDefaults();
builder.AddTokenIssuer();

var app = builder.Build();

app.Use(static (context, next) =>
{
    context.Response.Headers.XContentTypeOptions = "nosniff";
    return next(context);
});
// Named, as it would stand before all that is named here: the issuer's answers come about in it.
app.UseAuthentication();
app.MapDefaultEndpoints();
app.MapKeyRotation();

try
{
    await app.RunAsync();
    return 0;
}
catch (OptionsValidationException exception)
{
    await Console.Error.WriteLineAsync($"The development token issuer cannot start. {exception.Message}");
    return 1;
}
