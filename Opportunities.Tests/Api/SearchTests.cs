using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Opportunities.Tests.Api;

/// <summary>What <c>q</c> finds; each test looks at opportunities of a client of its own.</summary>
[Collection(SystemCollection.Name)]
public sealed class SearchTests(TestSystem system) : IAsyncLifetime
{
    private const string Lake = "Ausbau Köln-Süd";
    private const string Osaka = "大阪工場の改修";
    private const string Visual = "F# and .NET workshop";
    private const string Quay = "Stage-3/Quay-9 (south)";
    private const string Store = "ปรับปรุงระบบคลังสินค้า";

    private static readonly string _decomposed = "Umbau Köln".Normalize(NormalizationForm.FormD);

    /// <summary>Texts as people write them, each for a kind.</summary>
    private static readonly string[] _titles =
    [
        "SAP/HR rollout", "Shop of acme.example", Lake, _decomposed, Osaka, "Großbaustelle", "İzmir office", Visual, "P&L report",
        "E-mail archive", "Fabrikam-like pilot", "Портал счёта", "Jalapeño y piñata", "D'Arcy's mill", "L’Aquila’s dome", Quay,
        "ＦＵＬＬ ｗｉｄｔｈ", "ｶﾞﾗｽの窓", Store, "Łódź café", "C++ and f library", "Σίσυφος", "snake_case@acme.example", "서울 지사 이전",
        "🚀Launch", "Co\u00ADop", "Version 2.0 of -5 <b>bold</b> x<y", "北京分公司", "Tromsø Œuvre", new string('w', 200),
    ];

    private readonly string _clientName = $"Suche {Guid.NewGuid()}";
    private HttpClient _client = null!;

    /// <summary>What is looked for, and what is to be found: all of it, and nothing else.</summary>
    public static TheoryData<string, string[]> Searches => new()
    {
        // Beginnings, case, accents, width.
        { "fabrik", ["Fabrikam-like pilot"] }, { "abrikam", [] }, { "koln", [Lake, _decomposed] }, { "KÖLN", [Lake, _decomposed] },
        { "jalapeno pina", ["Jalapeño y piñata"] }, { "grossbau", ["Großbaustelle"] }, { "GROSS", ["Großbaustelle"] },
        { "izmir", ["İzmir office"] },
        { "IZMIR", ["İzmir office"] }, { "счета", ["Портал счёта"] }, { "ПОРТАЛ", ["Портал счёта"] }, { "lodz", ["Łódź café"] },
        { "CAFÉ łó", ["Łódź café"] }, { "ΣΊΣΥΦΟΣ", ["Σίσυφος"] }, { "tromso oeuv", ["Tromsø Œuvre"] }, { "full", ["ＦＵＬＬ ｗｉｄｔｈ"] },
        { "ｓａｐ", ["SAP/HR rollout"] }, { "coop", ["Co\u00ADop"] }, { new string('w', 199), [new string('w', 200)] },
        // What parts words and joins them.
        { "HR", ["SAP/HR rollout"] }, { "sap/hr", ["SAP/HR rollout"] }, { "sap-h", ["SAP/HR rollout"] }, { "hr/sap", [] },
        { "like", ["Fabrikam-like pilot"] }, { "sud", [Lake] }, { "arcy", ["D'Arcy's mill"] }, { "d'arcy", ["D'Arcy's mill"] },
        { "d’arcy", ["D'Arcy's mill"] }, { "l'aquila", ["L’Aquila’s dome"] },
        { "acme", ["Shop of acme.example", "snake_case@acme.example"] },
        { "acme.exam", ["Shop of acme.example", "snake_case@acme.example"] }, { "case", ["snake_case@acme.example"] },
        { "snake_case@acme.example", ["snake_case@acme.example"] }, { "e-mail", ["E-mail archive"] }, { "mail", ["E-mail archive"] },
        { "p&l", ["P&L report"] }, { "stage-3", [Quay] }, { "3/quay", [Quay] }, { "south", [Quay] },
        { "2.0", ["Version 2.0 of -5 <b>bold</b> x<y"] },
        { "bold -5", ["Version 2.0 of -5 <b>bold</b> x<y"] },
        // Signs that end a word.
        { "f#", [Visual] }, { "F#, .net", [Visual] }, { "c++", ["C++ and f library"] }, { "c#", [] },
        { "f librar", ["C++ and f library"] },
        // Without spaces.
        { "改修", [Osaka] }, { "阪工場", [Osaka] }, { "阪場", [] }, { "大阪 改修", [Osaka] }, { "ガラス", ["ｶﾞﾗｽの窓"] }, { "窓", ["ｶﾞﾗｽの窓"] },
        { "ระบบ", [Store] },
        { "คลังสินค้า", [Store] }, { "지사", ["서울 지사 이전"] }, { "北京", ["北京分公司"] },
        // Nothing to look for, or beside it.
        { "launch", ["🚀Launch"] }, { "🚀", [] }, { "launch & |", ["🚀Launch"] }, { "' & | ! ( : *", [] }, { "\\", [] }, { "%_", [] },
        { "''\\'", [] },
        { "# + -", [] }, { "…", [] }, { "koln mill", [] }, { string.Join(' ', Enumerable.Repeat("z", 100)), [] }, { "koln:* | mill", [] },
    };

    public async Task InitializeAsync()
    {
        _client = await system.ClientAsync();
        foreach (var title in _titles) await CreateAsync(title, "Invented need");
    }

    public Task DisposeAsync()
    {
        _client.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_search_finds_what_people_mean_and_nothing_else()
    {
        var wrong = new List<string>();
        foreach (var row in Searches)
        {
            var (search, titles) = ((string)row[0], (string[])row[1]);
            var found = await FindAsync(search);
            if (!found.Order(StringComparer.Ordinal).SequenceEqual(titles.Select(Stored).Order(StringComparer.Ordinal)))
                wrong.Add($"{search}: {string.Join(" | ", found)}");
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Every_beginning_of_a_word_finds_it_in_any_case_accents_and_width()
    {
        var missing = new List<string>();
        foreach (var title in _titles)
        {
            foreach (var word in title.Replace("🚀", "", StringComparison.Ordinal)
                .Split([' ', '/', '(', ')', '<', '>'], StringSplitOptions.RemoveEmptyEntries).Where(word => word.Length < 100))
            {
                var letters = StringInfo.ParseCombiningCharacters(word);
                // All beginnings of the word as it is, and one other form of each in turn.
                for (var n = Math.Min(2, letters.Length); n <= letters.Length; n++)
                {
                    var beginning = n == letters.Length ? word : word[..letters[n]];
                    foreach (var search in new[] { beginning, Forms(beginning)[n % 5] })
                    {
                        if (!(await FindAsync(search)).Contains(Stored(title))) missing.Add($"{title}: {search}");
                    }
                }
            }
        }

        Assert.Empty(missing);
    }

    [Fact]
    public async Task Words_may_be_in_different_members_and_whole_ones_come_before_beginnings()
    {
        var mark = $"w{Guid.NewGuid():N}"[..12];
        await CreateAsync("Quay", $"About {mark}");
        await CreateAsync(mark, "Of a quay");
        await CreateAsync($"{mark}longer", "Of a quay");
        await CreateAsync("Quay", "Another");
        var found = await FindAsync($"{mark} quay such");
        Assert.Equal(["Quay", mark, $"{mark}longer"], found.Order(StringComparer.Ordinal));
        Assert.Equal([mark, $"{mark}longer"], found.Where(title => title != "Quay"));
    }

    private static string Stored(string title) => title.Normalize();

    private static string[] Forms(string text) =>
    [
        text.ToUpperInvariant(), text.ToLowerInvariant(), text.Normalize(NormalizationForm.FormD), Wide(text), Plain(text),
    ];

    private static string Wide(string text) =>
        string.Concat(text.Select(letter => letter is > ' ' and <= '~' ? (char)(letter + 0xFEE0) : letter));

    private static string Plain(string text) => text.Any(letter => letter is >= '\u0E00' and <= '\u0EFF' or >= '\u3040')
        ? text
        : string.Concat(text.Normalize(NormalizationForm.FormD)
            .Where(letter => char.GetUnicodeCategory(letter) != UnicodeCategory.NonSpacingMark)).Normalize();

    private Task<string> CreateAsync(string title, string description) => _client.CreateAsync(new JsonObject
    {
        ["title"] = title,
        ["description"] = description,
        ["client_name"] = _clientName,
        ["estimated_budget"] = 1000m,
        ["estimated_start_date"] = "2031-03-01T00:00:00Z",
        ["estimated_end_date"] = "2031-09-30T00:00:00Z",
    });

    private async Task<string[]> FindAsync(string search)
    {
        var page = await _client.GetJsonAsync(
            $"{ApiClient.Opportunities}?size=100&client_name={Uri.EscapeDataString(_clientName)}&q={Uri.EscapeDataString(search)}");
        return [.. page["items"]!.AsArray().Select(item => (string)item!["title"]!)];
    }
}
