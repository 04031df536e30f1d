namespace Opportunities.Api.Input;

/// <summary>
/// What has members: a JSON body, a query, a row of a file. They are read one by one by their rules. Where one is missing or wrong, its
/// value is the type's default, and the error is noted. The same reading of nothing tells which members there are.
/// </summary>
internal abstract class MemberReader
{
    // No dictionary: they are few, and there is one of these for each request.
    private readonly List<AskedMember> _asked = new(16);

    public IReadOnlyCollection<AskedMember> Asked => _asked;

    public T Required<T>(Member<T> member)
    {
        Ask(new(member, IsRequired: true));
        if (Has(member)) return Read(member);
        Refuse(member, "is required.");
        return default!;
    }

    /// <summary>Reads a member that may be absent; null is not absent.</summary>
    public T Optional<T>(Member<T> member, T fallback, string description = "")
    {
        Ask(new(member, description));
        return Has(member) ? Read(member) : fallback;
    }

    /// <summary>Whether a member was sent, valid or not.</summary>
    public abstract bool Has(IMember member);

    /// <summary>Notes an error that the rule of one member cannot see; of a member that has one already, the first stands.</summary>
    public abstract void Refuse(IMember member, string message);

    protected abstract T Read<T>(Member<T> member);

    protected void Ask(AskedMember member)
    {
        if (!IsAsked(member.Member.Name)) _asked.Add(member);
    }

    /// <summary>Those of the names that nobody asked for.</summary>
    protected IEnumerable<string> Unknown(IEnumerable<string> names) => names.Where(name => !IsAsked(name));

    private bool IsAsked(string name)
    {
        foreach (var asked in _asked)
        {
            if (asked.Member.Name == name) return true;
        }

        return false;
    }
}

internal readonly record struct AskedMember(IMember Member, string Description = "", bool IsRequired = false, bool IsRepeatable = false);
