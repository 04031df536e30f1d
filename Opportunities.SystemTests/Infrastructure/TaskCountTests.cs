using System.Text.Json.Nodes;

namespace Opportunities.SystemTests.Infrastructure;

/// <summary>The function that tells CloudFormation how many tasks to start with, run with stand-ins for AWS' clients.</summary>
[Collection(InfrastructureCollection.Name)]
public sealed class TaskCountTests
{
    private const string Driver =
        """
        const answers = JSON.parse(process.env.ANSWERS);
        const call = (name) => async () => {
          if (typeof answers[name] === "string") throw Object.assign(new Error("as told"), { name: answers[name] });
          return answers[name];
        };
        const Module = require("node:module");
        const load = Module._load;
        Module._load = (name, ...rest) =>
          name === "@aws-sdk/client-ecs" ? { ECS: class { describeServices = call("services"); } }
          : name === "@aws-sdk/client-ecr" ? { ECR: class { describeImages = call("images"); } }
          : load(name, ...rest);
        globalThis.fetch = async (url, { method, body }) => (console.log(JSON.stringify({ url, method, ...JSON.parse(body) })), { ok: true });
        require("./index.js").handler({
          RequestType: process.env.REQUEST, ResponseURL: "https://answer.example.com/", StackId: "stack", RequestId: "request", LogicalResourceId: "logical",
          ResourceProperties: { Cluster: "c", Service: "s", Repository: "r", Tag: "t", Minimum: "2" },
        });
        """;

    [Theory]
    [InlineData("the service runs", """{"services":{"services":[{"status":"ACTIVE","desiredCount":7}]}}""", 7)]
    [InlineData("no service yet, an image", """{"services":{"services":[]},"images":{"imageDetails":[{}]}}""", 2)]
    [InlineData("no service yet, no image", """{"services":{"services":[]},"images":"ImageNotFoundException"}""", 0)]
    [InlineData("no cluster yet, no image", """{"services":"ClusterNotFoundException","images":"ImageNotFoundException"}""", 0)]
    [InlineData(
        "a service that waits for its first image",
        """{"services":{"services":[{"status":"ACTIVE","desiredCount":0}]},"images":"ImageNotFoundException"}""", 0)]
    [InlineData(
        "a service that was deleted",
        """{"services":{"services":[{"status":"INACTIVE","desiredCount":7}]},"images":{"imageDetails":[{}]}}""", 2)]
    public async Task The_count_is_what_runs_or_what_can(string when, string answers, int count)
    {
        var answer = await AskAsync("Update", answers);
        Assert.True(answer["Data"]!["Count"]!.GetValue<int>() == count, when);
        Assert.Equal(
            ("SUCCESS", "PUT", "task-count"),
            (answer["Status"]!.ToString(), answer["method"]!.ToString(), answer["PhysicalResourceId"]!.ToString()));
    }

    [Fact]
    public async Task A_failure_is_told_instead_of_a_number()
    {
        var answer = await AskAsync("Create", """{"services":"AccessDeniedException"}""");
        Assert.Equal(("FAILED", "AccessDeniedException: as told"), (answer["Status"]!.ToString(), answer["Reason"]!.ToString()));
        Assert.Null(answer["Data"]);
    }

    [Fact]
    public async Task Deleting_asks_nothing() => Assert.Equal("SUCCESS", (await AskAsync("Delete", "{}"))["Status"]!.ToString());

    private static Task<JsonNode> AskAsync(string request, string answers) =>
        FunctionCode.RunAsync("TaskCount", Driver, new() { ["REQUEST"] = request, ["ANSWERS"] = answers });
}
