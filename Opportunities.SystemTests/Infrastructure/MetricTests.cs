using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;
using Opportunities.Api;
using Opportunities.Api.Events;
using Opportunities.Data;
using Opportunities.LocalServers;
using Opportunities.ServiceDefaults;

namespace Opportunities.SystemTests.Infrastructure;

/// <summary>
/// The service's metrics on their way to an alarm: as a process with the task's variables sends them, as the collector's configuration
/// changes them, and as alarms ask for them. What the collector's exporter does with a name, a unit and a total is read in its source.
/// </summary>
[Collection(InfrastructureCollection.Name)]
public sealed partial class MetricTests
{
    /// <summary>The units of OpenTelemetry that the exporter translates; it hands on any other as it is.</summary>
    private static readonly Dictionary<string, string> _translated =
        new() { ["ms"] = "Milliseconds", ["s"] = "Seconds", ["us"] = "Microseconds", ["By"] = "Bytes", ["Bi"] = "Bits" };

    /// <summary>Those that CloudWatch knows, as far as they are for what a service counts and measures.</summary>
    private static readonly string[] _known = ["Count", "None", "Percent", "Bytes", "Bits", "Seconds", "Milliseconds", "Microseconds"];

    [Fact]
    public async Task Every_metric_reaches_CloudWatch_in_a_unit_that_it_knows()
    {
        var overwritten = DescriptorPattern().Matches(Configuration("prod"))
            .ToDictionary(match => match.Groups["name"].Value, match => match.Groups["unit"].Value);
        var metrics = await SentAsync("prod");
        Assert.All(metrics, metric => Assert.Contains(
            overwritten.GetValueOrDefault(metric.Name) ?? _translated.GetValueOrDefault(metric.Unit) ?? metric.Unit, _known));
        // None is left over from a metric that was given another name.
        Assert.Empty(overwritten.Keys.Except(metrics.Select(metric => metric.Name)));
    }

    /// <summary>Of totals the exporter makes differences, and of the first none: a job's first failure would never be seen.</summary>
    [Fact]
    public async Task What_is_counted_is_sent_as_what_was_added() =>
        Assert.DoesNotContain(await SentAsync("prod"), metric => metric.IsTotal);

    /// <summary>Without the attributes by which an alarm would have to ask for it.</summary>
    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public async Task What_an_alarm_watches_is_sent_and_handed_on_as_one_metric_of_that_name(string environment)
    {
        var selectors = SelectorPattern().Matches(Configuration(environment))
            .ToDictionary(match => match.Groups["key"].Value, match => match.Groups["names"].Value);
        Assert.Equal(["metric_name_selectors", "metric_names"], selectors.Keys.Order(StringComparer.Ordinal));
        Assert.Contains("- dimensions: [[OTelLib]]", Configuration(environment), StringComparison.Ordinal);
        Assert.Contains("dimension_rollup_option: NoDimensionRollup", Configuration(environment), StringComparison.Ordinal);
        var sent = await SentAsync(environment);
        var watched = SynthesizedStacks.Of(environment).Application.All("AWS::CloudWatch::Alarm")
            .Where(alarm => alarm.Text("Namespace") == "OpportunityManagementService").ToArray();
        Assert.True(watched.Length >= 7);
        Assert.All(watched, alarm =>
        {
            var metric = Assert.Single(sent, metric => metric.Name == alarm.Text("MetricName"));
            Assert.All(selectors.Values, selector => Assert.Matches(selector, metric.Name));
            Assert.Equal("OTelLib", Assert.Single(alarm.List("Dimensions"))["Name"]!.ToString());
            alarm.Has("Dimensions.0.Value", metric.Meter);
            // With a unit, an alarm would see values of that unit alone.
            Assert.Null(alarm["Unit"]);
        });
    }

    /// <summary>One of each metric of the service, from a process with the variables of a task's container.</summary>
    private static async Task<IReadOnlyList<ReceivedMetric>> SentAsync(string environment)
    {
        await using var receiver = await TelemetryReceiver.StartAsync();
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration.AddInMemoryCollection(Variables(environment, "api"));
        builder.Configuration.AddInMemoryCollection(receiver.Variables);
        builder.AddServiceDefaults();
        builder.Services.AddSingleton<OpportunityMetrics>();
        using var host = builder.Build();
        await host.StartAsync();
        var metrics = host.Services.GetRequiredService<OpportunityMetrics>();
        metrics.CountCreated();
        metrics.CountTransition(OpportunityStatus.Draft, OpportunityStatus.Submitted);
        metrics.CacheHits.Add(1);
        metrics.CacheMisses.Add(1);
        metrics.CacheFailures.Add(1);
        metrics.Limited.Add(1);
        metrics.Published.Add(1);
        metrics.CountJobItems("a job", 1);
        metrics.CountJobFailure("a job");
        (metrics.Backlog, metrics.Parked, metrics.DeadRows) = (new Backlog(1, TimeSpan.FromSeconds(1)), 1, [("a table", 1)]);
        Assert.True(host.Services.GetRequiredService<MeterProvider>().ForceFlush(10_000));
        await Eventually.TrueAsync(() => receiver.Metrics.Count > 0);
        await host.StopAsync();
        var sent = receiver.Metrics.Where(metric => metric.Meter == TelemetryNames.Meter).DistinctBy(metric => metric.Name).ToArray();
        var source = await File.ReadAllTextAsync(RepositoryRoot.Combine("Opportunities.Api/OpportunityMetrics.cs"));
        Assert.Equal(InstrumentPattern().Count(source), sent.Length);
        return sent;
    }

    private static Dictionary<string, string?> Variables(string environment, string container) =>
        SynthesizedStacks.Of(environment).Application.All("AWS::ECS::TaskDefinition").SelectMany(task => task.List("ContainerDefinitions"))
            .Single(one => one["Name"]!.ToString() == container)["Environment"]!.AsArray()
            .ToDictionary(variable => variable!["Name"]!.ToString(), variable => (string?)variable!["Value"]!.ToString());

    private static string Configuration(string environment) => Variables(environment, "collector")["AOT_CONFIG_CONTENT"]!;

    [GeneratedRegex(@"(?<key>metric_names|metric_name_selectors): \['(?<names>[^']+)'\]")]
    private static partial Regex SelectorPattern();

    [GeneratedRegex(@"- \{ metric_name: (?<name>[a-z._]+), unit: (?<unit>[A-Za-z]+), overwrite: true \}")]
    private static partial Regex DescriptorPattern();

    [GeneratedRegex(@"meter\.Create")]
    private static partial Regex InstrumentPattern();
}
