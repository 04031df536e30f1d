using System.Text;

namespace Opportunities.SystemTests.Fuzz;

/// <summary>A request as it goes over the wire.</summary>
/// <param name="Operation">The documented operation that it is meant for; null where path or method are not.</param>
/// <param name="Method">The method.</param>
/// <param name="Target">Path and query, not escaped any further.</param>
/// <param name="HeaderLines">The header, without the lines that frame the body.</param>
/// <param name="Body">The body; null for none.</param>
internal sealed record FuzzRequest(
    DocumentedOperation? Operation, string Method, string Target, IReadOnlyList<string> HeaderLines, byte[]? Body)
{
    /// <summary>Whether nothing is wrong with it, so that 400, 406 and 415 would be.</summary>
    public bool IsValid { get; init; }

    /// <summary>
    /// Whether the server may refuse it before the application sees it, or close the connection: no HTTP, or more than is allowed.
    /// </summary>
    public bool IsMalformed { get; init; }

    /// <summary>Whether a value in it has a form that the contract does not know, so that it must not be taken.</summary>
    public bool MustBeRefused { get; init; }

    /// <summary>What comes of its <c>If-Match</c> or <c>If-None-Match</c>; null where it has none, or one that nobody knows.</summary>
    public bool? ConditionHolds { get; init; }

    /// <summary>The operations of a batch, of which each is done or refused alone; null where it is no such request.</summary>
    public IReadOnlyList<FuzzOperation>? Operations { get; init; }

    /// <summary>The id that it brings; null where it brings none, or several.</summary>
    public string? RequestId =>
        HeaderLines.Where(line => line.StartsWith("X-Request-ID:", StringComparison.OrdinalIgnoreCase)).ToList() is [var only]
            ? only[13..].Trim()
            : null;

    /// <summary>The path, also of a target that names the server.</summary>
    public string Path =>
        (Target.StartsWith("http://", StringComparison.Ordinal) ? Target[Math.Max(0, Target.IndexOf('/', 7))..] : Target).Split('?')[0];

    /// <summary>Whether it has a condition that the contract knows; a batch has those of its operations.</summary>
    public bool IsConditional =>
        HeaderLines.Any(
            line => line.StartsWith("If-Match:", StringComparison.Ordinal) || line.StartsWith("If-None-Match:", StringComparison.Ordinal))
        || (Body is not null && Body.AsSpan().IndexOf("\"if_match\":"u8) >= 0);

    /// <summary>Whether it asks for a part of a file.</summary>
    public bool HasRange => Path.StartsWith("/files/", StringComparison.Ordinal)
        && HeaderLines.Any(line => line.StartsWith("Range:", StringComparison.Ordinal));

    /// <summary>Whether nothing comes after it, though the server may wait for more.</summary>
    public bool IsCutOff { get; init; }

    /// <summary>What is announced of the body where it is not its length.</summary>
    public string? ContentLength { get; init; }

    public byte[] ToBytes()
    {
        var head = new StringBuilder($"{Method} {Target} HTTP/1.1\r\nHost: 127.0.0.1\r\n");
        foreach (var line in HeaderLines) head.Append(line).Append("\r\n");
        if (Body is not null || ContentLength is not null)
            head.Append("Content-Length: ").Append(ContentLength ?? $"{Body!.Length}").Append("\r\n");
        head.Append("\r\n");
        return [.. Encoding.Latin1.GetBytes(head.ToString()), .. Body ?? []];
    }

    /// <summary>The request in a form that can be read, with its beginning where it is long, and without the token.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        var lines = HeaderLines.Select(
            line => line.StartsWith("Authorization: Bearer ey", StringComparison.Ordinal) ? "Authorization: Bearer …" : line);
        var body = Body is null ? "no body" : Encoding.Latin1.GetString(Body);
        foreach (var letter in $"{Method} {Target} | {string.Join(" | ", lines)} | {body}".Take(700))
            text.Append(letter is >= ' ' and <= '~' ? letter : $"\\x{(int)letter:x2}");
        return text.ToString();
    }
}

/// <summary>One operation of a batch.</summary>
/// <param name="Text">As JSON.</param>
/// <param name="IsValid">Whether nothing is wrong with it, so that 400 would be.</param>
/// <param name="MustBeRefused">Whether a value in it has a form that the contract does not know.</param>
internal sealed record FuzzOperation(string Text, bool IsValid, bool MustBeRefused);
