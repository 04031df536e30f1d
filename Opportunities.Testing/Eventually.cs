using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Opportunities.Testing;

/// <summary>Waits on a condition, with a limit.</summary>
internal static class Eventually
{
    public static async Task TrueAsync(
        Func<Task<bool>> condition, TimeSpan? limit = null, [CallerArgumentExpression(nameof(condition))] string? expression = null,
        Func<string>? otherwise = null)
    {
        var elapsed = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(
                elapsed.Elapsed < (limit ?? TimeSpan.FromSeconds(30)), $"Not true within the limit: {expression} {otherwise?.Invoke()}");
            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }
    }

    public static Task TrueAsync(
        Func<bool> condition, TimeSpan? limit = null, [CallerArgumentExpression(nameof(condition))] string? expression = null) =>
        TrueAsync(() => Task.FromResult(condition()), limit, expression);
}
