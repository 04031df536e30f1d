using System.Net;
using System.Text.Json.Nodes;
using Opportunities.Tests.Api;

namespace Opportunities.Tests.Transfer;

/// <summary>Files as spreadsheets and people make them, each with what a user would call right.</summary>
[Collection(SystemCollection.Name)]
public sealed class ImportCaseTests(TestSystem system)
{
    private static readonly string _folder = Path.Combine(AppContext.BaseDirectory, "Transfer", "Cases");

    /// <summary>Files, parameters, and what is imported or refused: errors by key with words that the message has.</summary>
    private static readonly (string File, string Query, int Imported, (string Key, string[] Words)[] Errors)[] _cases =
    [
        ("02-semicolons.csv", "", 0, [("1", ["';'", "','", "separator=SEMICOLON"])]),
        ("02-semicolons.csv", "separator=SEMICOLON", 1, []),
        ("02-semicolons.csv", "separator=SEMICOLON&decimal=COMMA", 1, []),
        ("02-semicolons.csv", "separator=SEMICOLON&decimal=POINT", 0, [("2.estimated_budget", ["decimal=COMMA"])]),
        ("03b-sep-semicolon.csv", "", 1, []),
        ("03b-sep-semicolon.csv", "separator=SEMICOLON", 1, []),
        ("05-windows-1252.csv", "", 0, [("$", ["must be UTF-8", "line 2"])]),
        ("07b-spreadsheet-rounded.csv", "", 0, [("2.estimated_budget", ["exponent", "rounded"])]),
        ("11-trailing-blank-lines.csv", "", 1, []),
        ("12a-ghost-rows.csv", "", 1, []),
        ("14a-header-no-break-space.csv", "", 0, [("1.client_nameU+00A0", ["client_name is meant"])]),
        // U+2028 in line 7 is neither a control character nor a noncharacter.
        ("17b-controls.csv", "", 0,
            [
                ("2.title", ["control"]), ("3.title", ["control"]), ("4.title", ["control"]), ("5.title", ["control"]),
                ("6.title", ["control"]), ("8.title", ["valid Unicode"]),
            ]),
        ("19-invisible-titles.csv", "", 0, [.. Enumerable.Range(2, 7).Select(line => ($"{line}.title", (string[])["must not be blank"]))]),
        ("22-blanks-around-cells.csv", "", 0,
            [
                ("2.estimated_budget", ["blanks around"]), ("2.estimated_start_date", ["blanks around"]),
                ("2.estimated_end_date", ["blanks around"]), ("2.priority", ["blanks around"]),
            ]),
    ];

    public static TheoryData<int> Cases => new(Enumerable.Range(0, _cases.Length));

    [Fact]
    public void Every_file_has_its_case() =>
        Assert.Equal(Directory.GetFiles(_folder).Select(Path.GetFileName).Order(), _cases.Select(known => known.File).Distinct().Order());

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_file_is_answered_as_its_maker_would_call_right(int number)
    {
        var (name, query, imported, expected) = _cases[number];
        var file = await File.ReadAllBytesAsync(Path.Combine(_folder, name));
        using var client = await system.ClientAsync();
        using var tried = await client.ImportWithAsync(query.Length > 0 ? $"{query}&dry_run=true" : "dry_run=true", file);
        var would = await tried.JsonAsync(HttpStatusCode.OK);
        Assert.Equal(imported, would["would_import"]!.GetValue<int>());
        Assert.Equal(0, would["would_update"]!.GetValue<int>());
        AssertSame(would["errors"]!);

        using var response = await client.ImportWithAsync(query, file);
        if (expected.Length == 0) Assert.Equal(imported, await response.ImportedAsync());
        else AssertSame((await response.ProblemAsync(HttpStatusCode.BadRequest))["errors"]!);

        void AssertSame(JsonNode errors)
        {
            Assert.Equal(expected.Select(error => error.Key), errors.AsObject().Select(error => error.Key));
            Assert.All(expected, error => Assert.All(error.Words, word => Assert.Contains(word, (string)errors[error.Key]![0]!)));
        }
    }
}
