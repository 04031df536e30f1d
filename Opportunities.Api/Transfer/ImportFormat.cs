using Opportunities.Api.Input;
using Opportunities.Api.Opportunities;

namespace Opportunities.Api.Transfer;

/// <summary>What a request says of the form of its file; a file without it has the form of an export.</summary>
internal sealed record ImportFormat
{
    private static readonly ChoiceMember _decimal = new("decimal", ["POINT", "COMMA"], "DecimalMark");
    private static readonly DateFormatMember _dateFormat = new("date_format");
    private static readonly TimeZoneMember _timeZone = new("time_zone");
    private static readonly ColumnNamesMember _columns = new(
        "columns", [.. CreateOpportunity.Body.Shape.Members.Select(known => known.Member.Name), ImportFile.ExternalSource.Name]);
    private static readonly ChoiceMember _mode = new("mode", ["CREATE", "UPSERT"], "ImportMode");
    private static readonly Dictionary<string, string> _noNames = [];

    /// <summary>Whether rows change the opportunities that have their external ids.</summary>
    public bool IsUpsert { get; init; }

    /// <summary>What stands between the cells; null where the request does not say.</summary>
    public char? Separator { get; init; }

    /// <summary>What stands before the decimals of an amount; null where the request does not say.</summary>
    public char? Decimal { get; init; }

    /// <summary>How days are written; null where times are those of RFC 3339.</summary>
    public LocalTimes? Times { get; init; }

    /// <summary>What members are called in the file; one that is not named here is called as it is.</summary>
    public IReadOnlyDictionary<string, string> Names { get; init; } = _noNames;

    public static ImportFormat Read(QueryInput input)
    {
        var separator = CsvSeparator.Read(
            input, "What stands between the cells: COMMA, where neither this nor a first line sep=; says otherwise.");
        var point = input.Text(
            _decimal,
            "What stands before the decimals of an amount. Where it is not sent, that is a point, and in a file with semicolons between "
            + "its cells a point or a comma. Nothing parts the other digits.");
        var format = input.Optional(
            _dateFormat, null!,
            "How days, or local times, are written, beside time_zone: d, M, yyyy, H, mm and ss; dd, MM and HH for two digits always. "
            + "Without it times are those of RFC 3339.");
        var zone = input.Optional(
            _timeZone, null!,
            "The IANA name of the zone of date_format. A day is its midnight there; where the clock is put forward over midnight, the "
            + "first moment after it. "
            + "A time of day that the clock leaves out, or has twice, is refused.");
        var names = input.Optional(
            _columns, _noNames,
            "What columns are called in the file: member:name, separated by commas; one with a comma in its name in quotes, as in CSV.");
        if (input.Has(_dateFormat) && !input.Has(_timeZone)) input.Refuse(_timeZone, "is required beside date_format.");
        if (input.Has(_timeZone) && !input.Has(_dateFormat)) input.Refuse(_dateFormat, "is required beside time_zone.");
        var mode = input.Text(
            _mode,
            "CREATE (where it is not sent): every row is a new opportunity. UPSERT: a row changes the opportunity that has its "
            + "external id, or creates it; every row has one. Columns that nobody writes are passed over.");
        return new ImportFormat
        {
            IsUpsert = mode == "UPSERT",
            Separator = separator,
            Decimal = point switch { "COMMA" => ',', "POINT" => '.', _ => null },
            Times = format is null || zone is null ? null : new LocalTimes(format, zone),
            Names = names,
        };
    }
}
