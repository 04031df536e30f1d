using System.Net.Sockets;

namespace Opportunities.Api.Errors;

/// <summary>Tells a database that does not answer from a defect of ours.</summary>
internal static class DatabaseFailure
{
    /// <summary>
    /// SQLSTATE classes (PostgreSQL, appendix A) that say "not now": connection, transaction rollback, insufficient resources
    /// (a full disk among them), operator intervention, system error, missing catalog (not migrated), wrong credentials.
    /// </summary>
    private static readonly string[] _outageClasses =
        ["08", "25006", "28", "3D000", "40", "42P01", "42703", "53", "55P03", "57", "58", "XX"];

    public static bool IsOutage(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case PostgresException postgres:
                    return _outageClasses.Any(prefix => postgres.SqlState.StartsWith(prefix, StringComparison.Ordinal));
                case NpgsqlException or TimeoutException or SocketException:
                    return true;
            }
        }

        return false;
    }

    /// <summary>Whether PostgreSQL ended a transaction that waited for another one, which waited for it.</summary>
    public static bool IsDeadlock(Exception exception) =>
        exception.GetBaseException() is PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected };

    public static string? ViolatedConstraint(Exception exception) => exception.GetBaseException() is PostgresException
    {
        SqlState: PostgresErrorCodes.UniqueViolation,
    } postgres ? postgres.ConstraintName : null;
}
