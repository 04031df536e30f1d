namespace Opportunities.SystemTests.Api;

/// <summary>Requests wait for the database for longer than a busy machine takes to have all of them wait.</summary>
internal static class PatientDatabase
{
    /// <summary>What an API must be told.</summary>
    /// <param name="system">The system.</param>
    /// <param name="seconds">How long a statement waits for a lock.</param>
    public static Dictionary<string, string?> Patient(this ProcessSystem system, int seconds = 90) => new()
    {
        ["ConnectionStrings__opportunitiesdb"] =
            $"{system.ConnectionString};Command Timeout=120;Options=\"-c lock_timeout={seconds}s -c statement_timeout=100s\"",
    };
}
