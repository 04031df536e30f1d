using System.Globalization;
using Opportunities.Bench;
using Opportunities.LocalServers;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["floor", var kind, var port, var source, var issuer])
{
    await Floor.RunAsync(kind, int.Parse(port, CultureInfo.InvariantCulture), source, issuer);
    return 0;
}

if (args is ["--help"])
{
    Console.WriteLine(BenchOptions.Usage);
    return 0;
}

try
{
    if (args is ["compare", var before, var after, .. var rest])
        await Comparison.RunAsync(BenchOptions.ParseComparison(rest), before, after);
    else if (args is ["soak", var minutes]) await Soak.RunAsync(TimeSpan.FromMinutes(double.Parse(minutes, CultureInfo.InvariantCulture)));
    else await BenchRun.RunAsync(BenchOptions.Parse(args));
    return 0;
}
catch (Exception exception) when (exception is LocalServerException or FormatException)
{
    await Console.Error.WriteLineAsync($"{exception.Message}\n\n{BenchOptions.Usage}");
    return 1;
}
