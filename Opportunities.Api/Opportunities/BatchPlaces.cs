using Opportunities.Api.Http;

namespace Opportunities.Api.Opportunities;

/// <summary>
/// How many batches may be under way at the same time, in this process: each is in memory with its body and all that it changes.
/// A batch is one request to the limits on requests; these are its own.
/// </summary>
internal sealed class BatchPlaces : IDisposable
{
    private readonly Places _places = new("batches", perCaller: 4, all: 8, TimeLimits.TransferPlace);

    public ValueTask<IDisposable> EnterAsync(string caller, CancellationToken cancellationToken) =>
        _places.EnterAsync(caller, cancellationToken);

    public void Dispose() => _places.Dispose();
}
