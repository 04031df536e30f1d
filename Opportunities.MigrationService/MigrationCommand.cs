namespace Opportunities.MigrationService;

/// <summary>What a run of the migration service does.</summary>
internal enum MigrationAction
{
    /// <summary>Applies what is pending; in development, adds the demo data that is missing.</summary>
    Migrate,

    /// <summary>Shows applied and pending migrations, and changes nothing.</summary>
    List,

    /// <summary>Migrates, and puts the demo data back to its first state. Development only.</summary>
    Seed,

    /// <summary>Empties the database, then does what <see cref="Seed"/> does. Development only.</summary>
    Reset,
}

internal static class MigrationCommand
{
    public const string Usage = "usage: Opportunities.MigrationService [--list | --seed | --reset]";

    /// <summary>The action that the arguments ask for; null where they are not understood.</summary>
    public static MigrationAction? Parse(string[] args) => args switch
    {
        [] => MigrationAction.Migrate,
        ["--list"] => MigrationAction.List,
        ["--seed"] => MigrationAction.Seed,
        ["--reset"] => MigrationAction.Reset,
        _ => null,
    };
}
