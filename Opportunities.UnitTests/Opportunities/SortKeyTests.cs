using CsCheck;
using Opportunities.Api;
using Opportunities.Api.Opportunities;
using Opportunities.Data;

namespace Opportunities.UnitTests.Opportunities;

/// <summary>The orders of the list, and where a walk goes on in them.</summary>
public sealed class SortKeyTests
{
    private static readonly Guid _id = Guid.Parse("0198a1b2-0000-7000-8000-00000000000a");

    [Fact]
    public void The_list_offers_the_contracts_orders() => Assert.Equal(
        ["created_at", "updated_at", "title", "client_name", "estimated_budget", "estimated_start_date", "priority"],
        SortKey.All.Select(key => key.Name));

    [Theory]
    [InlineData(true, " ORDER BY title DESC, id DESC")]
    [InlineData(false, " ORDER BY title, id")]
    public void An_order_is_total(bool descending, string order)
    {
        using var command = Key("title").AddOrder(new SqlBuilder(), descending).ToCommand(null);
        Assert.Equal(order, command.CommandText);
    }

    [Theory]
    [InlineData(true, " AND (title, id) < ($1, $2)")]
    [InlineData(false, " AND (title, id) > ($1, $2)")]
    public void A_walk_goes_on_after_the_last_row(bool descending, string condition)
    {
        using var command = Key("title").AddAfter(new SqlBuilder(), descending, "A", _id).ToCommand(null);
        Assert.Equal(condition, command.CommandText);
        Assert.Equal(["A", _id], command.Parameters.Select(parameter => parameter.Value));
    }

    [Fact]
    public void The_value_of_a_row_is_kept_exactly() => Gen.Select(
        Gen.Long[0, 3_000_000_000_000_000], Gen.Long[1, 999_999_999_999_999], Gen.Enum<Priority>(), Gen.String)
            .Sample((microseconds, cents, priority, text) =>
        {
            var time = new DateTime(1900, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddMicroseconds(microseconds);
            var row = Row(time, new decimal(cents) / 100 + 0.00m, priority, text);
            object[] expected = [time, time.AddDays(1), text, $"{text}!", row.EstimatedBudget, time.AddDays(2), (short)priority];
            Assert.Equal(expected, SortKey.All.Select(key =>
            {
                using var command = key.AddAfter(new SqlBuilder(), false, key.ValueOf(row), _id).ToCommand(null);
                return command.Parameters[0].Value!;
            }));
            Assert.All(SortKey.All, key =>
            {
                using var command = key.AddAfter(new SqlBuilder(), false, key.ValueOf(row), _id).ToCommand(null);
                if (command.Parameters[0].Value is DateTime kept) Assert.Equal(DateTimeKind.Utc, kept.Kind);
            });
        });

    [Theory]
    [InlineData("created_at", "yesterday")]
    [InlineData("created_at", "2023-01-01T00:00:00.0000000Z\n")]
    [InlineData("estimated_budget", "much")]
    [InlineData("priority", "URGENT")]
    public void A_value_of_another_column_is_none(string key, string value) =>
        Assert.Throws<FormatException>(() => Key(key).AddAfter(new SqlBuilder(), false, value, _id));

    private static SortKey Key(string name) => SortKey.All.Single(key => key.Name == name);

    private static OpportunitySummary Row(DateTime time, decimal budget, Priority priority, string text) => new()
    {
        Id = _id,
        ExternalId = null,
        Title = text,
        Description = "",
        ClientName = $"{text}!",
        EstimatedBudget = budget,
        EstimatedStartDate = time.AddDays(2),
        EstimatedEndDate = time.AddDays(3),
        Priority = priority,
        Status = OpportunityStatus.Draft,
        CreatedBy = "owner",
        Owner = "owner",
        UpdatedBy = "owner",
        CreatedAt = time,
        UpdatedAt = time.AddDays(1),
        SubmittedAt = null,
        CompletedAt = null,
        CancelledAt = null,
        Version = 1,
    };
}
