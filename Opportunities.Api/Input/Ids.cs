using Opportunities.Api.Errors;

namespace Opportunities.Api.Input;

/// <summary>The one form of an id in a path: 36 characters, 8-4-4-4-12, in either case, and nothing around them.</summary>
internal static class Ids
{
    private const int Length = 36;

    /// <exception cref="ApiException">404: what is no id names nothing.</exception>
    public static Guid Parse(string? text) => TryParse(text, out var id) ? id : throw ApiException.NotFound();

    // The framework's parser takes white space around an id, and "+" or "0x" in it: another text for an id is another cache key.
    public static bool TryParse(string? text, out Guid id)
    {
        Span<char> form = stackalloc char[Length];
        return Guid.TryParseExact(text, "D", out id)
            && id.TryFormat(form, out _, "D")
            && ((ReadOnlySpan<char>)form).Equals(text, StringComparison.OrdinalIgnoreCase);
    }
}

/// <summary>An id that the service made.</summary>
internal sealed class IdMember(string name) : StringMember<Guid>(name, 36, minLength: null, format: "uuid")
{
    public override string? Parse(string text, out Guid value) =>
        Ids.TryParse(text, out value) ? null : "must be an id of 36 characters, such as 0190f6a0-0000-7000-8000-000000000000.";
}
