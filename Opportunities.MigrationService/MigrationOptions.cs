using System.ComponentModel.DataAnnotations;

namespace Opportunities.MigrationService;

/// <summary>Settings of the migration service.</summary>
internal sealed class MigrationOptions
{
    public const string Section = "Migrations";

    /// <summary>How long to wait for a server that is still starting, in seconds.</summary>
    [Range(0, 3600)]
    public int WaitSeconds { get; set; } = 60;
}
