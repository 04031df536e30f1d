using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;

namespace Opportunities.Api.Auth;

/// <summary>The framework's handler of bearer tokens, with a cache of the valid ones: each is validated once.</summary>
internal sealed class CachingBearerHandler(
    IOptionsMonitor<JwtBearerOptions> options, ILoggerFactory logger, UrlEncoder encoder, TokenCache tokens)
    : JwtBearerHandler(options, logger, encoder)
{
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Request.Headers.Authorization is not [{ } header]) return await base.HandleAuthenticateAsync();
        var hash = new TokenHash(header);
        if (tokens.Find(hash) is { } cached) return cached;
        var result = await base.HandleAuthenticateAsync();
        if (result.Ticket is not { } ticket) return result;
        var checkedTicket = AuthenticateResult.Success(
            new AuthenticationTicket(new CallerPrincipal(ticket.Principal), ticket.Properties, ticket.AuthenticationScheme));
        tokens.Add(hash, checkedTicket, ticket.Properties.ExpiresUtc + Options.TokenValidationParameters.ClockSkew);
        return checkedTicket;
    }
}

/// <summary>The SHA-256 of an <c>Authorization</c> header.</summary>
internal readonly record struct TokenHash
{
    private readonly UInt128 _first;
    private readonly UInt128 _second;

    public TokenHash(string header)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(header.AsSpan()), hash);
        (_first, _second) = (MemoryMarshal.Read<UInt128>(hash), MemoryMarshal.Read<UInt128>(hash[16..]));
    }
}
