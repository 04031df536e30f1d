using CsCheck;
using Microsoft.AspNetCore.DataProtection;
using Opportunities.Api.Errors;
using Opportunities.Api.Opportunities;
using Opportunities.Data;
using Opportunities.UnitTests.Attachments;

namespace Opportunities.UnitTests.Opportunities;

/// <summary>Cursors: ours, unforgeable, in one spelling.</summary>
public sealed class CursorSpellingTests
{
    private readonly CursorProtector _cursors = new(new EphemeralDataProtectionProvider());

    [Fact]
    public void A_cursor_is_read_as_it_was_written()
    {
        var filter = new OpportunityFilter
        {
            Status = [OpportunityStatus.Draft, OpportunityStatus.MatchesFound],
            Priority = [Priority.Critical],
            ClientName = "é\"😀",
            CreatedBy = "somebody",
            Owner = "somebody",
            Query = "a b",
            MinBudget = 0.00m,
            MaxBudget = 9_999_999_999_999.99m,
            StartsFrom = new DateTime(2023, 1, 1, 0, 0, 0, DateTimeKind.Utc),
            StartsTo = new DateTime(2023, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddMicroseconds(1),
            CreatedFrom = new DateTime(2023, 1, 2, 0, 0, 0, DateTimeKind.Utc),
            CreatedTo = new DateTime(2023, 1, 3, 0, 0, 0, DateTimeKind.Utc),
            UpdatedFrom = new DateTime(2023, 1, 4, 0, 0, 0, DateTimeKind.Utc),
            UpdatedTo = new DateTime(2023, 1, 5, 0, 0, 0, DateTimeKind.Utc),
        };
        var read = _cursors.Unprotect(_cursors.Protect(new Cursor(filter, "title", true, "A", Guid.Empty)));
        Assert.Equal(("title", true, "A", Guid.Empty), (read.SortBy, read.Descending, read.Value, read.Id));
        Assert.Equal(filter.Status, read.Filter.Status);
        Assert.Equal(filter.Priority, read.Filter.Priority);
        Assert.Equal(filter with { Status = [], Priority = [] }, read.Filter with { Status = [], Priority = [] });
    }

    [Fact]
    public void A_cursor_has_one_spelling()
    {
        var cursor = _cursors.Protect(Any());
        foreach (var other in AttachmentPartsTests.Spellings(cursor)) AssertRefused(other);
    }

    [Fact]
    public void A_cursor_of_others_is_none()
    {
        AssertRefused(new CursorProtector(new EphemeralDataProtectionProvider()).Protect(Any()));
        Gen.String.Sample(AssertRefused);
    }

    private void AssertRefused(string text) =>
        Assert.Equal(["cursor"], Assert.Throws<ApiException>(() => _cursors.Unprotect(text)).Errors!.Keys);

    private static Cursor Any() => new(new OpportunityFilter(), "title", false, "A", Guid.Empty);
}
