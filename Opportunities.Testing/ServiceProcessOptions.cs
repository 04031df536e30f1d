namespace Opportunities.Testing;

/// <summary>Which built project a <see cref="ServiceProcess"/> runs, and how.</summary>
public sealed class ServiceProcessOptions
{
    /// <summary>What the service is called in messages.</summary>
    public required string Name { get; init; }

    /// <summary>The project's assembly, with its runtime configuration beside it.</summary>
    public required string AssemblyPath { get; init; }

    /// <summary>Where a web service listens; null for a worker.</summary>
    public Uri? BaseAddress { get; init; }

    /// <summary>Its arguments.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>What is added to the environment that it inherits; a null value removes the variable.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Takes each line that it writes; null to drop them.</summary>
    public Action<string>? Output { get; init; }
}
