using System.Globalization;
using System.Text;
using CsCheck;
using Opportunities.Api.Opportunities;
using Opportunities.Api.Transfer;
using Opportunities.Data;
using Opportunities.UnitTests.Input;

namespace Opportunities.UnitTests.Transfer;

/// <summary>What is exported has the values of the API's answers, and is imported as it was.</summary>
public sealed class OpportunityCsvWriterTests
{
    private static readonly DateTime _start = new(2023, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    [Fact]
    public async Task A_row_has_the_values_of_the_answer() => Assert.Equal(
        "id,title,description,client_name,estimated_budget,estimated_start_date,estimated_end_date,priority,status,created_by,created_at,"
        + "updated_at,version,owner,external_source,external_id\r\n"
        + "0198a1b2-0000-7000-8000-000000000001,A,B,C,100.00,2023-01-01T00:00:00Z,2023-12-31T23:59:59.5Z,CRITICAL,MATCHING_IN_PROGRESS,"
        + "'@me,2023-01-01T00:00:00.000001Z,2023-01-01T00:00:00Z,3,'=you,crm,'=4711\r\n",
        await WriteAsync(Summary("A", "B", "C", 100m) with
        {
            EstimatedEndDate = new DateTime(2023, 12, 31, 23, 59, 59, 500, DateTimeKind.Utc),
            CreatedBy = "@me",
            Owner = "=you",
            ExternalId = new("crm", "=4711"),
        }));

    [Fact]
    public async Task An_export_is_the_same_everywhere()
    {
        var expected = await WriteAsync(Summary("A", "B", "C", 1234.5m));
        Spelling.Elsewhere(() => Assert.Equal(expected, WriteAsync(Summary("A", "B", "C", 1234.5m)).GetAwaiter().GetResult()));
    }

    public static TheoryData<char, bool, bool, bool> Forms()
    {
        var forms = new TheoryData<char, bool, bool, bool>();
        foreach (var separator in ",;\t")
            for (var choice = 0; choice < 8; choice++) forms.Add(separator, (choice & 1) > 0, (choice & 2) > 0, (choice & 4) > 0);
        return forms;
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void What_is_exported_is_imported_with_the_same_values(
        char separator, bool hasByteOrderMark, bool hasDecimalComma, bool saysSeparator) => Gen.Select(
        Text(200), Text(500), Text(200), Gen.Long[1, 999_999_999_999_999], Gen.Enum<Priority>(), Gen.Long[0, 86_400_000_000])
        .Sample((title, description, clientName, cents, priority, microseconds) =>
        {
            var row = Summary(title, description, clientName, new decimal(cents) / 100) with
            {
                Priority = priority,
                EstimatedStartDate = _start.AddMicroseconds(microseconds),
                EstimatedEndDate = _start.AddDays(2),
            };
            var file = WriteAsync(row, separator, hasByteOrderMark).GetAwaiter().GetResult();
            Assert.Equal(hasByteOrderMark, file.StartsWith('\ufeff'));
            if (hasDecimalComma) file = WithCommas(file, separator);
            if (saysSeparator) file = $"sep={separator}\r\n{file.TrimStart('\ufeff')}";
            var errors = new ImportErrors();
            var rows = ImportFile.Read(
                Encoding.UTF8.GetBytes(file),
                new ImportFormat { Separator = saysSeparator ? null : separator, Decimal = hasDecimalComma ? ',' : '.' }, errors);
            Assert.Empty(errors.All);
            Assert.Equal(
                [
                    new OpportunityContent
                    {
                        Title = title,
                        Description = description,
                        ClientName = clientName,
                        EstimatedBudget = row.EstimatedBudget,
                        EstimatedStartDate = row.EstimatedStartDate,
                        EstimatedEndDate = row.EstimatedEndDate,
                        Priority = priority,
                    },
                ],
                rows.Select(row => row.Content));
        }, iter: 50);

    // As a spreadsheet writes amounts where a comma stands before the decimals, and every cell in quotes, which others do.
    private static string WithCommas(string csv, char separator)
    {
        using var reader = CsvHelper.CsvReader.Create(
            Encoding.UTF8.GetBytes(csv), new CsvHelper.CsvReaderOptions { Separator = separator, HasHeader = false });
        var written = new StringBuilder();
        while (reader.Read())
        {
            var cells = Enumerable.Range(0, reader.FieldCount)
                .Select(column => column == 4 ? reader.GetString(column).Replace('.', ',') : reader.GetString(column));
            written.AppendJoin(separator, cells.Select(cell => $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\""))
                .Append("\r\n");
        }

        return written.ToString();
    }

    /// <summary>Texts that the API takes.</summary>
    private static Gen<string> Text(int max) =>
        Gen.OneOf("a", "é", "字", "😀", " ", ",", "\"", "'", "=", "+", "-", "@", "\t", "\r\n", "\n", "\r", ";", "＝").Array[1, 12]
            .Select(string.Concat)
            .Where(text => new Api.Input.TextMember("text", 1, max).Parse(text, out var kept) is null && kept == text);

    private static async Task<string> WriteAsync(OpportunitySummary row, char separator = ',', bool hasByteOrderMark = false)
    {
        using var stream = new MemoryStream();
        await using (var csv = new OpportunityCsvWriter(stream, separator, hasByteOrderMark))
        {
            await csv.WriteHeaderAsync(default);
            await csv.WriteAsync(row, default);
        }

        // The stream is its owner's to close.
        Assert.True(stream.CanWrite);

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static OpportunitySummary Summary(string title, string description, string clientName, decimal budget) => new()
    {
        ExternalId = null,
        Id = Guid.Parse("0198a1b2-0000-7000-8000-000000000001", CultureInfo.InvariantCulture),
        Title = title,
        Description = description,
        ClientName = clientName,
        EstimatedBudget = budget,
        EstimatedStartDate = _start,
        EstimatedEndDate = _start.AddDays(364),
        Priority = Priority.Critical,
        Status = OpportunityStatus.MatchingInProgress,
        CreatedBy = "owner",
        Owner = "owner",
        UpdatedBy = "owner",
        CreatedAt = _start.AddMicroseconds(1),
        UpdatedAt = _start,
        SubmittedAt = null,
        CompletedAt = null,
        CancelledAt = null,
        Version = 3,
    };
}
