using System.Text.Json;
using Opportunities.Api.Errors;

namespace Opportunities.Api.Input;

/// <summary>
/// A request body that is one flat JSON object. Members are read one by one with their rules; what was not asked for is
/// unknown. <see cref="ThrowIfInvalid"/> answers everything that is wrong at once.
/// </summary>
public sealed class JsonInput
{
    private const int MaxDepth = 16;
    private readonly Dictionary<string, JsonElement> _members = new(StringComparer.Ordinal);
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private readonly InputErrors _errors = new();

    private JsonInput(ReadOnlyMemory<byte> bytes) => Bytes = bytes;

    /// <summary>The body as it came.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Reads the body.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Ends the wait for the body.</param>
    /// <returns>The body, not validated yet.</returns>
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

    /// <summary>Whether a member was sent, valid or not.</summary>
    /// <param name="member">The member.</param>
    /// <returns>Whether it was.</returns>
    public bool Has(IMember member) => _members.ContainsKey(member.Name);

    /// <summary>Reads a member that must be there.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="member">The rule.</param>
    /// <returns>The value; the type's default where it is missing or wrong, which <see cref="ThrowIfInvalid"/> answers.</returns>
    public T Required<T>(Member<T> member)
    {
        _asked.Add(member.Name);
        if (_members.TryGetValue(member.Name, out var element)) return Read(member, element);
        _errors.Add(member.Name, "is required.");
        return default!;
    }

    /// <summary>Reads a member that may be absent; null is not absent.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="member">The rule.</param>
    /// <param name="fallback">The value where it is absent.</param>
    /// <returns>The value.</returns>
    public T Optional<T>(Member<T> member, T fallback)
    {
        _asked.Add(member.Name);
        return _members.TryGetValue(member.Name, out var element) ? Read(member, element) : fallback;
    }

    /// <summary>Notes an error that the rule of one member cannot see.</summary>
    /// <param name="member">The offending member.</param>
    /// <param name="message">What is wrong with it.</param>
    public void Refuse(IMember member, string message)
    {
        if (!_errors.Contains(member.Name)) _errors.Add(member.Name, message);
    }

    /// <summary>Refuses the request where a member is wrong, or one was sent that nobody asked for.</summary>
    /// <exception cref="ApiException">400 with every error.</exception>
    public void ThrowIfInvalid()
    {
        foreach (var name in _members.Keys.Where(name => !_asked.Contains(name))) _errors.Add(name, "is not a member that can be sent.");
        _errors.ThrowIfAny();
    }

    private void Take(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object) throw InputErrors.Only(InputErrors.WholeBody, "must be a JSON object.");
        try
        {
            foreach (var property in root.EnumerateObject())
            {
                if (property.Name.Contains('\0')) throw InputErrors.Only(InputErrors.WholeBody, "A member's name must not contain NUL.");
                if (!_members.TryAdd(property.Name, property.Value)) Duplicate(property.Name);
            }
        }
        catch (InvalidOperationException)
        {
            throw InputErrors.Only(InputErrors.WholeBody, "A member's name must be valid Unicode text.");
        }
    }

    private void Duplicate(string name)
    {
        if (!_errors.Contains(name)) _errors.Add(name, "must not be sent twice.");
    }

    private T Read<T>(Member<T> member, JsonElement element)
    {
        if (member.Read(element, out var value) is not { } error) return value;
        if (!_errors.Contains(member.Name)) _errors.Add(member.Name, error);
        return default!;
    }
}
