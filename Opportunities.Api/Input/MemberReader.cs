namespace Opportunities.Api.Input;

/// <summary>
/// What has members: a JSON body, or a row of a file. They are read one by one by their rules. Where one is missing or wrong, its value is the
/// type's default, and the error is noted.
/// </summary>
internal abstract class MemberReader
{
    /// <summary>Reads a member that must be there.</summary>
    public T Required<T>(Member<T> member)
    {
        Ask(member, isRequired: true);
        if (Has(member)) return Read(member);
        Refuse(member, "is required.");
        return default!;
    }

    /// <summary>Reads a member that may be absent; null is not absent.</summary>
    public T Optional<T>(Member<T> member, T fallback)
    {
        Ask(member, isRequired: false);
        return Has(member) ? Read(member) : fallback;
    }

    /// <summary>Whether a member was sent, valid or not.</summary>
    public abstract bool Has(IMember member);

    /// <summary>Notes an error that the rule of one member cannot see; of a member that has one already, the first stands.</summary>
    public abstract void Refuse(IMember member, string message);

    protected abstract T Read<T>(Member<T> member);

    protected virtual void Ask(IMember member, bool isRequired)
    {
    }
}
