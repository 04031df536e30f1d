namespace Opportunities.Api.Attachments;

/// <summary>The kinds of file that an opportunity can have, each with the ending that its file has in a directory.</summary>
internal static class ContentTypes
{
    private static readonly Dictionary<string, string> _extensions = new(StringComparer.Ordinal)
    {
        ["application/pdf"] = ".pdf",
        ["image/png"] = ".png",
        ["image/jpeg"] = ".jpg",
        ["text/plain"] = ".txt",
        ["text/csv"] = ".csv",
        ["application/vnd.openxmlformats-officedocument.wordprocessingml.document"] = ".docx",
        ["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"] = ".xlsx",
        ["application/vnd.openxmlformats-officedocument.presentationml.presentation"] = ".pptx",
    };

    public static IReadOnlyList<string> All { get; } = [.. _extensions.Keys];

    public static string ExtensionOf(string contentType) => _extensions[contentType];
}
