using Opportunities.Api.Http;

namespace Opportunities.Api.Transfer;

/// <summary>How many files may be under way at the same time, in this process.</summary>
internal sealed class TransferPlaces
{
    /// <summary>Files being received, for up to <see cref="TimeLimits.ImportBody"/>: each takes up to 16 MiB of the disk.</summary>
    public Places Uploads { get; } = new("imports", perCaller: 4, all: 16, TimeLimits.TransferPlace);

    /// <summary>Files that are being read and saved: each is in memory with all its rows.</summary>
    public Places Imports { get; } = new("imports", perCaller: 1, all: 2, TimeLimits.TransferPlace);

    /// <summary>Files that are being sent, for as long as their readers take.</summary>
    public Places Exports { get; } = new("exports", perCaller: 4, all: 16, TimeLimits.TransferPlace);
}
