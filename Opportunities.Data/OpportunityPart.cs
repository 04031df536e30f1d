using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Opportunities.Data;

/// <summary>A row of one of the sub-collections of an opportunity: a requirement, a note or an attachment.</summary>
public abstract class OpportunityPart
{
    private static readonly JsonSerializerOptions _snapshot = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseUpper) },
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public Guid Id { get; internal set; }
    public Guid OpportunityId { get; internal set; }
    public DateTime CreatedAt { get; internal set; }
    public DateTime UpdatedAt { get; internal set; }

    /// <summary>The name of the sub-collection in JSON and in the history, and of its table.</summary>
    internal abstract string Collection { get; }

    /// <summary>Whether it can change only while the opportunity itself can.</summary>
    internal virtual bool IsLockedByState => true;

    /// <summary>The part as JSON for the history: as it is answered.</summary>
    internal string Snapshot()
    {
        var json = new JsonObject { ["id"] = Id };
        foreach (var (name, value) in JsonSerializer.SerializeToNode(Content(), _snapshot)!.AsObject()) json[name] = value?.DeepClone();
        json["created_at"] = CreatedAt;
        AddTo(json);
        return json.ToJsonString(_snapshot);
    }

    internal abstract object Content();

    /// <summary>Adds what else is answered of this kind of part.</summary>
    internal abstract void AddTo(JsonObject json);

    /// <summary>Checks the rules that need the whole opportunity; throws where one is broken.</summary>
    internal virtual void EnsureFits(Opportunity opportunity)
    {
    }
}

/// <summary>Each kind has a table of its own, and all kinds can be asked for with one statement.</summary>
internal sealed class OpportunityPartConfiguration : IEntityTypeConfiguration<OpportunityPart>
{
    public void Configure(EntityTypeBuilder<OpportunityPart> builder)
    {
        // EF Core takes the keys' names to be PK_…, which it cannot be told in this mapping; the tables' are pk_….
        builder.UseTpcMappingStrategy();
        builder.Property(part => part.Id).ValueGeneratedNever();
    }
}
