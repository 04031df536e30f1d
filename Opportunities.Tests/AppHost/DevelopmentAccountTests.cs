#if ASPIRE_HOSTING_AWS
using System.Net;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
#endif

namespace Opportunities.Tests.AppHost;

/// <summary>A local run that takes the bucket of a development account.</summary>
[Collection(DeveloperRun.UsualPorts)]
public sealed class DevelopmentAccountTests : IDisposable
{
    private readonly TestDirectory _data = new();

    public void Dispose() => _data.Dispose();

#if ASPIRE_HOSTING_AWS
    [Fact]
    public async Task The_API_keeps_its_files_in_the_bucket_and_deletes_none_of_another_database()
    {
        var (resources, api, missing) = await ModelAsync(
            "--Aws:Stack=application-dev", "--Aws:Region=eu-central-1", "--Aws:Profile=someone");

        Assert.Contains("aws-state", resources);
        Assert.Contains("No output for AttachmentsBucket", missing);
        Assert.DoesNotContain("Attachments__Directory", api.Keys);
        Assert.Equal("36500.00:00:00", api["Attachments__OrphanAge"]);
        Assert.Equal(("eu-central-1", "someone"), (api["AWS_REGION"], api["AWS_PROFILE"]));
    }

    [Fact]
    public async Task Tokens_and_events_stay_those_of_this_machine()
    {
        var account = await ModelAsync("--Aws:Stack=application-dev", "--Aws:Region=eu-central-1");
        var local = await ModelAsync();

        Assert.Equal(Mine(local), Mine(account));
        Assert.DoesNotContain("Events__QueueUrl", account.Api.Keys);
        Assert.DoesNotContain("aws-state", local.Resources);

        static IEnumerable<string> Mine((string[] Resources, Dictionary<string, object> Api, string[] Missing) model) =>
            model.Api.Keys.Where(name => name.StartsWith("Authentication__", StringComparison.Ordinal)).Order();
    }

    [Fact]
    public async Task A_stack_that_is_not_there_ends_the_run_with_what_CloudFormation_said()
    {
        using var cloudFormation = new WebServer("""
            <ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><Error><Type>Sender</Type><Code>ValidationError</Code>
            <Message>Stack with id not-there-state does not exist</Message></Error><RequestId>1</RequestId></ErrorResponse>
            """);

        var message = await FailedRun.SentenceAsync(
            _data,
            start =>
            {
                start.Environment["AWS_ENDPOINT_URL"] = start.Environment["AWS_ENDPOINT_URL_CLOUDFORMATION"] = cloudFormation.Url;
                start.Environment["AWS_ACCESS_KEY_ID"] = start.Environment["AWS_SECRET_ACCESS_KEY"] = "none";
            },
            "--Aws:Stack=not-there", "--Aws:Region=eu-central-1");

        Assert.StartsWith("api could not be started", message, StringComparison.Ordinal);
        Assert.Contains("Stack with id not-there-state does not exist", message, StringComparison.Ordinal);
    }

    /// <summary>The names of all resources, and the API's settings, some of which are expressions still. The stack is not read.</summary>
    private static async Task<(string[] Resources, Dictionary<string, object> Api, string[] Missing)> ModelAsync(params string[] arguments)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Opportunities_AppHost>(
            arguments, limit.Token);
        var api = builder.Resources.Single(resource => resource.Name == "api");
        var context = new EnvironmentCallbackContext(new(DistributedApplicationOperation.Run), api, [], limit.Token);
        var missing = new List<string>();
        foreach (var annotation in api.Annotations.OfType<EnvironmentCallbackAnnotation>())
        {
            try
            {
                await annotation.Callback(context);
            }
            catch (InvalidOperationException exception)
            {
                // Nothing is started: what comes from outside the model has no value yet.
                missing.Add(exception.Message);
            }
        }
        return ([.. builder.Resources.Select(resource => resource.Name)], context.EnvironmentVariables, [.. missing]);
    }

    /// <summary>Refuses every request with the same words.</summary>
    private sealed class WebServer : IDisposable
    {
        private readonly HttpListener _listener = new();

        public WebServer(string answer)
        {
            using (var free = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0))
            {
                free.Start();
                Url = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/";
            }
            _listener.Prefixes.Add(Url);
            _listener.Start();
            _ = AnswerAsync(answer);
        }

        public string Url { get; }

        public void Dispose() => _listener.Close();

        private async Task AnswerAsync(string answer)
        {
            try
            {
                while (true)
                {
                    var context = await _listener.GetContextAsync();
                    context.Response.StatusCode = 400;
                    context.Response.Close(System.Text.Encoding.UTF8.GetBytes(answer), willBlock: false);
                }
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                // The test has ended.
            }
        }
    }
#else
    [Fact]
    public async Task Without_the_package_asking_for_an_account_is_one_sentence()
    {
        var message = await FailedRun.SentenceAsync(_data, _ => { }, "--Aws:Stack=opportunity-management-service-dev");

        Assert.Equal("--Aws:Stack needs Aspire.Hosting.AWS, which the NuGet sources of this build lack.", message);
    }

    [Fact(Skip = "A development account needs Aspire.Hosting.AWS, which the NuGet sources of this build lack.")]
    public void The_API_keeps_its_files_in_the_bucket_and_deletes_none_of_another_database()
    {
    }
#endif
}
