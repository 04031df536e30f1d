using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Opportunities.Api.Errors;
using Opportunities.Api.Http;
using Opportunities.Api.Input;
using Opportunities.Api.Transfer;

namespace Opportunities.UnitTests.Transfer;

/// <summary>What a request can say of the form of its file.</summary>
public sealed class ImportFormatTests
{
    [Fact]
    public void A_request_that_says_nothing_has_the_form_of_an_export() => Assert.Equal(new ImportFormat(), Read(""));

    [Fact]
    public void A_request_can_say_it_all()
    {
        var format = Read("?separator=TAB&decimal=COMMA&date_format=dd.MM.yyyy&time_zone=Europe/Berlin"
            + "&columns=title:Projekt,client_name:Kunde");
        Assert.Equal('\t', format.Separator);
        Assert.Equal(',', format.Decimal);
        Assert.Equal("dd.MM.yyyy", format.Times!.Format.Text);
        Assert.Equal("Europe/Berlin", format.Times.Zone.Id);
        Assert.Equal(new Dictionary<string, string> { ["title"] = "Projekt", ["client_name"] = "Kunde" }, format.Names);
    }

    [Theory]
    [InlineData("?separator=;", "separator")]
    [InlineData("?separator=comma", "separator")]
    [InlineData("?decimal=.", "decimal")]
    [InlineData("?decimal=", "decimal")]
    [InlineData("?separator=TAB&separator=TAB", "separator")]
    [InlineData("?date_format=dd.MM.yyyy", "time_zone")]
    [InlineData("?time_zone=UTC", "date_format")]
    [InlineData("?mode=upsert", "mode")]
    [InlineData("?mode=", "mode")]
    public void Anything_else_is_refused(string query, string offending) => Assert.Equal([offending], Errors(query).Keys);

    [Theory]
    [InlineData("Berlin")]
    [InlineData("europe/berlin")]
    [InlineData("W. Europe Standard Time")]
    [InlineData("CEST")]
    [InlineData("UTC+3")]
    [InlineData("UTC+03:00")]
    [InlineData("+01:00")]
    [InlineData("../../etc/passwd")]
    [InlineData("Local")]
    public void A_zone_has_its_IANA_name(string zone) =>
        Assert.Equal(["time_zone"], Errors($"?date_format=dd.MM.yyyy&time_zone={Uri.EscapeDataString(zone)}").Keys);

    [Theory]
    [InlineData("dd.MM.yy")]
    [InlineData("DD.MM.YYYY")]
    [InlineData("dd.MM")]
    [InlineData("dd.mm.yyyy")]
    [InlineData("dd.MM-yyyy")]
    [InlineData("ddMMyyyy")]
    [InlineData("yyyyMd")]
    [InlineData("d MMM yyyy")]
    [InlineData("yyyy-MM-ddTHH:mmZ")]
    [InlineData("dd.MM.yyyy hh:mm")]
    [InlineData("dd.MM.yyyy HH")]
    [InlineData("dd.MM.yyyy'")]
    [InlineData("D")]
    [InlineData("%d")]
    public void A_format_of_days_has_day_month_and_year_of_four_digits(string format) =>
        Assert.Equal(["date_format"], Errors($"?time_zone=UTC&date_format={Uri.EscapeDataString(format)}").Keys);

    [Theory]
    [InlineData("dd.MM.yyyy", "01.03.2031", "2031-02-28T23:00:00Z")]
    [InlineData("d.M.yyyy", "1.3.2031", "2031-02-28T23:00:00Z")]
    [InlineData("d.M.yyyy", "01.03.2031", "2031-02-28T23:00:00Z")]
    [InlineData("d. M. yyyy", "1. 3. 2031", "2031-02-28T23:00:00Z")]
    [InlineData("M/d/yyyy", "7/4/2031", "2031-07-03T22:00:00Z")]
    [InlineData("dd/MM/yyyy", "04/07/2031", "2031-07-03T22:00:00Z")]
    [InlineData("yyyy-MM-dd", "2031-07-04", "2031-07-03T22:00:00Z")]
    [InlineData("yyyy. MM. dd.", "2031. 07. 04.", "2031-07-03T22:00:00Z")]
    [InlineData("yyyyMMdd", "20310704", "2031-07-03T22:00:00Z")]
    [InlineData("dd.MM.yyyy HH:mm", "04.07.2031 09:30", "2031-07-04T07:30:00Z")]
    [InlineData("dd.MM.yyyy, H:mm", "04.07.2031, 9:30", "2031-07-04T07:30:00Z")]
    [InlineData("yyyy-MM-ddTHH:mm:ss", "2031-07-04T09:30:15", "2031-07-04T07:30:15Z")]
    [InlineData("dd.MM.yyyy", "29.02.2032", "2032-02-28T23:00:00Z")]
    public void A_day_is_its_midnight_there(string format, string cell, string expected) =>
        Assert.Equal(Utc(expected), Start(cell, format, "Europe/Berlin"));

    [Theory]
    [InlineData("29.02.2031")]
    [InlineData("31.04.2031")]
    [InlineData("03.13.2031")]
    [InlineData("1.3.2031")]
    [InlineData("01.03.31")]
    [InlineData("01.03.2031 00:00")]
    [InlineData("01.03.02031")]
    [InlineData("01.03.-031")]
    [InlineData("01/03/2031")]
    [InlineData("٠١.٠٣.٢٠٣١")]
    [InlineData("2031-03-01T00:00:00Z")]
    [InlineData("48273")]
    public void A_day_has_one_form(string cell) =>
        Assert.Equal("must be a time that there is, as date_format says: dd.MM.yyyy.", Error(cell, "dd.MM.yyyy", "Europe/Berlin"));

    [Theory]
    [InlineData("01.01.0001")]
    [InlineData("31.12.9999")]
    [InlineData("31.12.1899")]
    [InlineData("01.01.1900")]
    public void A_day_lies_in_the_years_of_every_time(string cell) =>
        Assert.Equal("must lie in the years 1900 to 2999.", Error(cell, "dd.MM.yyyy", "Europe/Berlin"));

    // The clock was put forward over midnight: the day began at one o'clock.
    [Theory]
    [InlineData("America/Sao_Paulo", "21.10.2018", "1.1.2020", "2018-10-21T03:00:00Z")]
    [InlineData("Africa/Cairo", "28.04.2023", "1.1.2024", "2023-04-27T22:00:00Z")]
    [InlineData("America/Havana", "06.11.2022", "1.1.2024", "2022-11-06T04:00:00Z")]
    public void A_day_begins_with_its_first_moment(string zone, string cell, string end, string expected) =>
        Assert.Equal(Utc(expected), Start(cell, "d.M.yyyy", zone, end));

    [Theory]
    [InlineData("31.03.2030 02:30", "does not exist in Europe/Berlin: the clock was put forward over it.")]
    [InlineData(
        "27.10.2030 02:30",
        "is two times in Europe/Berlin: the clock was put back over it. Write it with an offset, without date_format.")]
    public void A_time_of_day_that_is_none_or_two_is_refused(string cell, string message) =>
        Assert.Equal(message, Error(cell, "dd.MM.yyyy HH:mm", "Europe/Berlin"));

    [Fact]
    public void A_day_that_a_country_left_out_is_refused() =>
        Assert.Equal("is a day that Pacific/Apia left out.", Error("30.12.2011", "dd.MM.yyyy", "Pacific/Apia"));

    [Theory]
    [InlineData("title:Projekt", "title=Projekt")]
    [InlineData("title:Projekt: Name", "title=Projekt: Name")]
    [InlineData("\"title:Projekt, kurz\",client_name:Kunde", "title=Projekt, kurz|client_name=Kunde")]
    [InlineData("title:description,description:title", "title=description|description=title")]
    public void Columns_are_named_by_member(string text, string expected) => Assert.Equal(
        expected, string.Join('|', Read($"?columns={Uri.EscapeDataString(text)}").Names.Select(name => $"{name.Key}={name.Value}")));

    [Theory]
    [InlineData("title")]
    [InlineData("title:")]
    [InlineData(":Projekt")]
    [InlineData("titel:Projekt")]
    [InlineData("title:A,")]
    [InlineData("title:A,title:B")]
    [InlineData("title:A,client_name:A")]
    [InlineData("title:client_name")]
    [InlineData("title:A\ndescription:B")]
    [InlineData("\"title:A")]
    [InlineData("id:A")]
    public void Columns_are_refused_that_are_not_clear(string text) =>
        Assert.Equal(["columns"], Errors($"?columns={Uri.EscapeDataString(text)}").Keys);

    [Fact]
    public void No_list_of_columns_is_endless() => Assert.Equal(["columns"], Errors($"?columns=title:{new string('a', 2000)}").Keys);

    private static DateTime Utc(string text) => DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);

    private static DateTime Start(string cell, string format, string zone, string? end = null)
    {
        var errors = new ImportErrors();
        end ??= cell.Replace("2031", "2040", StringComparison.Ordinal).Replace("2032", "2040", StringComparison.Ordinal);
        var rows = ImportFile.Read(File(cell, end), Times(format, zone), errors);
        Assert.Empty(errors.All);
        return rows.Single().Content.EstimatedStartDate;
    }

    private static string Error(string cell, string format, string zone)
    {
        var errors = new ImportErrors();
        ImportFile.Read(File(cell, cell), Times(format, zone), errors);
        return errors.ToDictionary()["2.estimated_start_date"].Single();
    }

    private static byte[] File(string start, string end) => Encoding.UTF8.GetBytes(
        $"title;description;client_name;estimated_budget;estimated_start_date;estimated_end_date\nA;B;C;1;{start};{end}");

    private static ImportFormat Times(string format, string zone) =>
        Read($"?separator=SEMICOLON&date_format={Uri.EscapeDataString(format)}&time_zone={Uri.EscapeDataString(zone)}");

    private static ImportFormat Read(string query)
    {
        var input = new QueryInput(QueryCheck.Parse(new QueryString(query)));
        var format = ImportFormat.Read(input);
        input.ThrowIfInvalid();
        return format;
    }

    private static IReadOnlyDictionary<string, string[]> Errors(string query) => Assert.Throws<ApiException>(() => Read(query)).Errors!;
}
