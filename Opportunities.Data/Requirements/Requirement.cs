using System.Text.Json.Nodes;

namespace Opportunities.Data.Requirements;

/// <summary>A part of an opportunity whose values can be replaced as a whole.</summary>
public abstract class Requirement<T> : OpportunityPart
    where T : class
{
    internal abstract override T Content();

    internal override void AddTo(JsonObject json) => json["updated_at"] = UpdatedAt;

    /// <summary>Replaces the values; <see cref="Opportunity.Replace{T}"/> keeps the history.</summary>
    internal abstract void Set(T values);

    /// <summary>Checks the rules that need the whole opportunity; throws where values would break one.</summary>
    internal virtual void EnsureFits(Opportunity opportunity, T values)
    {
    }

    internal sealed override void EnsureFits(Opportunity opportunity) => EnsureFits(opportunity, Content());
}
