using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using Opportunities.Client;
using Polly;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the typed client.</summary>
public static class OpportunitiesClientServices
{
    /// <summary>Longer than the service takes for any answer, one that waits for changes for 20 s too.</summary>
    private static readonly TimeSpan _answer = TimeSpan.FromSeconds(40);

    /// <summary>Longer than a file may be on its way.</summary>
    private static readonly TimeSpan _file = TimeSpan.FromMinutes(6);

    /// <summary>
    /// Adds <see cref="OpportunitiesClient"/>: it gets its own tokens, and repeats what failed in passing (429, 5xx, no connection)
    /// where that is safe, which is for reads and for requests with an idempotency key.
    /// </summary>
    /// <param name="configure">Sets the options; all but the scope are required.</param>
    public static IHttpClientBuilder AddOpportunitiesClient(this IServiceCollection services, Action<OpportunitiesClientOptions> configure)
    {
        services.AddOptions<OpportunitiesClientOptions>().Configure(configure).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<AccessTokens>();
        services.AddTransient<AccessTokenHandler>();
        // Asking for a token changes nothing: it may be repeated although it is a POST.
        services.AddHttpClient(AccessTokens.HttpClientName).AddStandardResilienceHandler();
        var client = services.AddHttpClient<OpportunitiesClient>((provider, http) =>
            http.BaseAddress = provider.GetRequiredService<IOptions<OpportunitiesClientOptions>>().Value.BaseAddress);
        client.AddStandardResilienceHandler(options =>
        {
            options.Retry.ShouldHandle = arguments => ValueTask.FromResult(
                IsRepeatable(arguments.Context.GetRequestMessage()) && HttpClientResiliencePredicates.IsTransient(arguments.Outcome));
            options.AttemptTimeout.Timeout = _answer;
            options.AttemptTimeout.TimeoutGenerator = arguments =>
                ValueTask.FromResult(arguments.Context.GetRequestMessage()?.Content is StreamContent ? _file : _answer);
            options.TotalRequestTimeout.Timeout = _file;
            options.CircuitBreaker.SamplingDuration = 2 * _answer;
        });
        client.AddHttpMessageHandler<AccessTokenHandler>();
        return client;
    }

    private static bool IsRepeatable(HttpRequestMessage? request) =>
        request is not null && (request.Method == HttpMethod.Get || request.Headers.Contains("Idempotency-Key"));
}
