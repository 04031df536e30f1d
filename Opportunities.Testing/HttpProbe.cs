namespace Opportunities.Testing;

/// <summary>Asks whether something answers over HTTP.</summary>
internal static class HttpProbe
{
    private static readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false })
    {
        Timeout = TimeSpan.FromSeconds(5),
    };

    /// <summary>The status of the answer, or why there is none.</summary>
    public static async Task<(bool IsSuccess, string Answer)> AskAsync(Uri url, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return (response.IsSuccessStatusCode, $"{(int)response.StatusCode}");
        }
        catch (Exception exception) when (exception is HttpRequestException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return (false, exception.Message);
        }
    }

    /// <summary>Whether there is any answer, a redirection included.</summary>
    public static async Task<bool> AnswersAsync(Uri url, CancellationToken cancellationToken)
    {
        var (_, answer) = await AskAsync(url, cancellationToken);
        return answer is ['2' or '3', _, _];
    }
}
