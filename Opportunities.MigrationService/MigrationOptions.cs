using System.ComponentModel.DataAnnotations;

namespace Opportunities.MigrationService;

internal sealed class MigrationOptions
{
    public const string Section = "Migrations";

    /// <summary>How long to wait for a server that is still starting, in seconds.</summary>
    [Range(0, 3600)]
    public int WaitSeconds { get; set; } = 60;

    /// <summary>How long to go on trying where a table that is to be changed is in use, in seconds.</summary>
    [Range(0, 86400)]
    public int LockWaitSeconds { get; set; } = 900;
}
