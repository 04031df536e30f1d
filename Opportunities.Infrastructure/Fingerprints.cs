using System.Text.Json;

namespace Opportunities.Infrastructure;

/// <summary>
/// The templates that were reviewed and tested, by their SHA-256: <c>environments/fingerprints.json</c>, committed. What is deployed is
/// what they are of, or nothing.
/// </summary>
public static class Fingerprints
{
    /// <summary>The command that brings the file up to date.</summary>
    public const string WriteCommand = "dotnet run --project Opportunities.Infrastructure -- fingerprint --write";

    private const string FileName = "fingerprints.json";

    private static readonly JsonSerializerOptions _json = new() { WriteIndented = true };

    /// <summary>The fingerprints of an environment's templates, by stack.</summary>
    /// <param name="synthesis">The templates.</param>
    public static SortedDictionary<string, string> Of(Synthesis synthesis)
    {
        ArgumentNullException.ThrowIfNull(synthesis);
        return new(
            synthesis.Templates.ToDictionary(template => template.Key, template => Synthesis.Hash(template.Value)), StringComparer.Ordinal);
    }

    /// <summary>The committed ones.</summary>
    public static SortedDictionary<string, string> Committed() =>
        JsonSerializer.Deserialize<SortedDictionary<string, string>>(
            File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "environments", FileName)))!;

    /// <summary>Refuses templates that are not the committed ones.</summary>
    /// <param name="synthesis">The templates.</param>
    /// <exception cref="SettingsException">One of them is another.</exception>
    public static void Check(Synthesis synthesis)
    {
        var committed = Committed();
        var other = Of(synthesis)
            .Where(found => committed.GetValueOrDefault(found.Key) != found.Value)
            .Select(found => found.Key).ToArray();
        if (other.Length > 0)
        {
            throw new SettingsException(
                $"{string.Join(", ", other)}: the template is not the one whose fingerprint is committed. "
                + $"Where the change is meant: {WriteCommand}, and commit environments/{FileName}.");
        }
    }

    /// <summary>Writes the fingerprints into the source.</summary>
    /// <param name="directory">The project's directory.</param>
    /// <param name="fingerprints">The fingerprints of all environments.</param>
    public static void Write(string directory, SortedDictionary<string, string> fingerprints) =>
        File.WriteAllText(
            Path.Combine(directory, "environments", FileName),
            JsonSerializer.Serialize(fingerprints, _json).ReplaceLineEndings("\n") + "\n");
}
