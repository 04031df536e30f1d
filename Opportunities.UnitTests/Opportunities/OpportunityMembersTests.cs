using System.Data;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Opportunities.Api;
using Opportunities.Api.Input;
using Opportunities.Api.Opportunities;
using Opportunities.Api.Transfer;
using Opportunities.Data;
using Opportunities.UnitTests.Data;

namespace Opportunities.UnitTests.Opportunities;

/// <summary>A member that people write is read, answered, exported and described, whatever members there are.</summary>
public sealed class OpportunityMembersTests
{
    private static readonly DateTime _now = new(2026, 6, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly OpportunityContent _changed = Sample.ChangeAll(Build.Content);

    private static readonly string[] _names = [.. OpportunityContent.Members.Select(member => member.Name)];

    public static TheoryData<string> Members => ContentTests.Members;

    [Fact]
    public async Task A_new_opportunity_has_every_member()
    {
        var body = await ReadAsync(CreateOpportunity.Body.Shape, Json(_changed, _names));
        Assert.Equal(_changed, body.Content);
    }

    [Theory]
    [MemberData(nameof(Members))]
    public async Task A_member_that_is_sent_alone_changes_alone(string member)
    {
        var name = JsonNamingPolicy.SnakeCaseLower.ConvertName(member);
        var body = await ReadAsync(UpdateOpportunity.Body.Shape, Json(_changed, [name]));
        var changed = body.Apply(Build.Content);
        Assert.NotEqual(Build.Content, changed);
        Assert.All(OpportunityContent.Members, known =>
            Assert.Equal(known.Text(known.Name == name ? _changed : Build.Content), known.Text(changed)));
    }

    [Fact]
    public void The_bodies_are_described_with_every_member()
    {
        Assert.Empty(_names.Except(CreateOpportunity.Body.Shape.Members.Select(member => member.Member.Name)));
        Assert.Empty(_names.Except(UpdateOpportunity.Body.Shape.Members.Select(member => member.Member.Name)));
        Assert.DoesNotContain(UpdateOpportunity.Body.Shape.Members, member => member.IsRequired);
    }

    [Fact]
    public async Task An_exported_file_has_every_member_and_is_imported_as_it_was()
    {
        using var file = new MemoryStream();
        await using (var csv = new OpportunityCsvWriter(file))
        {
            await csv.WriteHeaderAsync(default);
            await csv.WriteAsync(Answer(_changed), default);
        }

        var lines = Encoding.UTF8.GetString(file.ToArray()).Split("\r\n").Select(line => line.Split(',')).ToArray();
        Assert.Empty(OpportunityContent.Members.Where(member => member.IsOneCell).Select(member => member.Name).Except(lines[0]));
        var errors = new ImportErrors();
        Assert.Equal([_changed], ImportFile.Read(file.ToArray(), new ImportFormat(), errors).Select(row => row.Content));
        Assert.Empty(errors.All);
    }

    [Fact]
    public void An_answer_has_every_member_as_it_is_written()
    {
        var answer = Answer(_changed);
        Assert.Equal(_changed, answer.Content);
        var json = JsonSerializer.SerializeToNode(answer, ApiJson.Wire.OpportunityResponse)!.AsObject();
        var sent = JsonNode.Parse(Json(_changed, _names))!.AsObject();
        Assert.All(_names, name => Assert.True(JsonNode.DeepEquals(sent[name], json[name]), name));
    }

    // Each column has another value, so that none can stand for another.
    [Fact]
    public void A_row_is_read_into_the_members_that_its_columns_are_named_after()
    {
        using var table = new DataTable();
        var names = OpportunitySummary.Columns.Sql.Split(", ");
        Assert.Equal(names.Length, OpportunitySummary.Columns.Count);
        var json = JsonSerializer.SerializeToNode(Answer(_changed), ApiJson.Wire.OpportunityResponse)!.AsObject();
        Assert.Equal(json.Where(member => member.Value is not JsonArray && member.Key != "reactivation_deadline")
            .SelectMany(member => member.Key == "external_id" ? ["external_source", member.Key] : new[] { member.Key }), names);
        var values = names.Select((name, number) => Value(name, number)).ToArray();
        for (var number = 0; number < names.Length; number++) AddColumn(table, names[number], values[number]);
        table.Rows.Add(values);
        using var row = table.CreateDataReader();
        row.Read();
        var read = JsonSerializer.SerializeToNode(OpportunitySummary.From(row), ApiJson.Wire.OpportunitySummary)!.AsObject();
        read["external_source"] = read["external_id"]!["source"]!.DeepClone();
        read["external_id"] = read["external_id"]!["id"]!.DeepClone();
        for (var number = 0; number < names.Length; number++)
        {
            var expected = names[number] == "priority" ? "LOW" : values[number];
            Assert.Equal(JsonSerializer.Serialize(expected), read[names[number]]!.ToJsonString());
        }
    }

    private static void AddColumn(DataTable table, string name, object value)
    {
        var column = table.Columns.Add(name, value.GetType());
        if (value is DateTime) column.DateTimeMode = DataSetDateTime.Utc;
    }

    private static object Value(string column, int number) => column switch
    {
        "id" => Guid.CreateVersion7(),
        "estimated_budget" => 1.25m + number,
        "priority" => (short)1,
        "status" => "MATCHES_FOUND",
        "version" => number,
        _ when column.EndsWith("_at", StringComparison.Ordinal) => _now.AddDays(number),
        _ when column.EndsWith("_date", StringComparison.Ordinal) => _now.AddDays(number),
        _ => column,
    };

    private static OpportunityResponse Answer(OpportunityContent content) =>
        OpportunityResponse.From(Opportunity.Create(content, new ChangeContext("owner", _now)));

    private static string Json(OpportunityContent content, string[] members)
    {
        var texts = OpportunityContent.Members.Where(member => members.Contains(member.Name))
            .Select(member => (member.Name, Text: member.Text(content)!))
            .Select(member => (member.Name, Json: member.Name switch
            {
                "estimated_budget" => member.Text,
                "external_id" => JsonSerializer.Serialize(new { source = content.ExternalId!.Source, id = content.ExternalId.Id }),
                _ => JsonSerializer.Serialize(member.Text),
            }));
        return $"{{{string.Join(',', texts.Select(member => $"\"{member.Name}\":{member.Json}"))}}}";
    }

    private static ValueTask<T> ReadAsync<T>(Shape<T> shape, string json) => shape.ReadAsync(new DefaultHttpContext
    {
        Request = { Body = new MemoryStream(Encoding.UTF8.GetBytes(json)), ContentType = "application/json" },
    });
}
