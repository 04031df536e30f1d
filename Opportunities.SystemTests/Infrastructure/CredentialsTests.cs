using System.Text.Json.Nodes;

namespace Opportunities.SystemTests.Infrastructure;

/// <summary>The function that names another user of the database in the API's secret, run with a stand-in for AWS' client.</summary>
[Collection(InfrastructureCollection.Name)]
public sealed class CredentialsTests
{
    private const string Driver =
        """
        const calls = [];
        const answers = {
          describeSecret: { VersionIdsToStages: { old: ["AWSPREVIOUS"], older: [], now: ["AWSCURRENT"] } },
          getRandomPassword: { RandomPassword: "drawn" },
          getSecretValue: { SecretString: JSON.stringify({ host: "h", port: 5432, username: process.env.USER_NOW, password: "before" }) },
        };
        class SecretsManager {}
        for (const name of ["describeSecret", "getRandomPassword", "getSecretValue", "putSecretValue", "updateSecretVersionStage"])
          SecretsManager.prototype[name] = async (input) => (calls.push({ name, ...input }), answers[name] ?? {});
        const Module = require("node:module");
        const load = Module._load;
        Module._load = (name, ...rest) => (name === "@aws-sdk/client-secrets-manager" ? { SecretsManager } : load(name, ...rest));
        require("./index.js").handler({ Action: process.env.ACTION })
          .then((answer) => console.log(JSON.stringify({ answer: answer ?? null, calls })));
        """;

    [Theory]
    [InlineData("opportunities_api", "opportunities_api_b")]
    [InlineData("opportunities_api_b", "opportunities_api")]
    public async Task Next_names_the_other_user_with_another_password_and_leaves_the_rest(string now, string next)
    {
        var said = await AskAsync("next", now);
        var put = Assert.Single(Calls(said, "putSecretValue"));
        Assert.Equal("secret", put["SecretId"]!.ToString());
        var expected = new JsonObject { ["host"] = "h", ["port"] = 5432, ["username"] = next, ["password"] = "drawn" };
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(put["SecretString"]!.ToString()), expected), put.ToJsonString());
        var drawn = Assert.Single(Calls(said, "getRandomPassword"));
        Assert.Equal(("40", "true"), (drawn["PasswordLength"]!.ToString(), drawn["ExcludePunctuation"]!.ToString()));
    }

    [Fact]
    public async Task Back_makes_the_version_before_the_current_one_again()
    {
        var said = await AskAsync("back", "opportunities_api");
        var moved = Assert.Single(Calls(said, "updateSecretVersionStage"));
        Assert.Equal(("secret", "AWSCURRENT"), (moved["SecretId"]!.ToString(), moved["VersionStage"]!.ToString()));
        Assert.Equal(("old", "now"), (moved["MoveToVersionId"]!.ToString(), moved["RemoveFromVersionId"]!.ToString()));
        Assert.Empty(Calls(said, "putSecretValue"));
    }

    /// <summary>A state machine keeps what it is given.</summary>
    [Theory]
    [InlineData("next")]
    [InlineData("back")]
    public async Task No_password_leaves_the_function(string action) =>
        Assert.Null((await AskAsync(action, "opportunities_api"))["answer"]);

    private static JsonNode[] Calls(JsonNode said, string name) =>
        [.. said["calls"]!.AsArray().Where(call => call!["name"]!.ToString() == name).Select(call => call!)];

    private static Task<JsonNode> AskAsync(string action, string userNow) => FunctionCode.RunAsync(
        "CredentialsRotation", Driver, new() { ["ACTION"] = action, ["USER_NOW"] = userNow, ["SECRET"] = "secret" });
}
