namespace Opportunities.SystemTests.Security;

/// <summary>One of ZAP's passive rules (https://www.zaproxy.org/docs/alerts/): what it looks for in an answer.</summary>
/// <param name="Id">ZAP's number.</param>
/// <param name="Name">ZAP's name.</param>
/// <param name="IsBroken">Whether an answer breaks it.</param>
/// <param name="Bad">An answer that breaks it, so that it is known to find something.</param>
internal sealed record PassiveRule(int Id, string Name, Func<Answer, bool> IsBroken, Answer Bad)
{
    public override string ToString() => $"{Id} {Name}";

    /// <summary>An answer with these headers (<c>Name: value</c>) and this body.</summary>
    public static Answer Page(string body, params string[] headers) => With(200, "text/html; charset=utf-8", body, headers);

    /// <summary>The same, of another type.</summary>
    public static Answer With(int status, string type, string body, params string[] headers) => new(
        "GET /bad", status,
        [.. headers.Append($"Content-Type: {type}")
            .Select(line => line.Split(": ", 2))
            .Select(parts => KeyValuePair.Create(parts[0], parts[1]))], body);
}
