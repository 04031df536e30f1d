namespace Opportunities.AppHost.Commands;

internal static class IdentityCommands
{
    /// <summary>Adds the command to the issuer. Nothing is lost: the key before stays published.</summary>
    public static void WithIdentityCommands(this IResourceBuilder<ProjectResource> identity) =>
        identity.WithHttpCommand(
            "/development/rotate-key", "Rotate signing key", endpointName: "http", commandName: "rotate-key", new HttpCommandOptions
            {
                Description = "Signs with a new key from now on; the tokens that are out stay valid.",
                IconName = "KeyReset",
                GetCommandResult = context => Task.FromResult(context.Response.IsSuccessStatusCode
                    ? CommandResults.Success("A new key signs from now on.")
                    : CommandResults.Failure($"The issuer answered {(int)context.Response.StatusCode} {context.Response.ReasonPhrase}.")),
            });
}
