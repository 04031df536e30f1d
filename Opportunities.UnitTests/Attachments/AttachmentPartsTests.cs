using CsCheck;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Time.Testing;
using Opportunities.Api.Attachments;

namespace Opportunities.UnitTests.Attachments;

/// <summary>Keys of objects, and the tokens of the URLs that lead to them.</summary>
public sealed class AttachmentPartsTests
{
    private const string Opportunity = "0198a1b2-0000-7000-8000-00000000000a";
    private const string Object = "0198a1b2-0000-7000-8000-00000000000b";

    private readonly FileTokens _tokens = new(new EphemeralDataProtectionProvider());

    [Fact]
    public void A_key_is_read_as_it_is_written() => Gen.Select(Gen.Guid, Gen.Guid).Sample((opportunity, id) =>
    {
        var key = new ObjectKey(opportunity, id);
        Assert.True(ObjectKey.TryParse(key.ToString(), out var read));
        Assert.Equal(key, read);
    });

    [Theory]
    [InlineData("")]
    [InlineData("opportunities")]
    [InlineData("opportunities/" + Opportunity)]
    [InlineData(Opportunity + "/" + Object)]
    [InlineData("/opportunities/" + Opportunity + "/" + Object)]
    [InlineData("opportunities/" + Opportunity + "/" + Object + "/")]
    [InlineData("opportunities/" + Opportunity + "/" + Object + " ")]
    [InlineData(" opportunities/" + Opportunity + "/" + Object)]
    [InlineData("Opportunities/" + Opportunity + "/" + Object)]
    [InlineData("opportunities/0198A1B2-0000-7000-8000-00000000000A/" + Object)]
    [InlineData("opportunities/+198a1b2-0000-7000-8000-00000000000a/" + Object)]
    [InlineData("opportunities/" + Opportunity + "/{" + Object + "}")]
    [InlineData("opportunities/" + Opportunity + "/0198a1b200007000800000000000000b")]
    [InlineData("opportunities/../" + Object)]
    [InlineData("opportunities/" + Opportunity + "/../" + Object)]
    public void A_key_has_one_form(string text) => Assert.False(ObjectKey.TryParse(text, out _));

    [Fact]
    public void A_new_key_is_another_one()
    {
        var id = Guid.NewGuid();
        var keys = Enumerable.Range(0, 100_000).Select(_ => ObjectKey.New(id, "a.pdf", "application/pdf", 1)).ToList();
        Assert.All(
            keys.Take(1000), key => Assert.Equal((id, 8, 0x8), (key.OpportunityId, key.ObjectId.Version, key.ObjectId.Variant & 0xC)));
        Assert.Equal(100_000, keys.Distinct().Count());
    }

    [Fact]
    public void A_key_tells_the_file_that_it_was_given_out_for()
    {
        var key = ObjectKey.New(Guid.NewGuid(), "a.pdf", "application/pdf", 1);
        Assert.True(key.WasAnnounced("a.pdf", "application/pdf", 1));
        Assert.False(key.WasAnnounced("A.pdf", "application/pdf", 1));
        Assert.False(key.WasAnnounced("a.pdf", "image/png", 1));
        Assert.False(key.WasAnnounced("a.pdf", "application/pdf", 11));
        Assert.False(key.WasAnnounced("application/pdf", "a.pdf", 1));
    }

    [Fact]
    public void A_key_of_the_release_before_tells_nothing() =>
        Assert.True(new ObjectKey(Guid.NewGuid(), Guid.CreateVersion7()).WasAnnounced("a.pdf", "application/pdf", 1));

    [Fact]
    public void A_grant_is_read_as_it_was_written()
    {
        var grant = new FileGrant(true, Guid.Parse(Opportunity), Guid.Parse(Object), "text/csv", 12, "é.csv");
        Assert.Equal(grant, _tokens.Read(_tokens.Write(grant, DateTime.UtcNow.AddMinutes(5))));
        Assert.Equal($"opportunities/{Opportunity}/{Object}", grant.Key.ToString());
    }

    [Fact]
    public void A_grant_has_an_end() => Assert.Null(_tokens.Read(_tokens.Write(Grant(), DateTime.UtcNow.AddSeconds(-1))));

    [Fact]
    public void A_token_has_one_spelling()
    {
        var token = _tokens.Write(Grant(), DateTime.UtcNow.AddMinutes(5));
        Assert.NotNull(_tokens.Read(token));
        foreach (var other in Spellings(token)) Assert.Null(_tokens.Read(other));
    }

    [Fact]
    public void A_token_of_others_is_none()
    {
        Assert.Null(_tokens.Read(new FileTokens(new EphemeralDataProtectionProvider()).Write(Grant(), DateTime.UtcNow.AddMinutes(5))));
        Gen.String.Sample(text => Assert.Null(_tokens.Read(text)));
    }

    [Fact]
    public void A_URL_ends_in_a_whole_second_that_is_no_later()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, 999, TimeSpan.Zero));
        Assert.Equal(new DateTime(2026, 1, 1, 0, 5, 0, DateTimeKind.Utc), Expiry.After(TimeSpan.FromMinutes(5), time));
    }

    [Fact]
    public void Every_kind_of_file_has_an_ending_of_its_own()
    {
        var endings = ContentTypes.All.Select(ContentTypes.ExtensionOf).ToList();
        Assert.Equal((8, 8), (endings.Count, endings.Distinct().Count()));
        Assert.All(endings, ending => Assert.Matches(@"^\.[a-z]{3,4}\z", ending));
    }

    /// <summary>Other texts that a lenient decoder takes for the same bytes.</summary>
    internal static IEnumerable<string> Spellings(string token)
    {
        yield return $" {token}";
        yield return $"{token}\n";
        yield return token.Insert(5, " ");
        yield return $"{token}=";
        yield return $"{token}==";
        yield return $"{token[..^1]}{(token[^1] == 'A' ? 'B' : 'A')}";
        yield return token.ToUpperInvariant();
    }

    private static FileGrant Grant() => new(false, Guid.Parse(Opportunity), Guid.Parse(Object), "text/csv");
}
