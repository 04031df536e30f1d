using Opportunities.Api.Caching;
using Opportunities.Api.Opportunities;
using Opportunities.Data;

namespace Opportunities.UnitTests.Caching;

/// <summary>The keys under which answers are kept.</summary>
public sealed class CacheKeyTests
{
    private static readonly Guid _id = Guid.Parse("01a22135-72ae-7c05-9a4e-5d7b6c2f8e10");
    private static readonly Caller _all = Caller("somebody", Permissions.ReadOwn | Permissions.ReadAll);

    [Fact]
    public void An_opportunity_and_its_parts_are_in_the_scope_that_a_write_advances()
    {
        string[] parts = ["", "attachments", "skill-requirements", $"skill-requirements/{_id}"];
        var keys = parts.Select(part => CacheKey.Item(_id, part, _all)).ToList();
        Assert.All(keys, key => Assert.Equal(CacheScope.Item(_id), key.Scope));
        Assert.Equal(keys.Count, keys.Select(key => key.ToString()).Distinct().Count());
    }

    [Fact]
    public void What_different_operations_and_queries_answer_is_kept_apart_in_the_scope_of_all_lists()
    {
        OpportunityFilter[] filters =
        [
            new(), new() { Status = [OpportunityStatus.Draft] }, new() { ClientName = "" }, new() { ClientName = "a all" },
            new() { Query = "a all" },
        ];
        var keys = filters.Select(filter => List("summary", filter, _all)).Append(List("list", new(), _all)).ToList();
        Assert.All(keys, key => Assert.Equal(CacheScope.Lists, key.Scope));
        Assert.Equal(keys.Count, keys.Select(key => key.ToString()).Distinct().Count());
        Assert.Equal(List("summary", new(), Caller("another", Permissions.ReadOwn | Permissions.ReadAll)), List("summary", new(), _all));
    }

    [Fact]
    public void Callers_who_may_see_other_rows_have_other_keys()
    {
        string[] subjects = ["rep", "all", "of rep", "rep ", "rep\n", "rep%20"];
        var callers = subjects.Select(subject => Caller(subject, Permissions.ReadOwn)).Append(_all).ToList();
        Assert.Equal(callers.Count, callers.Select(caller => CacheKey.Item(_id, "", caller).ToString()).Distinct().Count());
        Assert.Equal(callers.Count, callers.Select(caller => List("list", new(), caller).ToString()).Distinct().Count());
    }

    private static CacheKey List(string operation, OpportunityFilter filter, Caller caller) =>
        CacheKey.List(operation, filter, caller);

    private static Caller Caller(string subject, Permissions permissions) => new(subject, permissions);
}
