using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using Opportunities.Api;
using Opportunities.Client;
using Polly;

namespace Opportunities.Tests.Api;

/// <summary>The typed client as a consumer registers it, against the running system.</summary>
[Collection(SystemCollection.Name)]
public sealed class ClientTests(TestSystem system)
{
    [Fact]
    public async Task It_gets_its_own_token_once_and_carries_an_opportunity_through_its_life()
    {
        var tokens = new RequestCounter();
        await using var services = Services(tokens: tokens);
        var client = services.GetRequiredService<OpportunitiesClient>();
        var created = await client.CreateOpportunityAsync(ApiClient.New(), Guid.NewGuid().ToString());
        await client.AddProblemStatementAsync(created.Id, new ProblemStatementInput { Description = new string('x', 100) });
        await client.AddSkillRequirementAsync(
            created.Id,
            new SkillRequirementInput { SkillName = "Go", ExperienceLevel = ExperienceLevel.Expert, Importance = Importance.NiceToHave });
        var updated = await client.UpdateOpportunityAsync(
            created.Id, new UpdateOpportunity { EstimatedBudget = 0.1m + 0.2m }, ifMatch: "\"3\"");
        Assert.Equal(0.3m, updated.EstimatedBudget);
        await client.ChangeOpportunityStatusAsync(
            created.Id, new ChangeStatus { NewStatus = OpportunityStatus.Submitted, Reason = "Ready" });

        var read = await client.GetOpportunityAsync(created.Id);
        Assert.Equal(OpportunityStatus.Submitted, read.Status);
        Assert.Equal(Importance.NiceToHave, read.SkillRequirements.Single().Importance);
        Assert.Equal(ApiClient.New().EstimatedStartDate, read.EstimatedStartDate);
        Assert.Null(read.CompletedAt);
        var page = await client.ListOpportunitiesAsync(status: [OpportunityStatus.Submitted], q: read.Title, sortBy: SortBy.CreatedAt);
        Assert.Contains(page.Items, item => item.Id == created.Id);
        await client.DeleteOpportunityAsync(created.Id);
        Assert.Equal(1, tokens.Count);
    }

    [Fact]
    public async Task A_list_can_have_some_members_alone()
    {
        await using var services = Services();
        var client = services.GetRequiredService<OpportunitiesClient>();
        var created = await client.CreateOpportunityAsync(ApiClient.New());
        var page = await client.ListOpportunitiesAsync(createdFrom: created.CreatedAt, fields: [Field.Title, Field.Status]);
        var item = page.Items.Single(item => item.Id == created.Id);
        Assert.Equal((created.Title, created.Status, created.Version), (item.Title, item.Status, item.Version));
        // What was not asked for has no value.
        Assert.Null(item.Description);
        page = await client.ListOpportunitiesAsync(createdFrom: created.CreatedAt);
        Assert.Equal(created.Description, page.Items.Single(item => item.Id == created.Id).Description);
    }

    // The lines of docs/guide.md.
    [Fact]
    public async Task It_puts_what_another_system_knows_and_follows_what_changes()
    {
        await using var services = Services();
        var opportunities = services.GetRequiredService<OpportunitiesClient>();
        var number = $"{Guid.NewGuid()}";
        // A place in the change feed: what comes from now on.
        var place = (await opportunities.GetChangesAsync(from: ChangesFrom.Now)).NextCursor;

        // What another system knows by a number of its own is created the first time, and changed later.
        var intranet = new UpsertOpportunity
        {
            Title = "Intranet",
            Description = "As the customer said.",
            ClientName = "Crm Ltd",
            EstimatedBudget = 25000,
            EstimatedStartDate = new DateTimeOffset(2031, 1, 1, 0, 0, 0, TimeSpan.Zero),
            EstimatedEndDate = new DateTimeOffset(2031, 7, 1, 0, 0, 0, TimeSpan.Zero),
        };
        var saved = await opportunities.UpsertOpportunityAsync("old-crm", number, intranet);
        intranet.Title = "Intranet and extranet";
        saved = await opportunities.UpsertOpportunityAsync("old-crm", number, intranet, ifMatch: $"\"{saved.Version}\"");

        // Each page says where the next one begins. An empty one is held until something comes, for 20 s at most.
        var told = new List<string>();
        while (told.Count < 2)
        {
            var page = await opportunities.GetChangesAsync(after: place, wait: 20);
            told.AddRange(page.Items.Where(change => change.OpportunityId == saved.Id).Select(change => $"{change.Type} {change.Version}"));
            place = page.NextCursor;
        }

        Assert.Equal(["created 1", "updated 2"], told);
    }

    [Fact]
    public async Task An_external_id_is_given_and_given_up()
    {
        await using var services = Services();
        var client = services.GetRequiredService<OpportunitiesClient>();
        var created = await client.CreateOpportunityAsync(ApiClient.New());
        var given = new UpdateOpportunity { ExternalId = new() { Source = "client", Id = $"{created.Id}" } };
        Assert.Equal($"{created.Id}", (await client.UpdateOpportunityAsync(created.Id, given)).ExternalId?.Id);
        Assert.NotNull((await client.UpdateOpportunityAsync(created.Id, new UpdateOpportunity { Title = "As it is" })).ExternalId);
        var givenUp = new UpdateOpportunity { ExternalId = ExternalIdInput.None };
        Assert.Null((await client.UpdateOpportunityAsync(created.Id, givenUp)).ExternalId);
    }

    [Fact]
    public async Task It_waits_for_an_answer_for_as_long_as_the_service_may_hold_it()
    {
        await using var services = Services();
        var limits = services.GetRequiredService<IOptionsMonitor<HttpStandardResilienceOptions>>()
            .Get($"{nameof(OpportunitiesClient)}-standard");
        Assert.True(await LimitAsync(new HttpRequestMessage()) > TimeLimits.ChangesWait + TimeLimits.DatabaseCommand);
        Assert.True(await LimitAsync(new HttpRequestMessage { Content = new StreamContent(Stream.Null) }) > TimeLimits.ImportBody);
        Assert.True(limits.TotalRequestTimeout.Timeout > TimeLimits.ImportBody);
        using var http = services.GetRequiredService<IHttpClientFactory>().CreateClient(nameof(OpportunitiesClient));
        Assert.True(http.Timeout == Timeout.InfiniteTimeSpan || http.Timeout > TimeLimits.ImportBody, $"{http.Timeout}");

        async Task<TimeSpan> LimitAsync(HttpRequestMessage request)
        {
            var context = ResilienceContextPool.Shared.Get();
            context.SetRequestMessage(request);
            return limits.AttemptTimeout.TimeoutGenerator is { } generator ? await generator(new(context)) : limits.AttemptTimeout.Timeout;
        }
    }

    [Fact]
    public async Task Many_things_are_done_at_once_and_by_the_ids_of_another_system()
    {
        await using var services = Services();
        var client = services.GetRequiredService<OpportunitiesClient>();
        var named = new ExternalIdInput { Source = "client-tests", Id = Guid.NewGuid().ToString() };
        var batch = await client.BatchOpportunitiesAsync(new BatchOpportunities
        {
            Mode = BatchMode.Each,
            Operations =
            [
                new BatchOperation { Op = BatchOp.Upsert, ExternalId = named, Body = ApiClient.New() },
                new BatchOperation { Op = BatchOp.Update, Id = Guid.NewGuid(), Body = new UpdateOpportunity { Title = "None" } },
            ],
        });
        Assert.Equal([201, 404], batch.Items.Select(item => item.Status));
        Assert.Equal("urn:opportunities:problem:not-found", batch.Items[1].Problem!.Type);
        var page = await client.ListOpportunitiesAsync(externalSource: named.Source, externalId: named.Id);
        Assert.Equal(batch.Items[0].Id, page.Items.Single().Id);
    }

    [Fact]
    public async Task A_refusal_is_an_exception_with_the_problem()
    {
        await using var services = Services();
        var client = services.GetRequiredService<OpportunitiesClient>();
        var created = await client.CreateOpportunityAsync(ApiClient.New());
        var refused = await Assert.ThrowsAsync<ApiException<Problem>>(() => client.ChangeOpportunityStatusAsync(
            created.Id, new ChangeStatus { NewStatus = OpportunityStatus.Completed, Reason = "No" }));
        Assert.Equal((int)HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Equal([OpportunityStatus.Submitted, OpportunityStatus.Cancelled], refused.Result.Allowed!);
        var invalid = await Assert.ThrowsAsync<ApiException<Problem>>(
            () => client.CreateOpportunityAsync(new CreateOpportunity { Title = "x" }));
        Assert.Contains("description", invalid.Result.Errors!.Keys);
    }

    [Fact]
    public async Task What_is_not_set_is_not_sent_and_no_time_is_finer_than_a_microsecond()
    {
        await using var services = Services();
        var client = services.GetRequiredService<OpportunitiesClient>();
        var opportunity = ApiClient.New();
        opportunity.EstimatedEndDate = opportunity.EstimatedEndDate.AddTicks(1_234_567);
        var created = await client.CreateOpportunityAsync(opportunity);
        Assert.Equal(Priority.Medium, created.Priority);
        Assert.Equal(opportunity.EstimatedEndDate.AddTicks(-7), created.EstimatedEndDate);
    }

    [Fact]
    public async Task Files_and_CSV_go_through_it_too()
    {
        await using var services = Services();
        var client = services.GetRequiredService<OpportunitiesClient>();
        var name = $"Client {Guid.NewGuid()}";
        var csv = Encoding.UTF8.GetBytes(
            $"""
             title,description,client_name,estimated_budget,estimated_start_date,estimated_end_date
             One,Text,{name},1,2023-01-01T00:00:00Z,2023-12-31T00:00:00Z
             """);
        var tried = await client.ImportOpportunitiesAsync(
            new MemoryStream(csv), dryRun: true, separator: Separator.Comma, @decimal: DecimalMark.Point);
        Assert.Equal(1, tried.WouldImport);
        var imported = await client.ImportOpportunitiesAsync(new MemoryStream(csv), idempotencyKey: Guid.NewGuid().ToString());
        Assert.Equal(1, imported.Imported);
        using (var export = await client.ExportOpportunitiesAsync(clientName: name))
        using (var reader = new StreamReader(export.Stream))
        {
            Assert.Contains($"One,Text,{name},1.00,", await reader.ReadToEndAsync(), StringComparison.Ordinal);
        }

        var id = (await client.ListOpportunitiesAsync(clientName: name)).Items.Single().Id;
        var upload = await client.CreateAttachmentUploadUrlAsync(
            id, new CreateUploadUrl { FileName = "a.txt", ContentType = ContentType.TextPlain, FileSize = 2 });
        using var store = new HttpClient();
        using var content = new ByteArrayContent("ab"u8.ToArray());
        content.Headers.ContentType = new("text/plain");
        using var stored = await store.PutAsync(upload.UploadUrl, content);
        Assert.Equal(HttpStatusCode.OK, stored.StatusCode);
        var attachment = await client.CompleteAttachmentUploadAsync(
            id, new CompleteUpload { Key = upload.Key, FileName = "a.txt", ContentType = ContentType.TextPlain, FileSize = 2 });
        var download = await client.GetAttachmentDownloadUrlAsync(id, attachment.Id);
        Assert.Equal("ab", await store.GetStringAsync(download.DownloadUrl));
    }

    [Fact]
    public async Task A_token_that_the_service_no_longer_takes_is_replaced_and_the_request_repeated()
    {
        var tokens = new RequestCounter();
        var spoiler = new TokenSpoiler();
        await using var services = Services(tokens, spoiler);
        var client = services.GetRequiredService<OpportunitiesClient>();
        await client.GetOpportunitySummaryAsync();
        spoiler.Spoiled = spoiler.Last;
        var created = await client.CreateOpportunityAsync(ApiClient.New());
        Assert.Equal("Test Opportunity", created.Title);
        Assert.Equal(2, tokens.Count);
    }

    [Fact]
    public async Task Only_what_is_safe_to_repeat_is_repeated()
    {
        var failures = new FailureHandler();
        await using var services = Services(api: failures);
        var client = services.GetRequiredService<OpportunitiesClient>();
        failures.Left = 1;
        await client.GetOpportunitySummaryAsync();
        failures.Left = 1;
        await client.CreateOpportunityAsync(ApiClient.New(), Guid.NewGuid().ToString());
        failures.Left = 1;
        var refused = await Assert.ThrowsAsync<ApiException<Problem>>(() => client.CreateOpportunityAsync(ApiClient.New()));
        Assert.Equal((int)HttpStatusCode.ServiceUnavailable, refused.StatusCode);
    }

    [Fact]
    public void Options_that_lack_something_are_refused_by_name()
    {
        using var services = new ServiceCollection()
            .AddOpportunitiesClient(options => options.BaseAddress = system.Api).Services.BuildServiceProvider();
        var refused = Assert.Throws<OptionsValidationException>(
            () => services.GetRequiredService<IOptions<OpportunitiesClientOptions>>().Value);
        Assert.Contains(refused.Failures, failure => failure.Contains("TokenEndpoint", StringComparison.Ordinal));
        Assert.Contains(refused.Failures, failure => failure.Contains("ClientSecret", StringComparison.Ordinal));
    }

    private ServiceProvider Services(DelegatingHandler? tokens = null, DelegatingHandler? api = null)
    {
        var services = new ServiceCollection();
        var client = services.AddOpportunitiesClient(options =>
        {
            options.BaseAddress = system.Api;
            options.TokenEndpoint = system.TokenEndpoint;
            options.ClientId = "dev-all";
            options.ClientSecret = system.ClientSecret;
        });
        if (api is not null) client.AddHttpMessageHandler(() => api);
        if (tokens is not null) services.AddHttpClient(AccessTokens.HttpClientName).AddHttpMessageHandler(() => tokens);
        return services.BuildServiceProvider();
    }

    private sealed class RequestCounter : DelegatingHandler
    {
        private int _count;

        public int Count => _count;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _count);
            return base.SendAsync(request, cancellationToken);
        }
    }

    /// <summary>Makes one token invalid on its way.</summary>
    private sealed class TokenSpoiler : DelegatingHandler
    {
        public string? Last { get; private set; }

        public string? Spoiled { get; set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Last = request.Headers.Authorization!.Parameter;
            if (Last == Spoiled) request.Headers.Authorization = new("Bearer", "spoiled");
            return base.SendAsync(request, cancellationToken);
        }
    }

    /// <summary>Answers 503 as the service does, as often as it is told to.</summary>
    private sealed class FailureHandler : DelegatingHandler
    {
        public int Left { get; set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (Left == 0) return base.SendAsync(request, cancellationToken);
            Left--;
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.ServiceUnavailable)
            {
                Content = new StringContent(
                    """{"type":"urn:x","title":"Down.","status":503,"detail":"Down.","instance":"/","request_id":"1"}""",
                    new System.Net.Http.Headers.MediaTypeHeaderValue("application/problem+json")),
            });
        }
    }
}
