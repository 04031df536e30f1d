using Amazon.CDK;
using Amazon.CDK.AWS.SQS;
using Constructs;

namespace Opportunities.Infrastructure;

/// <summary>
/// The queue of what happened to opportunities, and the one to which goes what its reader could not handle. Both are FIFO: each
/// opportunity is a message group, within which the order is kept.
/// </summary>
public sealed class EventQueue : Construct
{
    /// <summary>Creates both queues.</summary>
    public EventQueue(Construct scope, string id)
        : base(scope, id)
    {
        DeadLetters = new Queue(this, "DeadLetters", new QueueProps
        {
            QueueName = $"{Names.Service}-events-dead-letters.fifo",
            Fifo = true,
            Encryption = QueueEncryption.SQS_MANAGED,
            EnforceSSL = true,
            RetentionPeriod = Duration.Days(14),
            RemovalPolicy = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        });
        Queue = new Queue(this, "Queue", new QueueProps
        {
            QueueName = $"{Names.Service}-events.fifo",
            Fifo = true,
            // High throughput: limits are for each opportunity instead of for all.
            DeduplicationScope = DeduplicationScope.MESSAGE_GROUP,
            FifoThroughputLimit = FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
            Encryption = QueueEncryption.SQS_MANAGED,
            EnforceSSL = true,
            RetentionPeriod = Duration.Days(14),
            VisibilityTimeout = Duration.Minutes(1),
            DeadLetterQueue = new DeadLetterQueue { Queue = DeadLetters, MaxReceiveCount = 5 },
            RemovalPolicy = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        });
    }

    /// <summary>The queue.</summary>
    public Queue Queue { get; }

    /// <summary>What could not be handled.</summary>
    public Queue DeadLetters { get; }
}
