namespace Opportunities.Testing;

/// <summary>Where the behaviour tests send their requests.</summary>
public interface ISystemUnderTest
{
    /// <summary>The API's base address.</summary>
    Uri Api { get; }

    /// <summary>An access token of a client of the development issuer (or of the deployed one's).</summary>
    Task<string> TokenAsync(string clientId);
}
