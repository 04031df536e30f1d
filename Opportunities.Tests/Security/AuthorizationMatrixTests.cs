using System.Net;
using System.Text.Json.Nodes;
using Opportunities.Tests.Api;
using Xunit.Abstractions;

namespace Opportunities.Tests.Security;

/// <summary>
/// Every operation of the OpenAPI document, by every kind of caller, on what is the caller's own and on what is another's.
/// </summary>
[Collection(SystemCollection.Name)]
public sealed class AuthorizationMatrixTests(TestSystem system, ITestOutputHelper output)
{
    private const string Anonymous = "";

    /// <summary>What each operation needs. One that is not here fails the test.</summary>
    private static readonly Dictionary<string, Need> _needs = new()
    {
        ["GetDetailedHealth"] = Need.Nothing,
        ["ListOpportunities"] = Need.ReadMany,
        ["GetOpportunitySummary"] = Need.ReadMany,
        ["GetChanges"] = Need.ReadMany,
        ["ExportOpportunities"] = Need.ReadMany,
        ["CreateOpportunity"] = Need.Create,
        ["ImportOpportunities"] = Need.Create,
        ["BatchOpportunities"] = Need.Create,
        ["GetOpportunity"] = Need.Read,
        ["GetOpportunityHistory"] = Need.Read,
        ["ListProblemStatements"] = Need.Read,
        ["GetProblemStatement"] = Need.Read,
        ["ListSkillRequirements"] = Need.Read,
        ["GetSkillRequirement"] = Need.Read,
        ["ListTimelineRequirements"] = Need.Read,
        ["GetTimelineRequirement"] = Need.Read,
        ["ListAttachments"] = Need.Read,
        ["GetAttachmentDownloadUrl"] = Need.Read,
        ["UpdateOpportunity"] = Need.Write,
        ["UpsertOpportunity"] = Need.Upsert,
        ["AddProblemStatement"] = Need.Write,
        ["ReplaceProblemStatement"] = Need.Write,
        ["RemoveProblemStatement"] = Need.Write,
        ["AddSkillRequirement"] = Need.Write,
        ["ReplaceSkillRequirement"] = Need.Write,
        ["RemoveSkillRequirement"] = Need.Write,
        ["AddTimelineRequirement"] = Need.Write,
        ["ReplaceTimelineRequirement"] = Need.Write,
        ["RemoveTimelineRequirement"] = Need.Write,
        ["ListNotes"] = Need.Read,
        ["GetNote"] = Need.Read,
        ["AddNote"] = Need.Note,
        ["ReplaceNote"] = Need.ChangeNote,
        ["RemoveNote"] = Need.ChangeNote,
        ["CreateAttachmentUploadUrl"] = Need.Write,
        ["CompleteAttachmentUpload"] = Need.Write,
        ["DeleteAttachment"] = Need.Write,
        ["ChangeOpportunityStatus"] = Need.Write,
        ["DeleteOpportunity"] = Need.Delete,
        ["ChangeOpportunityOwner"] = Need.Reassign,
        ["ReassignOpportunities"] = Need.ReassignMany,
        ["RestoreOpportunity"] = Need.Restore,
    };

    /// <summary>The contract's table, as status codes; 0 is success. Own drafts, own submitted ones, those of others.</summary>
    private static readonly Dictionary<string, Rights> _rights = new()
    {
        [Anonymous] = new(Many: 401, Create: 401, Read: [401, 401, 401], Write: [401, 401, 401], Delete: [401, 401, 401]),
        ["dev-none"] = new(Many: 403, Create: 403, Read: [403, 403, 403], Write: [403, 403, 403], Delete: [403, 403, 403]),
        ["dev-reader"] = new(Many: 0, Create: 403, Read: [0, 0, 0], Write: [403, 403, 403], Delete: [403, 403, 403]),
        ["dev-service"] = new(Many: 0, Create: 0, Read: [0, 0, 0], Write: [0, 0, 0], Delete: [403, 403, 403]),
        ["dev-rep-1"] = new(Many: 0, Create: 0, Read: [0, 0, 404], Write: [0, 403, 404], Delete: [403, 403, 403]),
        ["dev-rep-2"] = new(Many: 0, Create: 0, Read: [0, 0, 404], Write: [0, 403, 404], Delete: [403, 403, 403]),
        ["dev-manager"] = new(Many: 0, Create: 0, Read: [0, 0, 0], Write: [0, 0, 0], Delete: [0, 0, 0]),
        ["dev-admin"] = new(Many: 0, Create: 0, Read: [0, 0, 0], Write: [0, 0, 0], Delete: [0, 0, 0]) { IsAdministrator = true },
        ["dev-all"] = new(Many: 0, Create: 0, Read: [0, 0, 0], Write: [0, 0, 0], Delete: [0, 0, 0]) { IsAdministrator = true },
    };

    private enum Need
    {
        Nothing,
        ReadMany,
        Create,
        ReassignMany,
        Read,
        Write,

        /// <summary>As a write; that somebody else's external id is taken cannot be hidden.</summary>
        Upsert,

        /// <summary>As a write, in every state.</summary>
        Note,

        /// <summary>A note of the opportunity's creator: by its author or an administrator.</summary>
        ChangeNote,
        Delete,
        Reassign,
        Restore,
    }

    private enum Thing
    {
        OwnDraft,
        OwnSubmitted,
        AnothersDraft,
        AnothersSubmitted,
    }

    public static TheoryData<string> Callers() => [.. _rights.Keys];

    [Fact]
    public async Task Every_operation_of_the_document_is_in_the_matrix() =>
        Assert.Equal(_needs.Keys.Order(), (await OperationsAsync()).Select(Id).Order());

    [Theory]
    [MemberData(nameof(Callers))]
    public async Task A_caller_gets_what_the_table_says_on_its_own_and_on_what_is_anothers(string caller)
    {
        using var client = await system.ClientAsync(caller == Anonymous ? null : caller);
        // Reads first; then what changes, and last what ends the life of parts, of the state, and of the whole.
        var operations = (await OperationsAsync()).OrderBy(Rank).ToList();
        var (cases, differences) = (0, new List<string>());

        async Task AskAsync(DocumentedOperation operation, RequestTarget target, string what, int expected, string? body = null)
        {
            using var response = await operation.SendAsync(client, target, body: body);
            var status = (int)response.StatusCode;
            cases++;
            if (status != (expected == 0 ? operation.Statuses[0] : expected))
                differences.Add($"{Id(operation)} on {what}: {status} instead of {expected}");
        }

        foreach (var operation in operations.Where(operation => _needs[Id(operation)] <= Need.ReassignMany))
        {
            await AskAsync(operation, RequestTarget.Unknown, "no object", _needs[Id(operation)] switch
            {
                Need.Nothing => 0,
                Need.ReadMany => _rights[caller].Many,
                // Managers and administrators, as those who delete.
                Need.ReassignMany => _rights[caller].Delete[2],
                _ => _rights[caller].Create,
            });
        }

        foreach (var thing in Enum.GetValues<Thing>())
        {
            var isOwn = thing <= Thing.OwnSubmitted;
            // Who may not create has nothing of its own.
            if (isOwn && _rights[caller].Create != 0) continue;
            var isDraft = thing is Thing.OwnDraft or Thing.AnothersDraft;
            using var owner = await system.ClientAsync(isOwn ? caller : caller == "dev-rep-2" ? "dev-rep-1" : "dev-rep-2");
            var target = await RequestTarget.CreateAsync(owner);
            if (!isDraft)
            {
                using var moved = await owner.MoveAsync(target.Id, "SUBMITTED");
                await moved.JsonAsync(HttpStatusCode.OK);
            }

            foreach (var operation in operations.Where(operation => _needs[Id(operation)] > Need.ReassignMany))
            {
                var row = _needs[Id(operation)] switch
                {
                    Need.Read => _rights[caller].Read,
                    Need.Write => _rights[caller].Write,
                    Need.Upsert => _rights[caller].Upsert,
                    Need.Note => _rights[caller].Note,
                    Need.ChangeNote => _rights[caller].ChangeNote,
                    Need.Restore => _rights[caller].Restore,
                    _ => _rights[caller].Delete,
                };
                await AskAsync(operation, target, thing.ToString(), row[isOwn ? isDraft ? 0 : 1 : 2], Id(operation) switch
                {
                    "UpsertOpportunity" => operation.Body!.Replace("{", """{"reason":"A test says so",""", StringComparison.Ordinal),
                    "UpdateOpportunity" => """{"title":"Changed","reason":"A test says so"}""",
                    "ReplaceSkillRequirement" => """{"skill_name":"Ada","experience_level":"BEGINNER"}""",
                    "CompleteAttachmentUpload" => target.Upload,
                    "ChangeOpportunityStatus" => $$"""{"new_status":"{{(isDraft ? "SUBMITTED" : "DRAFT")}}","reason":"A test says so"}""",
                    _ => null,
                });
            }
        }

        output.WriteLine($"{cases} requests");
        Assert.Empty(differences);
    }

    [Fact]
    public async Task A_part_is_reached_through_the_opportunity_that_it_belongs_to_and_through_no_other()
    {
        using var client = await system.ClientAsync("dev-rep-1");
        using var stranger = await system.ClientAsync("dev-rep-2");
        var own = await RequestTarget.CreateAsync(client);
        var crossed = own with { Parts = (await RequestTarget.CreateAsync(stranger)).Parts };
        foreach (var operation in (await OperationsAsync())
            .Where(operation => operation.Path.Contains("{sid}") || operation.Path.Contains("{aid}")))
        {
            using var response = await operation.SendAsync(client, crossed);
            Assert.True(response.StatusCode == HttpStatusCode.NotFound, $"{Id(operation)}: {response.StatusCode}");
        }

        var upload = JsonNode.Parse((await RequestTarget.CreateAsync(stranger)).Upload)!;
        using var stolen = await client.SendAsync(
            HttpMethod.Post, $"{ApiClient.Opportunities}/{own.Id}/attachments/complete", upload.ToJsonString());
        await stolen.ProblemAsync(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task What_one_caller_was_given_shows_another_no_more_than_its_own()
    {
        using var all = await system.ClientAsync("dev-all");
        using var owner = await system.ClientAsync("dev-rep-1");
        using var stranger = await system.ClientAsync("dev-rep-2");
        var ids = new[] { await owner.CreateAsync(), await owner.CreateAsync() };

        var cursor = (string)(await all.GetJsonAsync($"{ApiClient.Opportunities}?size=1"))["next_cursor"]!;
        var page = await stranger.GetJsonAsync($"{ApiClient.Opportunities}?size=100&cursor={Uri.EscapeDataString(cursor)}");
        Assert.All(page["items"]!.AsArray(), item => Assert.Equal("dev-rep-2", (string?)item!["owner"]));
        using var export = await stranger.GetAsync($"{ApiClient.Opportunities}/export");
        var text = await export.Content.ReadAsStringAsync();
        Assert.All(ids, id => Assert.DoesNotContain(id, text));
        Assert.All(ids, id => Assert.DoesNotContain(id, cursor));
    }

    [Fact]
    public async Task An_owner_submits_and_cancels_what_is_its_own_and_does_not_withdraw_it()
    {
        using var owner = await system.ClientAsync("dev-rep-1");
        var id = await owner.CreateAsync();
        foreach (var (status, expected) in new[]
        {
            ("SUBMITTED", HttpStatusCode.OK), ("DRAFT", HttpStatusCode.Forbidden), ("CANCELLED", HttpStatusCode.OK),
        })
        {
            using var moved = await owner.MoveAsync(id, status);
            await moved.JsonAsync(expected);
        }
    }

    [Fact]
    public async Task A_representative_lists_and_counts_only_what_is_its_own()
    {
        using var first = await system.ClientAsync("dev-rep-1");
        using var second = await system.ClientAsync("dev-rep-2");
        var id = await first.CreateAsync();
        var own = await first.GetJsonAsync($"{ApiClient.Opportunities}?size=100");
        Assert.Contains(own["items"]!.AsArray(), item => item!["id"]!.GetValue<string>() == id);
        var foreign = await second.GetJsonAsync($"{ApiClient.Opportunities}?size=100&owner=dev-rep-1");
        Assert.Equal(0, foreign["total_items"]!.GetValue<int>());
        var summary = await second.GetJsonAsync($"{ApiClient.Opportunities}/summary");
        var mine = await second.GetJsonAsync($"{ApiClient.Opportunities}?owner=me&size=1");
        Assert.Equal(mine["total_items"]!.GetValue<int>(), summary["total_count"]!.GetValue<int>());
    }

    private static string Id(DocumentedOperation operation) => (string)operation.Node["operationId"]!;

    private static int Rank(DocumentedOperation operation) => (operation.Method, Id(operation)) switch
    {
        (_, "RestoreOpportunity") => 6,
        (_, "DeleteOpportunity") => 5,
        (_, "ChangeOpportunityStatus" or "ChangeOpportunityOwner") => 4,
        ("DELETE", _) => 3,
        ("PUT", _) => 1,
        ("POST", _) => 2,
        _ => 0,
    };

    private async Task<IReadOnlyList<DocumentedOperation>> OperationsAsync()
    {
        using var client = await system.ClientAsync(null);
        return DocumentedOperation.AllOf(await client.GetJsonAsync("/openapi/v1.json"));
    }

    private sealed record Rights(int Many, int Create, int[] Read, int[] Write, int[] Delete)
    {
        public int[] Upsert => [.. Write.Select(status => status == 404 ? 409 : status)];

        /// <summary>The state, which keeps a representative from other changes, locks no notes.</summary>
        public int[] Note => [Write[0], Write[0], Write[2]];

        public int[] ChangeNote => IsAdministrator ? Note : [Write[0], Write[0], Write[2] == 0 ? 403 : Write[2]];

        public int[] Restore => IsAdministrator ? Delete : [.. Delete.Select(status => status == 0 ? 403 : status)];

        public bool IsAdministrator { get; init; }
    }
}
