using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.DependencyInjection;
using Opportunities.Api.Http;

namespace Opportunities.UnitTests.Http;

/// <summary>Which coding an answer gets (RFC 9110, 12.5.3), and which answers get one.</summary>
public sealed class AnswerCompressionTests : IDisposable
{
    private readonly ServiceProvider _services;
    private readonly IResponseCompressionProvider _compression;

    public AnswerCompressionTests()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddCompression();
        _services = services.BuildServiceProvider();
        _compression = _services.GetRequiredService<IResponseCompressionProvider>();
    }

    public void Dispose() => _services.Dispose();

    [Theory]
    [InlineData("br", "br")]
    [InlineData("gzip", "gzip")]
    [InlineData("GZIP", "gzip")]
    [InlineData("gzip, br", "br")]
    [InlineData("gzip, deflate, br, zstd", "br")]
    [InlineData("br;q=0.5, gzip", "gzip")]
    [InlineData("br;q=0.5, gzip;q=0.5", "br")]
    [InlineData("br;q=0, gzip", "gzip")]
    [InlineData("br;q=0.000, gzip;q=0.001", "gzip")]
    [InlineData("*", "br")]
    [InlineData("br;q=0, *", "gzip")]
    [InlineData("*, br;q=0", "gzip")]
    [InlineData("*;q=0.1, gzip", "gzip")]
    [InlineData("*;q=0, gzip", "gzip")]
    [InlineData("identity;q=0, gzip", "gzip")]
    [InlineData("identity;q=0.5, gzip;q=0.5", "gzip")]
    [InlineData("*;q=0", null)]
    [InlineData("br;q=0, gzip;q=0, *", null)]
    [InlineData("gzip;q=0", null)]
    [InlineData("identity", null)]
    [InlineData("identity, gzip;q=0.5", null)]
    [InlineData("identity;q=0", null)]
    [InlineData("deflate, zstd", null)]
    [InlineData("gzip;q=2", null)]
    [InlineData("gzip;q=x", null)]
    [InlineData("not a coding", null)]
    [InlineData(",", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void The_coding_is_the_one_that_the_caller_prefers(string? accepted, string? coding)
    {
        var context = new DefaultHttpContext();
        if (accepted is not null) context.Request.Headers.AcceptEncoding = accepted;
        Assert.Equal(coding, _compression.GetCompressionProvider(context)?.EncodingName);
    }

    [Theory]
    [InlineData("/api/v1/opportunities", "application/json; charset=utf-8", 1025, true)]
    [InlineData("/api/v1/opportunities", "application/json; charset=utf-8", 1024, false)]
    [InlineData("/api/v1/opportunities", "application/problem+json", 1025, true)]
    [InlineData("/api/v1/opportunities", "application/problem+json", 1024, false)]
    [InlineData("/api/v1/opportunities/export", "text/csv; charset=utf-8", null, true)]
    [InlineData("/api/v1/opportunities", null, null, false)]
    [InlineData("/api/v1/opportunities", "application/octet-stream", 5000, false)]
    [InlineData("/health/detailed", "application/json; charset=utf-8", 5000, false)]
    [InlineData("/files/x", "text/csv", 5000, false)]
    public void Long_JSON_and_CSV_of_the_API_is_compressed(string path, string? type, int? length, bool isCompressed)
    {
        foreach (var scheme in (string[])["http", "https"])
        {
            var context = new DefaultHttpContext();
            (context.Request.Scheme, context.Request.Path) = (scheme, path);
            (context.Response.ContentType, context.Response.ContentLength) = (type, length);
            Assert.Equal(isCompressed, _compression.ShouldCompressResponse(context));
        }
    }
}
