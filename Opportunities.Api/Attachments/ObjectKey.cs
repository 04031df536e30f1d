namespace Opportunities.Api.Attachments;

/// <summary>
/// Where an object is kept: two ids and nothing else, so that no text from outside is ever part of a path. The opportunity's id
/// says for which one the key was given out, and only keys that were given out have an object.
/// </summary>
/// <param name="OpportunityId">The opportunity.</param>
/// <param name="ObjectId">The object.</param>
internal readonly record struct ObjectKey(Guid OpportunityId, Guid ObjectId)
{
    /// <summary>What all keys begin with.</summary>
    public const string Prefix = "opportunities/";

    /// <summary>A key that no object has yet.</summary>
    public static ObjectKey New(Guid opportunityId) => new(opportunityId, Guid.CreateVersion7());

    /// <summary>Reads a key as <see cref="ToString"/> writes it, and in no other form.</summary>
    public static bool TryParse(string text, out ObjectKey key)
    {
        key = default;
        if (text.Split('/') is not [_, var opportunity, var id]
            || !Guid.TryParseExact(opportunity, "D", out var opportunityId) || !Guid.TryParseExact(id, "D", out var objectId))
        {
            return false;
        }

        key = new ObjectKey(opportunityId, objectId);
        return key.ToString() == text;
    }

    /// <inheritdoc />
    public override string ToString() => $"{Prefix}{OpportunityId:D}/{ObjectId:D}";
}
