using Amazon.CDK;
using Opportunities.Infrastructure;

// Which Node.js runs the CDK is the machine's choice; a banner about its age does not belong into every template's output.
System.Environment.SetEnvironmentVariable("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20");
var app = new App();
CdkBehaviours.Apply(app);
try
{
    OpportunitiesStacks.Create(app, SettingsReader.Read(key => app.Node.TryGetContext(key)?.ToString()));
    app.Synth();
    return 0;
}
catch (SettingsException problem)
{
    await Console.Error.WriteLineAsync(problem.Message);
    return 1;
}
