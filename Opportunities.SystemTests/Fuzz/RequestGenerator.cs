using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Opportunities.SystemTests.Contract;

namespace Opportunities.SystemTests.Fuzz;

/// <summary>Makes one request of a seed: a documented one, with nothing, little or much wrong with it.</summary>
/// <param name="operations">The operations of the OpenAPI document.</param>
/// <param name="tokens">Access tokens; the first permits everything.</param>
/// <param name="seed">What the request is made of, and nothing else.</param>
internal sealed class RequestGenerator(IReadOnlyList<DocumentedOperation> operations, IReadOnlyList<string> tokens, int seed)
{
    /// <summary>A system whose ids are few, so that one is soon that of another opportunity.</summary>
    private const string Shared = "fuzz-shared";

    private static readonly string[] _methods =
    [
        "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "get", "PROPFIND", "X", "PRI", new string('M', 300),
    ];

    private static readonly string[] _longHeaders =
        ["X-Long", "Accept", "If-Match", "If-None-Match", "Idempotency-Key", "X-Request-ID", "Cookie", "Content-Type", "Origin"];

    private readonly Random _random = new(seed);
    private string? _tag;

    // Taken away by whatever is done to the request.
    private bool _isValid = true;
    private bool _isMalformed;
    private bool _mustBeRefused;
    private bool? _conditionHolds;
    private IReadOnlyList<FuzzOperation>? _operations;

    /// <summary>The request.</summary>
    /// <param name="target">What exists.</param>
    /// <param name="tag">Its entity tag; null where nobody knows it.</param>
    public FuzzRequest Next(RequestTarget target, string? tag)
    {
        _tag = tag;
        var operation = Pick(operations);
        return _random.Next(100) switch
        {
            < 6 => OfPath(operation, target),
            < 10 => OfMethod(operation, target),
            < 18 => Broken(Documented(operation, target)),
            < 21 => OfFile(target),
            _ => Documented(operation, target),
        };
    }

    private FuzzRequest Documented(DocumentedOperation operation, RequestTarget target)
    {
        var path = Address(operation, target);
        var query = Query(operation);
        var body = operation.Body is null ? OneIn(20) ? Spoiled(Bytes(Pick(Hostile.Json))) : null : Body(operation, target);
        var headers = Headers(operation, body is not null, path.Contains(target.Id, StringComparison.Ordinal));
        return new FuzzRequest(IsAnother(path) ? null : operation, operation.Method, path + query, headers, body)
        {
            // A probe of health is answered whatever it sends.
            MustBeRefused = _mustBeRefused && !IsAnother(path) && operation.Path.StartsWith("/api/", StringComparison.Ordinal),
            ConditionHolds = _conditionHolds,
            Operations = _operations,
            // What may be changed to what depends on what the item has become.
            IsValid = _isValid && !operation.Path.Contains("timeline", StringComparison.Ordinal)
                && (string?)operation.Node["operationId"] != "UpdateOpportunity",
            IsMalformed = _isMalformed || path.Contains("%00", StringComparison.Ordinal) || path.Length + query.Length > 8000
                || body?.Length > 1 << 20,
        };
    }

    /// <summary>Whether the path leads to another operation: an id in it is empty, or names this or the parent.</summary>
    private static bool IsAnother(string path) =>
        path.Contains("/%2e", StringComparison.OrdinalIgnoreCase) || path.Contains("//", StringComparison.Ordinal) || path.EndsWith('/');

    private FuzzRequest OfPath(DocumentedOperation operation, RequestTarget target)
    {
        var path = OneIn(2) ? Pick(Hostile.Paths) : Address(operation, target) + Pick(
        [
            "/", "/x", "//", "/..", "/.", "%20", "%00", ".json", ";x", "/%2e%2e", "\\", ":",
            "/" + Uri.EscapeDataString(Pick(Hostile.Texts)),
        ]);
        return new FuzzRequest(
            null, Pick(["GET", "GET", "HEAD", "OPTIONS", operation.Method]), path.Length > 0 ? path : "/",
            Headers(operation, hasBody: false), null)
        {
            IsMalformed = true,
        };
    }

    /// <summary>A file, as a store of our own gives it.</summary>
    private FuzzRequest OfFile(RequestTarget target)
    {
        var lines = Enumerable.Range(0, _random.Next(4))
            .Select(_ => Pick(Hostile.FileHeaders))
            .DistinctBy(line => line.Split(':')[0]).ToList();
        return new FuzzRequest(null, Pick(["GET", "GET", "HEAD"]), target.File, lines, null)
        {
            MustBeRefused = lines.Any(line => line is "If-Match: x" or "If-None-Match: x"),
        };
    }

    private FuzzRequest OfMethod(DocumentedOperation operation, RequestTarget target) =>
        new(null, Pick(_methods), Address(operation, target), Headers(operation, hasBody: false), null) { IsMalformed = true };

    /// <summary>The same request, wrong in how it is framed.</summary>
    private FuzzRequest Broken(FuzzRequest request) => _random.Next(8) switch
    {
        0 when request.Body is { Length: > 1 } body => request with
        {
            Body = body[.._random.Next(body.Length)],
            ContentLength = $"{body.Length}",
            IsMalformed = true,
            IsCutOff = true,
            IsValid = false,
        },
        1 => request with
        {
            ContentLength = Pick(["0", "1", "-1", "x", "99999999999", "1048577", "18446744073709551617", "", "5 5"]),
            IsMalformed = true,
            IsCutOff = true,
            IsValid = false,
        },
        2 => request with
        {
            HeaderLines = [.. request.HeaderLines, .. Enumerable.Range(0, _random.Next(90, 300)).Select(n => $"X-{n}: {n}")],
            IsMalformed = true,
            IsValid = false,
        },
        3 => request with
        {
            HeaderLines =
            [
                .. request.HeaderLines, $"{Pick(_longHeaders)}: {new string(Pick(['a', ',', '"', ';', '*']), _random.Next(1000, 40_000))}",
            ],
            IsMalformed = true,
            IsValid = false,
        },
        4 => request with
        {
            Target = request.Target + (request.Target.Contains('?') ? '&' : '?') + new string(
                Pick(['a', '%', '&', '=', '[']), _random.Next(1000, 20_000)),
            IsMalformed = true,
            IsValid = false,
        },
        5 => request with
        {
            Target = $"{request.Target}?{string.Join('&', Enumerable.Range(0, _random.Next(500, 1500)).Select(n => $"{n}={n}"))}",
            IsMalformed = true,
            IsValid = false,
        },
        _ => request with
        {
            HeaderLines = [.. request.HeaderLines, Pick(Hostile.HeaderLines)],
            IsMalformed = true,
            IsCutOff = true,
            IsValid = false,
        },
    };

    private string Address(DocumentedOperation operation, RequestTarget target)
    {
        // Rarely, so that what the other requests are about is there.
        var id = (string?)operation.Node["operationId"] == "DeleteOpportunity" && !OneIn(10) ? Guid.NewGuid().ToString() : target.Id;
        var part = target.Parts.GetValueOrDefault(operation.Path.Split('/').ElementAtOrDefault(5) ?? "", Guid.Empty.ToString());
        var path = operation.Path;
        foreach (var (name, value) in new[] { ("{id}", id), ("{sid}", part), ("{aid}", part) })
        {
            if (!path.Contains(name, StringComparison.Ordinal)) continue;
            var spelled = Id(value);
            _mustBeRefused |= !Forms.Id().IsMatch(Uri.UnescapeDataString(spelled));
            path = path.Replace(name, spelled, StringComparison.Ordinal);
        }

        return path.Replace("{source}", RequestTarget.Source, StringComparison.Ordinal)
            .Replace("{external_id}", OneIn(2) ? target.ExternalId : Guid.NewGuid().ToString(), StringComparison.Ordinal);
    }

    private string Id(string known) => _random.Next(20) switch
    {
        0 => Guid.NewGuid().ToString(),
        1 => Pick(
        [
            "00000000-0000-0000-0000-000000000000", "1", "-1", "null", "%27", "%2e", "me", known.ToUpperInvariant(), $"{{{known}}}",
            known.Replace("-", "", StringComparison.Ordinal), $"{known}%00", "x",
        ]),
        3 => Pick(
        [
            $"{known}%20", $"%20{known}", $"{known}%0A", $"{known}%09", $"%C2%A0{known}", $"{known}%E2%80%8B", $"+{known[1..]}",
            $"%2B{known[1..]}", $"{known[..^1]}%EF%BC%91", $"%EF%BB%BF{known}",
        ]),
        // The same id in other words.
        4 => Pick([known.ToUpperInvariant(), $"%{(int)known[0]:X2}{known[1..]}", known.Replace("-", "%2D", StringComparison.Ordinal)]),
        2 when OneIn(3) => Escaped(Pick(Hostile.Texts)),
        _ => known,
    };

    private string Query(DocumentedOperation operation)
    {
        if (OneIn(25))
        {
            _isValid = false;
            var other = Pick(Hostile.Queries);
            // Blanks and what is not ASCII make the request line malformed, and a fragment has no place in it.
            _isMalformed = other.Any(letter => letter is <= ' ' or > '~' or '#');
            _mustBeRefused |= !Forms.IsQuery(other);
            return other;
        }

        var pairs = new List<string>();
        if (operation.NeededQuery.Length > 0)
        {
            if (OneIn(4)) _isValid = false;
            else pairs.Add(operation.NeededQuery[1..]);
        }

        foreach (var parameter in operation.Node["parameters"]?.AsArray().Where(parameter => (string?)parameter!["in"] == "query") ?? [])
        {
            if (!OneIn(4)) continue;
            var name = (string)parameter!["name"]!;
            var schema = Schema(operation, parameter["schema"]!);
            // Parameters exclude each other (cursor), or must be in order (from, to).
            _isValid = false;
            for (var n = OneIn(8) ? 2 : 1; n > 0; n--)
            {
                // Held for long, requests would wait for each other.
                var text = name == "wait"
                    ? Pick(["0", "1", "01", "21", "1.0", "-1", "x"])
                    : Value(operation, name, (string?)schema["type"] == "array" ? Schema(operation, schema["items"]!) : schema).Trim('"');
                // Items with commas between them, where a list is one parameter.
                if ((string?)schema["type"] == "array" && (bool?)parameter["explode"] == false && OneIn(2))
                    text += $",{Value(operation, name, Schema(operation, schema["items"]!)).Trim('"')}";
                _mustBeRefused |= !Forms.MayBeTaken((string?)schema["type"], (string?)schema["format"], text);
                pairs.Add($"{name}={Escaped(text)}");
            }

            if (!OneIn(20)) continue;
            // Another name, and a value that cannot be read.
            _mustBeRefused = true;
            pairs.Add(OneIn(2) ? $"{name.ToUpperInvariant()}=1" : $"{name}=a{Pick(Hostile.BrokenEscapes)}");
        }

        if (OneIn(30))
        {
            _isValid = false;
            // Nobody asks for it.
            _mustBeRefused = true;
            pairs.Add(OneIn(4) ? Pick(Hostile.BrokenEscapes) : $"{Escaped(Pick(Hostile.Texts))}={Escaped(Pick(Hostile.Texts))}");
        }

        return pairs.Count == 0 ? "" : $"?{string.Join('&', pairs)}";
    }

    private List<string> Headers(DocumentedOperation operation, bool hasBody, bool isOfTarget = false)
    {
        var lines = new List<string>();
        if (isOfTarget && _tag is not null && OneIn(3)) lines.AddRange(Condition(operation));
        if (OneIn(12))
        {
            _isValid = false;
            if (Pick(
            [
                "", "Bearer", "Bearer x", "Bearer a.b.c", "Basic YTpi", "Digest x", $"Bearer {Pick(tokens)}", $"Bearer {Pick(tokens)}",
                $"bearer {Pick(tokens)}", $"Bearer {tokens[0]}x",
            ]) is { Length: > 0 } authorization)
            {
                lines.Add($"Authorization: {authorization}");
            }
        }
        else
        {
            lines.Add($"Authorization: Bearer {tokens[0]}");
        }

        if ((string?)operation.Node["operationId"] == "ImportOpportunities" && OneIn(4)) lines.Add("Accept: text/csv");
        if (hasBody)
        {
            var right = operation.Node["requestBody"]?["content"]?.AsObject().Single().Key ?? "application/json";
            if (OneIn(20)) _isValid = false;
            if ((_isValid ? right : OneIn(4) ? Pick(Hostile.MediaTypes) : right) is { Length: > 0 } type)
                lines.Add($"Content-Type: {type}");
            if (OneIn(40))
            {
                _isValid = false;
                lines.Add($"Content-Encoding: {Pick(["gzip", "identity", "br", "x", ""])}");
            }
        }

        for (var n = _random.Next(6) - 3; n > 0; n--)
        {
            _isValid = false;
            var (name, values) = Pick(Hostile.Headers);
            if (_conditionHolds is null || name is not ("If-Match" or "If-None-Match")) lines.Add($"{name}: {Pick(values)}");
        }

        if (_conditionHolds is null && OneIn(30) && (operation.Method == "GET" || operation.Statuses.Contains(412)))
        {
            _isValid = false;
            _mustBeRefused = true;
            lines.RemoveAll(line => line.StartsWith("If-Match", StringComparison.Ordinal)
                || line.StartsWith("If-None-Match", StringComparison.Ordinal));
            lines.Add($"{Pick(["If-Match", "If-None-Match"])}: {Pick(Hostile.NoTags)}");
        }

        return lines;
    }

    /// <summary>A condition whose outcome is known, where the operation knows one.</summary>
    private string[] Condition(DocumentedOperation operation)
    {
        var other = $"\"{int.Parse(_tag!.Trim('"'), CultureInfo.InvariantCulture) + 1}\"";
        if (operation.Statuses.Contains(304))
        {
            _conditionHolds = OneIn(2);
            string[] tags = _conditionHolds == true
                ? [other, $"W/{other}", $"\"x\", {other}", "\"\""]
                : [_tag, $"W/{_tag}", $"{other}, {_tag}", $"{_tag},{other}", "*"];
            return [$"If-None-Match: {Pick(tags)}"];
        }

        if (!operation.Statuses.Contains(412)) return [];
        _conditionHolds = OneIn(2);
        string[] wanted = _conditionHolds == true
            ? [_tag, $"{other}, {_tag}", $"{_tag},{other}", "*"]
            : [other, $"W/{_tag}", $"W/{_tag}, {other}", "\"\"", $"\"0{_tag.Trim('"')}\""];
        return [$"If-Match: {Pick(wanted)}"];
    }

    private byte[] Body(DocumentedOperation operation, RequestTarget target)
    {
        if (operation.Node["requestBody"]!["content"]!["text/csv"] is not null) return Csv(operation);
        if (OneIn(30))
        {
            _isValid = false;
            return Spoiled(Bytes(Pick(Hostile.Json)));
        }

        if (IsBatch(operation) && !OneIn(5)) return Batch(target);
        if (OneIn(4) && operation.Path.EndsWith("/complete", StringComparison.Ordinal))
        {
            var isOther = OneIn(2);
            _mustBeRefused |= isOther;
            return Bytes(isOther
                ? target.Upload.Replace("offer.pdf", Pick(["other.pdf", "OFFER.pdf", "offer.pdf.exe"]), StringComparison.Ordinal)
                : target.Upload);
        }

        var (text, isAsDocumented) = Members(operation);
        return isAsDocumented ? Bytes(text) : Spoiled(Bytes(text));
    }

    /// <summary>The object that an operation takes, and whether nobody meant to spoil it.</summary>
    private (string Text, bool IsAsDocumented) Members(DocumentedOperation operation)
    {
        var schema = Schema(operation, operation.Node["requestBody"]!["content"]!["application/json"]!["schema"]!);
        var required = schema["required"]?.AsArray().Select(name => (string)name!).ToHashSet() ?? [];
        // Most requests have one thing wrong, so that the others are looked at.
        var worth = OneIn(3) ? 0 : OneIn(4) ? 50 : 12;
        var members = new List<string>();
        foreach (var (name, node) in schema["properties"]!.AsObject())
        {
            // What is put by its external id is another one than it was, which needs a reason once it has left DRAFT.
            var isNeeded = name == "reason" && operation.Path.Contains("{external_id}");
            var isLeftOut = required.Contains(name) ? worth > 0 && OneIn(25) : !isNeeded && OneIn(2);
            if (isLeftOut)
            {
                _isValid &= !required.Contains(name);
            }
            else
            {
                var value = _random.Next(100) < worth
                    ? Value(operation, name, Schema(operation, node!))
                    : Example(operation, name, Schema(operation, node!));
                _mustBeRefused |= !MayBeTaken(operation, Schema(operation, node!), value);
                members.Add($"\"{name}\":{value}");
            }
        }

        if (worth > 0 && OneIn(12))
        {
            _isValid = false;
            members.Insert(_random.Next(members.Count + 1), Pick(
            [
                members.Count > 0 ? Pick(members) : "\"a\":1", $"{Quoted(Pick(Hostile.Texts))}:1", $"\"\\ud800\":{Pick(Hostile.Json)}",
                "\"__proto__\":{}", "\"id\":1", "\"Title\":\"a\"", "\"$type\":\"x\"",
            ]));
        }

        return ($"{{{string.Join(',', members)}}}", worth == 0);
    }

    /// <summary>A batch of operations, of which each is as good or bad as a request of its own would be.</summary>
    private byte[] Batch(RequestTarget target)
    {
        var isAllOrNone = OneIn(3);
        var (isValid, mustBeRefused, isTargetFree) = (_isValid, _mustBeRefused, true);
        List<FuzzOperation> sent = [.. Enumerable.Range(0, _random.Next(1, 9)).Select(_ =>
        {
            (_isValid, _mustBeRefused) = (true, false);
            var text = OperationOfBatch(target, ref isTargetFree);
            return new FuzzOperation(text, _isValid, _mustBeRefused);
        })];
        // What is no JSON is wrong with all of it; and two of them may have the same external id by chance.
        _isValid = isValid && sent.All(one => one.IsValid
            || (!isAllOrNone && IsJson(one.Text) && !one.Text.Contains("\"source\"", StringComparison.Ordinal)));
        _mustBeRefused = mustBeRefused || (isAllOrNone && sent.Exists(one => one.MustBeRefused));
        var body = Bytes(
            $$"""{"mode":"{{(isAllOrNone ? "ALL_OR_NONE" : "EACH")}}","operations":[{{string.Join(',', sent.Select(one => one.Text))}}]}""");
        var spoiled = OneIn(3) ? Spoiled(body) : body;
        if (!isAllOrNone && spoiled == body) _operations = sent;
        return spoiled;
    }

    private string OperationOfBatch(RequestTarget target, ref bool isTargetFree)
    {
        var op = Pick(["CREATE", "UPDATE", "UPSERT", "STATUS", "DELETE"]);
        var single = operations.FirstOrDefault(operation => (string?)operation.Node["operationId"] == op switch
        {
            "CREATE" => "CreateOpportunity",
            "UPDATE" => "UpdateOpportunity",
            "UPSERT" => "UpsertOpportunity",
            "STATUS" => "ChangeOpportunityStatus",
            _ => null,
        });
        // What may be changed to what depends on what the item has become.
        _isValid = op is not "UPDATE";
        var members = new List<string> { $"\"op\":\"{op}\"" };
        if (op is not "CREATE")
        {
            // Of the same opportunity there may be one; and rarely one that ends it.
            var isTarget = isTargetFree && OneIn(op is "DELETE" ? 10 : 2);
            isTargetFree &= !isTarget;
            members.Add(op is "UPSERT" || OneIn(2)
                ? $$"""
                    "external_id":{"source":"{{RequestTarget.Source}}","id":"{{(isTarget ? target.ExternalId : Guid.NewGuid().ToString())}}"}
                    """
                : $"\"id\":\"{(isTarget ? target.Id : Guid.NewGuid().ToString())}\"");
        }

        if (single is not null) members.Add($"\"body\":{Members(single).Text}");
        // Of one batch, two may name the same.
        _isValid &= !members[^1].Contains(Shared, StringComparison.Ordinal);
        if (op is not "CREATE" && OneIn(6)) members.Add($"\"if_match\":{Quoted(Pick(["*", "\"1\"", _tag ?? "\"2\"", "W/\"1\""]))}");
        if (!OneIn(8)) return $"{{{string.Join(',', members)}}}";
        _isValid = false;
        switch (_random.Next(4))
        {
            case 0: return Pick(["null", "7", "[]", "{}", "\"text\"", "[{\"op\":\"DELETE\"}]"]);
            case 1: members[0] = $"\"op\":{Quoted(Pick(Hostile.Texts))}"; break;
            case 2: members.RemoveAt(_random.Next(members.Count)); break;
            default:
                members.Add(
                    Pick([Pick(members), $"{Quoted(Pick(Hostile.Texts))}:1", $"\"if_match\":{Quoted(Pick(Hostile.NoTags))}"])); break;
        }

        return $"{{{string.Join(',', members)}}}";
    }

    private static bool IsJson(string text)
    {
        try
        {
            // Not as deep as a request may be, which it is a part of.
            JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 12 }).Dispose();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool IsBatch(DocumentedOperation operation) => (string?)operation.Node["operationId"] == "BatchOpportunities";

    private byte[] Csv(DocumentedOperation operation)
    {
        var example = operation.Body!;
        if (OneIn(3)) return Bytes(example);
        _isValid = false;
        var separator = Pick([',', ';', '\t']);
        if (OneIn(3))
        {
            var first = OneIn(2) ? $"sep={separator}\r\n" : "";
            return Bytes(first + example.Replace(',', separator) + (OneIn(2) ? new string(separator, 6) : "\n\n"));
        }


        var lines = example.TrimEnd('\n').Split('\n').ToList();
        for (var n = _random.Next(1, 4); n > 0; n--)
        {
            var line = _random.Next(lines.Count);
            var cells = lines[line].Split(',');
            var value = Pick([Pick(Hostile.Texts), Pick(Hostile.Numbers), Pick(Hostile.Times)]);
            cells[_random.Next(cells.Length)] = OneIn(2) ? value : $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
            lines[line] = string.Join(OneIn(20) ? ';' : ',', cells);
            if (OneIn(4)) lines.Insert(_random.Next(lines.Count + 1), Pick(lines));
            if (OneIn(10)) lines.Add("");
        }

        return Spoiled(Bytes(string.Join(Pick(["\n", "\n", "\r\n", "\r", "\n\n"]), lines)));
    }

    /// <summary>Bytes that may have been changed on their way, or written by a program with other ideas.</summary>
    private byte[] Spoiled(byte[] bytes)
    {
        if (!OneIn(8)) return bytes;
        _isValid = false;
        var at = _random.Next(bytes.Length + 1);
        var text = Encoding.UTF8.GetString(bytes);
        switch (_random.Next(9))
        {
            case 0: return [.. bytes[..at], .. Pick(Hostile.NotUtf8), .. bytes[at..]];
            case 1: return [0xEF, 0xBB, 0xBF, .. bytes];
            case 2: return Encoding.Unicode.GetBytes(text);
            case 3: return [.. Encoding.BigEndianUnicode.GetPreamble(), .. Encoding.BigEndianUnicode.GetBytes(text)];
            case 4: return Encoding.UTF32.GetBytes(text);
            case 5: return bytes[..at];
            case 6: return [.. bytes, .. bytes];
            case 7: return [.. bytes[..at], (byte)_random.Next(256), .. bytes[at..]];
            default: return [.. bytes, .. Bytes(new string(Pick([' ', '\n', '}', ']', '\0', 'x']), OneIn(10) ? 1 << 20 : 50))];
        }
    }

    /// <summary>A value as JSON: valid, at a limit, or hostile.</summary>
    private string Value(DocumentedOperation operation, string name, JsonNode schema)
    {
        if (OneIn(3)) return Example(operation, name, schema);
        _isValid = false;
        if (OneIn(4)) return Pick(Hostile.Json);
        if (schema["properties"] is not null)
            return $$"""{"source":{{Quoted(Pick(Hostile.Texts))}},{{Pick(["\"id\"", "\"source\"", "\"x\""])}}:{{Quoted(Pick(Hostile.Texts))}}}""";
        return (string?)schema["type"] switch
        {
            "number" or "integer" => Pick(Hostile.Numbers),
            "array" when OneIn(4) => "[]",
            "array" => $"[{string.Join(',', Values(operation, schema["items"]!))}]",
            "string" when (string?)schema["format"] == "date-time" => Quoted(Pick(Hostile.Times)),
            _ => Quoted(Pick(Hostile.Texts)),
        };
    }

    private IEnumerable<string> Values(DocumentedOperation operation, JsonNode item) =>
        Enumerable.Range(0, _random.Next(1, 9)).Select(_ => Value(operation, "", Schema(operation, item)));

    /// <summary>A value that the document allows: its example, or one at a limit.</summary>
    private string Example(DocumentedOperation operation, string name, JsonNode schema)
    {
        // What another system calls it: in a path that says so, that of the path or none.
        if (schema["properties"] is not null)
        {
            return operation.Path.Contains('{' + name + '}', StringComparison.Ordinal) || OneIn(2)
                ? "null"
                : OneIn(2)
                    ? $$"""{"source":"{{Shared}}","id":"{{_random.Next(20)}}"}"""
                    : $$"""{"source":"fuzz","id":"{{_random.NextInt64()}}"}""";
        }

        var example = operation.Node["requestBody"]?["content"]?["application/json"]?["schema"] is { } body
            ? Schema(operation, body)["examples"]?[0]?[name]
            : null;
        if (name == "skill_name" && !OneIn(4)) return Quoted(Pick(Pick(Hostile.Skills)));
        // Nobody hands over what belongs to whom another request has just given its target: that one knows the version.
        if (name == "from" && operation.Method == "POST") return Quoted($"nobody-{_random.NextInt64()}");
        if (example is not null && OneIn(2)) return example.ToJsonString();
        if ((string?)schema["type"] == "array") return example!.ToJsonString();
        if (schema["enum"] is JsonArray values)
        {
            return example?.ToJsonString() ?? (name == "status" && (operation.Method == "POST" || operation.Path.Contains("{external_id}"))
                ? "\"DRAFT\""
                : Pick(values.ToList())!.ToJsonString());
        }

        if ((string?)schema["type"] == "boolean") return Pick(["true", "false"]);
        if (schema["minimum"] is { } minimum) return Pick([minimum.ToJsonString(), schema["maximum"]!.ToJsonString()]);
        if ((string?)schema["format"] == "date-time") return example?.ToJsonString() ?? "\"2023-06-01T00:00:00Z\"";
        if (schema["examples"] is JsonArray { Count: > 0 } examples && !OneIn(4)) return Pick(examples.ToList())!.ToJsonString();
        var length = Pick([(int)(schema["minLength"] ?? 1), Math.Min((int)(schema["maxLength"] ?? 100), 20_000)]);
        var letter = Pick(["a", "Z", "é", "Ж", "字", "😀", "<", "'", "%", "\\u0041", "\\\""]);
        return $"\"{string.Concat(Enumerable.Repeat(letter, length))}\"";
    }

    /// <summary>Whether a member's value, as JSON, has a form that its schema knows.</summary>
    private static bool MayBeTaken(DocumentedOperation operation, JsonNode schema, string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var value = document.RootElement;
            if (schema["properties"] is not null) return value.ValueKind is JsonValueKind.Null or JsonValueKind.Object;
            return (string?)schema["type"] switch
            {
                "integer" => value.ValueKind == JsonValueKind.Number && Forms.Integer().IsMatch(json),
                "number" => value.ValueKind == JsonValueKind.Number,
                "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
                // Of operations each is taken or refused alone.
                "array" => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0 && (IsBatch(operation)
                    || value.EnumerateArray().All(item => MayBeTaken(operation, Schema(operation, schema["items"]!), item.GetRawText()))),
                _ => value.ValueKind == JsonValueKind.String && Forms.MayBeTaken("string", (string?)schema["format"], value.GetString()!),
            };
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static JsonNode Schema(DocumentedOperation operation, JsonNode schema) =>
        (string?)schema["$ref"] is { } reference ? operation.Document["components"]!["schemas"]![reference.Split('/')[^1]]! : schema;

    private static string Quoted(string text) => JsonValue.Create(text).ToJsonString();

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    // Every byte but letters and digits, so that what arrives is what was meant.
    private static string Escaped(string text) => string.Concat(Encoding.UTF8.GetBytes(text).Select(b =>
        char.IsAsciiLetterOrDigit((char)b) ? ((char)b).ToString() : string.Create(CultureInfo.InvariantCulture, $"%{b:X2}")));

    private bool OneIn(int chances) => _random.Next(chances) == 0;

    private T Pick<T>(IReadOnlyList<T> values) => values[_random.Next(values.Count)];
}
