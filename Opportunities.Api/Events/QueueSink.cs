using Amazon.Runtime;
using Amazon.SQS;
using Amazon.SQS.Model;

namespace Opportunities.Api.Events;

/// <summary>Events in a FIFO queue of Amazon SQS: the opportunity is the group, which has an order; the event's id deduplicates.</summary>
internal sealed class QueueSink(IOptions<EventOptions> options, TimeProvider time) : IEventSink, IDisposable
{
    /// <summary>What SQS takes in one request: messages, and bytes of them together.</summary>
    private const int MaxEntries = 10;
    private const int MaxBytes = 256 << 10;

    // Not before it is needed: where region or credentials are missing, the API serves requests all the same.
    private AmazonSQSClient? _sqs;

    public int Capacity => 0;

    public Task<bool> IsThereAsync() => Task.FromResult(true);

    public async Task<Publication> PublishAsync(IReadOnlyList<WaitingEvent> events, bool begins, CancellationToken cancellationToken)
    {
        _sqs ??= new AmazonSQSClient(new AmazonSQSConfig { Timeout = TimeLimits.Queue, MaxErrorRetry = 1 });
        var published = new List<long>(events.Count);
        var stuck = new HashSet<Guid>();
        var refused = new Dictionary<long, Refusal>();
        var left = events.ToList();
        var startedAt = time.GetTimestamp();
        while (time.GetElapsedTime(startedAt) < TimeLimits.EventBatch && TakeRequest(left, stuck) is { Count: > 0 } taken)
        {
            try
            {
                var answer = await _sqs.SendMessageBatchAsync(Request(taken), cancellationToken);
                foreach (var success in answer.Successful ?? []) published.Add(Of(success.Id).Sequence);
                foreach (var failed in answer.Failed ?? [])
                {
                    stuck.Add(Of(failed.Id).OpportunityId);
                    refused[Of(failed.Id).Sequence] = new Refusal($"{failed.Code}: {failed.Message}", failed.SenderFault ?? false);
                }
            }
            // The SDK's time limit is a cancellation.
            catch (Exception exception)
                when (exception is AmazonServiceException or AmazonClientException or HttpRequestException or OperationCanceledException)
            {
                return new Publication(published, refused, exception.GetBaseException().Message);
            }

            WaitingEvent Of(string id) => taken[int.Parse(id, CultureInfo.InvariantCulture)];
        }

        return new Publication(published, refused, Outage: null);
    }

    public void Dispose() => _sqs?.Dispose();

    /// <summary>
    /// Takes what fits into one request, in order. Of an opportunity only one: SQS may refuse any message of a request and take the
    /// others. After a refused one, those of the same opportunity wait.
    /// </summary>
    private static List<WaitingEvent> TakeRequest(List<WaitingEvent> left, HashSet<Guid> stuck)
    {
        var taken = new List<WaitingEvent>(MaxEntries);
        var bytes = 0;
        foreach (var waiting in left.Where(waiting => !stuck.Contains(waiting.OpportunityId)).DistinctBy(waiting => waiting.OpportunityId))
        {
            bytes += Encoding.UTF8.GetByteCount(waiting.Content);
            if (taken.Count == MaxEntries || (bytes > MaxBytes && taken.Count > 0)) break;
            taken.Add(waiting);
        }

        left.RemoveAll(taken.Contains);
        return taken;
    }

    private SendMessageBatchRequest Request(List<WaitingEvent> events) => new()
    {
        QueueUrl = options.Value.QueueUrl,
        Entries =
        [
            .. events.Select((waiting, index) => new SendMessageBatchRequestEntry
            {
                Id = index.ToString(CultureInfo.InvariantCulture),
                MessageBody = waiting.Content,
                MessageGroupId = waiting.OpportunityId.ToString(),
                MessageDeduplicationId = waiting.Id.ToString(),
            }),
        ],
    };
}
