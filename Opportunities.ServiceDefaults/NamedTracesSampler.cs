using System.Diagnostics;
using OpenTelemetry.Trace;

namespace Opportunities.ServiceDefaults;

/// <summary>
/// A trace begins with a request, or with work that has a name. A statement or command that belongs to neither, such as a question whether
/// there is anything to do, is no trace of its own.
/// </summary>
/// <param name="inner">Decides about the others: the sampler that <c>OTEL_TRACES_SAMPLER</c> names.</param>
internal sealed class NamedTracesSampler(Sampler inner) : Sampler
{
    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) =>
        samplingParameters.Kind == ActivityKind.Client && samplingParameters.ParentContext.TraceId == default
            ? new SamplingResult(SamplingDecision.Drop)
            : inner.ShouldSample(samplingParameters);
}
