namespace Opportunities.Api.Input;

/// <summary>A text that this service gave out, in the alphabet of base64url; it comes back letter by letter.</summary>
internal sealed class OpaqueMember(string name, int max) : StringMember<string>(name, max)
{
    public override string? Parse(string text, out string value)
    {
        value = text;
        var isOurs = text.Length > 0 && text.Length <= Longest && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
        return isOurs ? null : $"is not a {Name} that this service gave out.";
    }
}
