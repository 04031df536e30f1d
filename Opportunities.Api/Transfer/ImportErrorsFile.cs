using CsvHelper;
using Opportunities.Api.OpenApi;

namespace Opportunities.Api.Transfer;

/// <summary>What is wrong with a file, as a file for the same spreadsheet.</summary>
internal sealed class ImportErrorsFile(int statusCode, IReadOnlyList<ImportError> errors) : IResult
{
    private static readonly string[] _header = ["line", "column", "value", "message"];

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = statusCode;
        response.ContentType = CsvDescription.ContentType;
        response.Headers.ContentDisposition = new ContentDispositionHeaderValue("attachment") { FileName = "errors.csv" }.ToString();
        await using var csv = CsvWriter.Create(response.Body, new CsvWriterOptions(), leaveOpen: true);
        foreach (var name in _header) csv.WriteField(name);
        await csv.EndRecordAsync(httpContext.RequestAborted);
        foreach (var error in errors)
        {
            csv.WriteField(error.Line?.ToString(CultureInfo.InvariantCulture) ?? "");
            csv.WriteField(SpreadsheetText.Protect(error.Column));
            csv.WriteField(SpreadsheetText.Protect(error.Value));
            csv.WriteField(error.Message);
            await csv.EndRecordAsync(httpContext.RequestAborted);
        }
    }
}
