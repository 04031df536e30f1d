using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Opportunities.Tests.AppHost;

/// <summary>Keeps the last lines of every resource, for the message of a test that fails.</summary>
internal sealed class ResourceLogs : ILoggerProvider
{
    private const int KeptLines = 25;
    private readonly ConcurrentDictionary<string, ConcurrentQueue<string>> _lines = new();

    public ILogger CreateLogger(string categoryName) => new Logger(_lines.GetOrAdd(categoryName, _ => new()));

    public void Dispose()
    {
    }

    public override string ToString() => string.Join('\n', _lines
        .Where(category => !category.Value.IsEmpty)
        .OrderBy(category => category.Key, StringComparer.Ordinal)
        .SelectMany(category => (string[])[$"--- {category.Key}", .. category.Value]));

    private sealed class Logger(ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lines.Enqueue(exception is null ? formatter(state, exception) : $"{formatter(state, exception)} {exception.Message}");
            while (lines.Count > KeptLines) lines.TryDequeue(out _);
        }
    }
}
