using Opportunities.Api.Errors;

namespace Opportunities.Api.Input;

/// <summary>A request body that is one flat JSON object. <see cref="ThrowIfInvalid"/> answers everything that is wrong at once.</summary>
/// <param name="bytes">The body; one that is not read has no members.</param>
internal sealed class JsonInput(ReadOnlyMemory<byte> bytes) : MemberReader
{
    private const int MaxDepth = 16;
    private readonly Dictionary<string, JsonElement> _members = new(StringComparer.Ordinal);
    private readonly InputErrors _errors = new();

    public ReadOnlyMemory<byte> Bytes => bytes;

    /// <exception cref="ApiException">415 another media type or encoding; 400 not one JSON object.</exception>
    /// <exception cref="BadHttpRequestException">413 larger than the server allows; 400 cut off.</exception>
    public static async Task<JsonInput> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var bytes = await RequestBody.ReadAsync(request, "application/json", cancellationToken);
        var input = new JsonInput(bytes);
        try
        {
            // Not disposed: the members are read from it until the request ends, and its memory is the bytes above.
            var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = MaxDepth });
            input.Take(document.RootElement);
        }
        catch (JsonException exception)
        {
            throw InputErrors.Only(InputErrors.WholeBody, bytes.IsEmpty
                ? "A JSON object is required."
                : $"Not valid JSON at line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}.");
        }

        return input;
    }

    /// <summary>Reads an object that is part of a body.</summary>
    public static JsonInput Of(JsonElement element)
    {
        var input = new JsonInput(default);
        input.Take(element);
        return input;
    }

    public override bool Has(IMember member) => _members.ContainsKey(member.Name);

    public override void Refuse(IMember member, string message) => Refuse(member.Name, message);

    public void ThrowIfInvalid()
    {
        foreach (var name in Unknown(_members.Keys)) _errors.Add(name, "is not a member that can be sent.");
        _errors.ThrowIfAny();
    }

    protected override T Read<T>(Member<T> member)
    {
        if (member.Read(_members[member.Name], out var value) is not { } error) return value;
        Refuse(member, error);
        return default!;
    }

    private void Take(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object) throw InputErrors.Only(InputErrors.WholeBody, "must be a JSON object.");
        try
        {
            foreach (var property in root.EnumerateObject())
            {
                if (property.Name.Contains('\0')) throw InputErrors.Only(InputErrors.WholeBody, "A member's name must not contain NUL.");
                if (!_members.TryAdd(property.Name, property.Value)) Refuse(property.Name, "must not be sent twice.");
            }
        }
        catch (InvalidOperationException)
        {
            throw InputErrors.Only(InputErrors.WholeBody, "A member's name must be valid Unicode text.");
        }
    }

    private void Refuse(string name, string message)
    {
        if (!_errors.Contains(name)) _errors.Add(name, message);
    }
}
