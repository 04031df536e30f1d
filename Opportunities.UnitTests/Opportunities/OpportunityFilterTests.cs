using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Opportunities.Api;
using Opportunities.Api.Errors;
using Opportunities.Api.Input;
using Opportunities.Api.Opportunities;
using Opportunities.Data;

namespace Opportunities.UnitTests.Opportunities;

/// <summary>Which rows a list is about, and which of them a caller may see.</summary>
public sealed class OpportunityFilterTests
{
    private static readonly Caller _all = new("somebody", Permissions.ReadAll);
    private static readonly Caller _own = new("somebody", Permissions.ReadOwn);

    [Theory]
    [InlineData("", " WHERE deleted_at IS NULL")]
    [InlineData("?status=DRAFT", " WHERE deleted_at IS NULL AND status = $1", "DRAFT")]
    [InlineData("?status=SUBMITTED&status=DRAFT", " WHERE deleted_at IS NULL AND status = ANY ($1)", "DRAFT,SUBMITTED")]
    [InlineData("?priority=HIGH", " WHERE deleted_at IS NULL AND priority = $1", "3")]
    [InlineData("?priority=CRITICAL&priority=LOW", " WHERE deleted_at IS NULL AND priority = ANY ($1)", "1,4")]
    [InlineData("?client_name=A%20B", " WHERE deleted_at IS NULL AND client_name = $1", "A B")]
    [InlineData("?created_by=other", " WHERE deleted_at IS NULL AND created_by = $1", "other")]
    [InlineData("?created_by=me", " WHERE deleted_at IS NULL AND created_by = $1", "somebody")]
    [InlineData("?owner=other", " WHERE deleted_at IS NULL AND owner = $1", "other")]
    [InlineData("?owner=me&created_by=me", " WHERE deleted_at IS NULL AND created_by = $1 AND owner = $2", "somebody", "somebody")]
    [InlineData(
        "?min_budget=1&max_budget=2", " WHERE deleted_at IS NULL AND estimated_budget >= $1 AND estimated_budget <= $2", "1.00", "2.00")]
    [InlineData(
        "?min_budget=0&max_budget=0", " WHERE deleted_at IS NULL AND estimated_budget >= $1 AND estimated_budget <= $2", "0.00", "0.00")]
    public void A_parameter_is_a_condition(string query, string condition, params string[] values)
    {
        using var command = Read(query, _all).AddTo(new SqlBuilder(), _all, terms: null).ToCommand(null);
        Assert.Equal(condition, command.CommandText);
        Assert.Equal(values, command.Parameters.Select(parameter => Text(parameter.Value!)));
    }

    [Fact]
    public void Times_are_conditions_edges_included()
    {
        using var command = Read(
            "?starts_from=2023-01-01T00:00:00Z&starts_to=2023-01-01T00:00:00Z"
            + "&created_from=2023-01-02T00:00:00Z&created_to=2023-01-02T00:00:00Z"
            + "&updated_from=2023-01-03T00:00:00Z&updated_to=2023-01-03T00:00:00Z",
            _all).AddTo(new SqlBuilder(), _all, terms: null).ToCommand(null);
        Assert.Equal(
            " WHERE deleted_at IS NULL AND estimated_start_date >= $1 AND estimated_start_date <= $2 AND created_at >= $3 AND created_at "
            + "<= $4 AND updated_at >= $5 AND updated_at <= $6",
            command.CommandText);
    }

    public static TheoryData<string> Members() =>
        [.. typeof(OpportunityFilter).GetProperties().Where(member => member.CanWrite).Select(member => member.Name)];

    [Theory]
    [MemberData(nameof(Members))]
    public void Every_member_of_a_filter_is_a_condition(string name)
    {
        var (member, filter) = (typeof(OpportunityFilter).GetProperty(name)!, new OpportunityFilter());
        member.SetValue(filter, AnyValue(member.PropertyType));
        var terms = filter.Query is null ? null : new SearchTerms(["a"], [], AreRare: true);
        using var without = new OpportunityFilter().AddTo(new SqlBuilder(), _all, terms: null).ToCommand(null);
        using var with = filter.AddTo(new SqlBuilder(), _all, terms).ToCommand(null);
        Assert.NotEqual(without.CommandText, with.CommandText);
    }

    [Fact]
    public void Words_are_searched_for_as_they_are()
    {
        var terms = new SearchTerms(["ab", "|", "!b"], [], AreRare: true);
        using var command = Read("?q=ab+%7C+%21b", _all).AddTo(new SqlBuilder(), _all, terms).ToCommand(null);
        Assert.EndsWith(" AND search_vector @@ (SELECT search_query($1))", command.CommandText, StringComparison.Ordinal);
        Assert.Equal(["ab", "|", "!b"], (string[])command.Parameters[0].Value!);
    }

    [Fact]
    public void Who_sees_only_what_is_its_own_is_never_given_more()
    {
        foreach (var query in new[]
        {
            "", "?created_by=other", "?created_by=me", "?owner=other", "?owner=me", "?status=DRAFT&priority=LOW&client_name=A&q=a",
        })
        {
            using var command = Read(query, _own).AddTo(new SqlBuilder(), _own, terms: null).ToCommand(null);
            Assert.StartsWith(" WHERE deleted_at IS NULL AND owner = $1", command.CommandText, StringComparison.Ordinal);
            Assert.Equal("somebody", command.Parameters[0].Value);
        }
    }

    [Theory]
    [InlineData("?min_budget=2&max_budget=1.99", "min_budget", "must not be above max_budget.")]
    [InlineData("?starts_from=2023-01-01T00:00:00.000001Z&starts_to=2023-01-01T00:00:00Z", "starts_from", "must not be after starts_to.")]
    [InlineData(
        "?created_from=2023-01-01T00:00:01Z&created_to=2023-01-01T01:00:00%2B01:00", "created_from", "must not be after created_to.")]
    [InlineData("?updated_from=2023-01-01T00:00:01Z&updated_to=2023-01-01T00:00:00Z", "updated_from", "must not be after updated_to.")]
    [InlineData("?min_budget=1e2", "min_budget", "must be a number from 0 up to 9999999999999.99, with at most two decimals.")]
    [InlineData("?min_budget=100%0A", "min_budget", "must be a number from 0 up to 9999999999999.99, with at most two decimals.")]
    public void A_range_has_its_ends_in_order(string query, string parameter, string message)
    {
        var input = new QueryInput(new QueryCollection(QueryHelpers.ParseQuery(query)));
        OpportunityFilter.Read(input, _all);
        Assert.Equal([message], Assert.Throws<ApiException>(input.ThrowIfInvalid).Errors![parameter]);
    }

    [Theory]
    [InlineData("", true, true)]
    [InlineData("?status=DRAFT&priority=LOW&owner=me", true, true)]
    [InlineData("?status=DRAFT&priority=LOW&created_by=me", true, false)]
    [InlineData("?owner=me&created_by=me", false, false)]
    [InlineData("?client_name=A", false, false)]
    [InlineData("?q=a", false, false)]
    [InlineData("?min_budget=0", false, false)]
    [InlineData("?max_budget=9", false, false)]
    [InlineData("?starts_from=2023-01-01T00:00:00Z", false, false)]
    [InlineData("?starts_to=2023-01-01T00:00:00Z", false, false)]
    [InlineData("?created_from=2023-01-01T00:00:00Z", false, false)]
    [InlineData("?created_to=2023-01-01T00:00:00Z", false, false)]
    [InlineData("?updated_from=2023-01-01T00:00:00Z", false, false)]
    [InlineData("?updated_to=2023-01-01T00:00:00Z", false, false)]
    public void Owner_or_creator_state_and_priority_are_counted_beforehand(string query, bool forAll, bool forOwn) => Assert.Equal(
        (forAll, forOwn), (Read(query, _all).IsCountedFor(_all), Read(query, _own).IsCountedFor(_own)));

    [Theory]
    [InlineData("", false, "owner_counts WHERE true AND owner = '' AND status = '' AND priority = 0")]
    [InlineData("?status=DRAFT", false, "owner_counts WHERE true AND owner = '' AND priority = 0 AND status = $1")]
    [InlineData("?owner=other", false, "owner_counts WHERE true AND status = '' AND priority = 0 AND owner = $1")]
    [InlineData("?created_by=other", false, "opportunity_counts WHERE true AND status = '' AND priority = 0 AND created_by = $1")]
    [InlineData("?priority=LOW", false, "owner_counts WHERE true AND owner = '' AND status = '' AND priority = $1")]
    [InlineData("", true, "owner_counts WHERE true AND status = '' AND priority = 0 AND owner = $1")]
    public void A_count_is_of_the_row_that_stands_for_the_rest(string query, bool own, string rows)
    {
        var caller = own ? _own : _all;
        using var command = new SqlBuilder().AddCount(Read(query, caller), caller).ToCommand(null);
        Assert.StartsWith($"((SELECT coalesce(sum(count), 0) FROM {rows}) +", command.CommandText, StringComparison.Ordinal);
    }

    [Fact]
    public void A_summary_is_of_the_rows_of_states()
    {
        using var command = new SqlBuilder().AddSummary(Read("", _all), _all).ToCommand(null);
        Assert.Contains(
            "FROM owner_counts WHERE status <> '' AND owner = '' AND priority = 0 UNION ALL", command.CommandText,
            StringComparison.Ordinal);
    }

    private static OpportunityFilter Read(string query, Caller caller)
    {
        var input = new QueryInput(new QueryCollection(QueryHelpers.ParseQuery(query)));
        var filter = OpportunityFilter.Read(input, caller);
        input.ThrowIfInvalid();
        return filter;
    }

    private static object AnyValue(Type type) =>
        type == typeof(string) ? "a"
        : type == typeof(bool) ? true
        : type.IsArray ? Array.CreateInstance(type.GetElementType()!, 1)
        : Activator.CreateInstance(Nullable.GetUnderlyingType(type)!)!;

    private static string Text(object value) =>
        value is Array many
            ? string.Join(',', many.Cast<object>())
            : Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)!;
}
