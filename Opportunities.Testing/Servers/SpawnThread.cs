using System.Collections.Concurrent;
using System.Diagnostics;

namespace Opportunities.Testing;

/// <summary>
/// Starts processes from one thread that lives as long as this process. Linux sends the parent-death signal when the thread
/// that started the child ends, and threads of the pool do end.
/// </summary>
internal static class SpawnThread
{
    private static readonly BlockingCollection<Action> _work = Begin();

    /// <summary>Starts a process.</summary>
    public static async Task<Process> StartAsync(ProcessStartInfo startInfo)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() =>
        {
            try
            {
                started.SetResult(Process.Start(startInfo)!);
            }
            catch (Exception exception)
            {
                started.SetException(exception);
            }
        });
        return await started.Task;
    }

    private static BlockingCollection<Action> Begin()
    {
        var work = new BlockingCollection<Action>();
        var thread = new Thread(() =>
        {
            foreach (var action in work.GetConsumingEnumerable()) action();
        })
        { IsBackground = true, Name = "process starter" };
        thread.Start();
        return work;
    }
}
