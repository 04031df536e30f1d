using CsCheck;
using Microsoft.AspNetCore.Http;
using Opportunities.Api.Errors;
using Opportunities.Api.Http;
using Opportunities.Api.Input;
using Opportunities.Data;

namespace Opportunities.UnitTests.Input;

/// <summary>Query parameters: known, not empty, repeated only where that means something.</summary>
public sealed class QueryInputTests
{
    private static readonly IntegerMember _size = new("size", 1, 100);
    private static readonly EnumMember<Priority> _priority = new("priority");
    private static readonly TextMember _query = new("q", 1, 200);

    [Fact]
    public void A_parameter_is_read_by_its_rule_and_an_absent_one_has_its_default()
    {
        var input = Read("?size=5");
        Assert.Equal(
            (5, null, null, 7), (input.Optional(_size, 20), input.Text(_query), input.Value(_priority), Read("").Optional(_size, 7)));
        input.ThrowIfInvalid();
    }

    [Fact]
    public void A_repeated_value_counts_once_and_in_one_order()
    {
        var input = Read("?priority=HIGH&priority=LOW&priority=HIGH");
        Assert.Equal([Priority.Low, Priority.High], input.Many(_priority));
        input.ThrowIfInvalid();
        Assert.Empty(Read("").Many(_priority));
    }

    [Theory]
    [InlineData(50)]
    [InlineData(51, "must not have more than 50 values.")]
    public void A_parameter_is_repeated_as_often_as_the_document_says(int times, params string[] messages)
    {
        var input = Read($"?{string.Join('&', Enumerable.Repeat("priority=HIGH", times))}");
        input.Many(_priority);
        var refusal = Record.Exception(input.ThrowIfInvalid) as ApiException;
        Assert.Equal(messages, refusal?.Errors!["priority"] ?? []);
    }

    [Theory]
    [InlineData("?size=5&size=5", "size", "must not be repeated.")]
    [InlineData("?size=", "size", "must not be empty.")]
    [InlineData("?size", "size", "must not be empty.")]
    [InlineData("?size=5%0A", "size", "must be a whole number from 1 to 100.")]
    [InlineData("?size=+5", "size", "must be a whole number from 1 to 100.")]
    [InlineData("?size=%2B5", "size", "must be a whole number from 1 to 100.")]
    [InlineData("?size=5%00", "size", "must be a whole number from 1 to 100.")]
    [InlineData("?Size=5", "Size", "is not a parameter of this request.")]
    [InlineData("?sizes=5", "sizes", "is not a parameter of this request.")]
    [InlineData("?size=5&Size=6", "Size", "is not a parameter of this request.")]
    [InlineData("?priority=LOW&Priority=HIGH", "Priority", "is not a parameter of this request.")]
    [InlineData("?priority=", "priority", "must not be empty.")]
    [InlineData("?priority=LOW&priority=low", "priority", "must be one of LOW, MEDIUM, HIGH, CRITICAL.")]
    [InlineData("?priority=LOW,HIGH", "priority", "must be one of LOW, MEDIUM, HIGH, CRITICAL.")]
    [InlineData("?q=%20%E2%80%8B", "q", "must not be blank.")]
    [InlineData("?=5", "", "is not a parameter of this request.")]
    public void A_parameter_that_is_wrong_is_refused_by_its_name(string query, string parameter, string message)
    {
        var input = Read(query);
        input.Optional(_size, 20);
        input.Many(_priority);
        input.Text(_query);
        Assert.Equal([message], Assert.Throws<ApiException>(input.ThrowIfInvalid).Errors![parameter]);
    }

    [Theory]
    [InlineData("?q=%", "q")]
    [InlineData("?q=%4", "q")]
    [InlineData("?q=%zz", "q")]
    [InlineData("?q=% 41", "q")]
    [InlineData("?q=%+41", "q")]
    [InlineData("?q=%u0041", "q")]
    [InlineData("?q=%FF", "q")]
    [InlineData("?q=%C3", "q")]
    [InlineData("?q=%C3&%A9=1", "%A9", "q")]
    [InlineData("?q=%C0%AF", "q")]
    [InlineData("?q=%ED%A0%80", "q")]
    [InlineData("?q=%F4%90%80%80", "q")]
    [InlineData("?a=1&%=2&%41%FF", "%", "%41%FF")]
    public void A_query_that_is_no_percent_encoded_UTF_8_is_refused_by_the_names_of_what_is_wrong(string query, params string[] names)
    {
        var refusal = Assert.Throws<ApiException>(() => Read(query));
        Assert.Equal(names, refusal.Errors!.Keys.Order(StringComparer.Ordinal));
        Assert.All(refusal.Errors.Values, messages => Assert.Equal(["must be UTF-8, percent-encoded."], messages));
    }

    [Fact]
    public void Whatever_can_be_written_is_read_as_it_was() => Gen.String.Where(text => text.Length > 0 && !text.Any(char.IsSurrogate))
        .Sample(text =>
        {
            var query = QueryCheck.Parse(QueryString.Create(text, text));
            Assert.Equal(text, Assert.Single(query.Keys));
            Assert.Equal(text, query[text]);
        });

    [Fact]
    public void A_rule_of_several_parameters_refuses_one_of_them()
    {
        var input = Read("?size=5");
        input.Value(_size);
        input.Refuse(_size, "must not be above max_size.");
        Assert.Equal(["must not be above max_size."], Assert.Throws<ApiException>(input.ThrowIfInvalid).Errors!["size"]);
    }

    [Fact]
    public void Texts_that_look_the_same_are_the_same() =>
        Assert.Equal(Read("?q=caf%C3%A9").Text(_query), Read("?q=+cafe%CC%81+").Text(_query));

    private static QueryInput Read(string query) => new(QueryCheck.Parse(new QueryString(query)));
}
