using System.Text.Json;
using System.Text.Json.Serialization;

namespace Opportunities.AppHost;

/// <summary>Where the running system is: what the terminal shows, and what scripts find in <c>.local/endpoints.json</c>.</summary>
internal sealed record Endpoints
{
    private static readonly JsonSerializerOptions _indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public required string Api { get; init; }
    public required string Identity { get; init; }

    /// <summary>The dashboard, with the token that it asks for; null where there is none.</summary>
    public string? Dashboard { get; init; }

    /// <summary>The database, as <c>psql</c> takes it.</summary>
    public required string Postgres { get; init; }

    /// <summary>The Redis server, as <c>redis-cli -u</c> takes it.</summary>
    public required string Cache { get; init; }

    /// <summary>What every client of the issuer shows it; in no file.</summary>
    [JsonIgnore]
    public string ClientSecret { get; init; } = "";

    /// <summary>Writes the file at once: who sees it sees all of it.</summary>
    public void Write(string path)
    {
        var aside = $"{path}.{Environment.ProcessId}";
        File.WriteAllText(aside, $"{JsonSerializer.Serialize(this, _indented)}\n");
        File.Move(aside, path, overwrite: true);
    }

    public override string ToString()
    {
        var dashboard = Dashboard is null ? "" : $"\n  Dashboard     {Dashboard}";
        return $$"""

              Opportunities is running. Ctrl+C stops it.
            {{dashboard}}
              API           {{Api}}/api/v1/opportunities
              API docs      {{Api}}/docs
              OpenAPI       {{Api}}/openapi/v1.json
              Health        {{Api}}/health/detailed
              Identity      {{Identity}}
              PostgreSQL    {{Postgres}}
              Redis         {{Cache}}

              A token, and a first request:

            TOKEN=$(curl -s {{Identity}}/oauth2/token -d grant_type=client_credentials \
              -d client_id=dev-all -d client_secret={{ClientSecret}} | grep -o '"access_token": *"[^"]*' | cut -d'"' -f4)
            curl -s "{{Api}}/api/v1/opportunities?size=3" -H "Authorization: Bearer $TOKEN"

            """;
    }
}
