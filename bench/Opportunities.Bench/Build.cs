using Opportunities.LocalServers;
using Opportunities.Testing;

namespace Opportunities.Bench;

/// <summary>A build of the service that is measured.</summary>
/// <param name="Name">Its name; empty for that of this folder.</param>
/// <param name="Api">The published API.</param>
/// <param name="Migrations">What makes its schema.</param>
internal sealed record Build(string Name, string Api, string Migrations)
{
    public static readonly Build Present = new(
        "", RepositoryRoot.Combine("artifacts/bench/api/Opportunities.Api.dll"), ServiceAssemblies.Migrations);

    /// <summary>One that <c>bench/compare</c> has published.</summary>
    public static Build Of(string commit) => new(
        commit, RepositoryRoot.Combine($"artifacts/compare/{commit}/api/Opportunities.Api.dll"),
        RepositoryRoot.Combine($"artifacts/compare/{commit}/migrations/Opportunities.MigrationService.dll"));
}
