using Opportunities.Data;
using Opportunities.Data.Attachments;
using Opportunities.Data.Requirements;

namespace Opportunities.UnitTests.Data;

/// <summary>Requirements and attachments: what fits an opportunity, and what a refusal leaves.</summary>
public sealed class PartRulesTests
{
    private static readonly DateTime _now = new(2026, 1, 1, 12, 0, 0, DateTimeKind.Utc);
    private static readonly ChangeContext _stamp = new("owner", _now);

    private readonly Opportunity _opportunity = Build.Draft(_now);

    [Fact]
    public void A_part_has_an_id_its_opportunity_and_its_times()
    {
        var problem = Build.Problem();
        _opportunity.Add(problem, _stamp);
        Assert.Equal((new string('x', 100), 1), (problem.Description, problem.Priority));
        Assert.Equal((7, _opportunity.Id, _now, _now), (problem.Id.Version, problem.OpportunityId, problem.CreatedAt, problem.UpdatedAt));
        var later = new ChangeContext("other", _now.AddHours(1));
        _opportunity.Replace(problem, new(new string('y', 100), 5), later);
        Assert.Equal((_now, later.At, 5), (problem.CreatedAt, problem.UpdatedAt, problem.Priority));
        Assert.Equal((3, later.At, "other"), (_opportunity.Version, _opportunity.UpdatedAt, _opportunity.UpdatedBy));
        Assert.Equal(_opportunity.Changes[^1].OldValue, _opportunity.Changes[^2].NewValue);
    }

    [Fact]
    public void The_same_values_again_change_nothing()
    {
        var skill = Build.Skill();
        _opportunity.Add(skill, _stamp);
        _opportunity.Replace(
            skill, new(skill.SkillName, skill.SkillType, skill.ExperienceLevel, skill.Importance),
            new ChangeContext("other", _now.AddHours(1)));
        Assert.Equal((2, _now, _now, 2), (_opportunity.Version, _opportunity.UpdatedAt, skill.UpdatedAt, _opportunity.Changes.Count));
    }

    [Fact]
    public void A_skill_may_be_renamed_to_itself_in_another_case()
    {
        var skill = Build.Skill("go");
        _opportunity.Add(skill, _stamp);
        _opportunity.Replace(skill, new("Go", SkillType.Soft, ExperienceLevel.Beginner, Importance.NiceToHave), _stamp);
        Assert.Equal(
            ("Go", "go", SkillType.Soft, ExperienceLevel.Beginner, Importance.NiceToHave),
            (skill.SkillName, skill.SkillKey, skill.SkillType, skill.ExperienceLevel, skill.Importance));
        var refusal = Assert.Throws<ConflictException>(() => _opportunity.Add(Build.Skill("GO"), _stamp));
        Assert.Equal("The skill 'GO' is already required by this opportunity.", refusal.Message);
    }

    // Of Unicode's full case folding: a key is the same for all spellings of a name, and so for those that the release before made keys of.
    [Fact]
    public void A_skill_has_one_key_in_whatever_case_and_form_its_letters_are()
    {
        var wrong = Enumerable.Range(0, 0x110000).Where(System.Text.Rune.IsValid).Where(value => (value & 0xFFFE) != 0xFFFE)
            .Select(char.ConvertFromUtf32)
            .Where(letter => new[]
            {
                letter.ToLowerInvariant(), letter.ToUpperInvariant(), Key(letter), letter.Normalize(System.Text.NormalizationForm.FormD),
            }
                .Any(other => Key(other) != Key(letter)));
        Assert.Empty(wrong.Select(letter => $"U+{char.ConvertToUtf32(letter, 0):X4}"));
    }

    [Theory]
    [InlineData("ΣΑΣ", "σας")]
    [InlineData("straße", "STRASSE")]
    [InlineData("straße", "STRAẞE")]
    [InlineData("İstanbul", "i\u0307stanbul")]
    [InlineData("oﬃce", "OFFICE")]
    [InlineData("ﬆ", "ﬅ")]
    [InlineData("ﬗ", "ՄԽ")]
    [InlineData("և", "ԵՒ")]
    [InlineData("ŉ", "ʼN")]
    [InlineData("ẚ", "Aʾ")]
    [InlineData("ſ", "S")]
    [InlineData("\u212a", "k")]
    [InlineData("µ", "Μ")]
    [InlineData("ᾳ", "ΑΙ")]
    [InlineData("Ꭰ", "ꭰ")]
    [InlineData("Ა", "ა")]
    [InlineData("𐐀", "𐐨")]
    public void Letters_that_differ_in_nothing_but_case_make_one_key(string one, string other) => Assert.Equal(Key(one), Key(other));

    [Theory]
    [InlineData("ı", "i")]
    [InlineData("e", "é")]
    [InlineData("m²", "m2")]
    [InlineData("１", "1")]
    [InlineData("ﷺ", "صلى الله عليه وسلم")]
    public void Letters_that_differ_in_more_than_case_make_two_keys(string one, string other) => Assert.NotEqual(Key(one), Key(other));

    [Theory]
    [InlineData("C#", "c#")]
    [InlineData("Köln é", "köln é")]
    [InlineData("日本語", "日本語")]
    public void Where_lower_case_is_all_that_there_is_a_key_is_what_the_release_before_makes_of_it(string name, string key) =>
        Assert.Equal(key, Key(name));

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    public void A_date_lies_within_the_opportunitys_edges_included(int microseconds, bool fits)
    {
        foreach (var (edge, sign) in new[] { (_opportunity.EstimatedStartDate, 1), (_opportunity.EstimatedEndDate, -1) })
        {
            var date = new TimelineRequirement(new("Go-live", edge.AddMicroseconds(sign * microseconds), TimelineType.Deadline, false));
            var add = () => _opportunity.Add(date, _stamp);
            if (fits) add();
            else Assert.Equal("target_date", Assert.Throws<InvalidValueException>(add).Member);
            Assert.Equal(fits, _opportunity.TimelineRequirements.Contains(date));
        }
    }

    [Fact]
    public void A_date_that_is_moved_outside_stays_where_it_was()
    {
        var date = new TimelineRequirement(new("Go-live", _opportunity.EstimatedEndDate, TimelineType.Deadline, false));
        _opportunity.Add(date, _stamp);
        Assert.Throws<InvalidValueException>(() => _opportunity.Replace(
            date, new("Go-live", _opportunity.EstimatedEndDate.AddDays(1), TimelineType.Deadline, true), _stamp));
        Assert.Equal((_opportunity.EstimatedEndDate, false, 2), (date.TargetDate, date.IsFlexible, _opportunity.Version));
    }

    [Theory]
    [InlineData(0, 1, true)]
    [InlineData(-1, 0, true)]
    [InlineData(1, 1, false)]
    [InlineData(0, -1, false)]
    public void New_dates_keep_every_date_of_the_timeline_inside(int startDays, int endDays, bool fits)
    {
        _opportunity.Add(new TimelineRequirement(new("First", _opportunity.EstimatedStartDate, TimelineType.Milestone, false)), _stamp);
        _opportunity.Add(new TimelineRequirement(new("Last", _opportunity.EstimatedEndDate, TimelineType.Milestone, false)), _stamp);
        var content = _opportunity.Content;
        var moved = content with
        {
            EstimatedStartDate = content.EstimatedStartDate.AddDays(startDays),
            EstimatedEndDate = content.EstimatedEndDate.AddDays(endDays),
        };
        if (fits) _opportunity.Update(moved, _stamp);
        else Assert.Throws<ConflictException>(() => _opportunity.Update(moved, _stamp));
        Assert.Equal(fits ? moved : content, _opportunity.Content);
    }

    [Fact]
    public void A_file_is_attached_once()
    {
        var file = File("a");
        _opportunity.Add(file, _stamp);
        _opportunity.Add(File("b"), _stamp);
        Assert.Throws<ConflictException>(() => _opportunity.Add(File("a"), _stamp));
        Assert.Equal(2, _opportunity.Attachments.Count);
        Assert.Equal(
            $$"""{"id":"{{file.Id}}","file_name":"a.txt","content_type":"text/plain","file_size":1,"description":null,"created_at":"2026-01-01T12:00:00Z","created_by":"owner"}""",
            _opportunity.Changes[1].NewValue);
        Assert.Equal(
            ("a.txt", "text/plain", 1, null, "a", "owner"),
            (file.FileName, file.ContentType, file.FileSize, file.Description, file.ObjectKey, file.CreatedBy));
        _opportunity.Remove(file, new ChangeContext("other", _now.AddHours(1)));
        Assert.Equal((4, _now.AddHours(1), "other"), (_opportunity.Version, _opportunity.UpdatedAt, _opportunity.UpdatedBy));
        Assert.Equal($"attachments/{file.Id}", _opportunity.Changes[^1].FieldName);
        Assert.Null(_opportunity.Changes[^1].NewValue);
        Assert.Single(_opportunity.Attachments);
    }

    [Theory]
    [InlineData(true, false, "skill_requirements")]
    [InlineData(false, true, "problem_statements")]
    [InlineData(false, false, "problem_statements, skill_requirements")]
    public void Matching_names_what_it_lacks(bool hasProblem, bool hasSkill, string missing)
    {
        if (hasProblem) _opportunity.Add(Build.Problem(), _stamp);
        if (hasSkill) _opportunity.Add(Build.Skill(), _stamp);
        _opportunity.ChangeStatus(OpportunityStatus.Submitted, _stamp);
        var refusal = Assert.Throws<ConflictException>(() => _opportunity.ChangeStatus(OpportunityStatus.MatchingInProgress, _stamp));
        Assert.Equal(missing, string.Join(", ", refusal.Missing!));
        Assert.Equal([OpportunityStatus.Draft, OpportunityStatus.MatchingInProgress, OpportunityStatus.Cancelled], refusal.Allowed!);
        Assert.Equal(OpportunityStatus.Submitted, _opportunity.Status);
    }

    [Fact]
    public void Times_of_states_hold_as_long_as_the_states()
    {
        var opportunity = Build.In(OpportunityStatus.MatchesFound, _now);
        Assert.Equal((_now, null, null), (opportunity.SubmittedAt, opportunity.CompletedAt, opportunity.CancelledAt));
        opportunity.ChangeStatus(OpportunityStatus.ArchitectSelected, _stamp);
        opportunity.ChangeStatus(OpportunityStatus.Completed, new ChangeContext("owner", _now.AddHours(1)));
        Assert.Equal((_now, _now.AddHours(1), null), (opportunity.SubmittedAt, opportunity.CompletedAt, opportunity.CancelledAt));

        var withdrawn = Build.In(OpportunityStatus.Submitted, _now);
        withdrawn.ChangeStatus(OpportunityStatus.Draft, _stamp);
        Assert.Null(withdrawn.SubmittedAt);
        withdrawn.ChangeStatus(OpportunityStatus.Cancelled, _stamp);
        Assert.Equal((null, _now, _now.AddDays(90)), (withdrawn.SubmittedAt, withdrawn.CancelledAt, withdrawn.ReactivationDeadline));
    }

    [Fact]
    public void A_reactivation_that_comes_too_late_is_told_until_when_it_could_have_come()
    {
        var opportunity = Build.In(OpportunityStatus.Cancelled, new DateTime(2026, 1, 1, 0, 0, 0, 500, DateTimeKind.Utc));
        var refusal = Assert.Throws<ConflictException>(
            () => opportunity.ChangeStatus(OpportunityStatus.Draft, new ChangeContext("owner", _now.AddYears(1))));
        Assert.Equal("The opportunity could be reactivated until 2026-04-01T00:00:00.5Z.", refusal.Message);
    }

    [Fact]
    public void A_refused_move_names_both_states()
    {
        var refusal = Assert.Throws<ConflictException>(() => _opportunity.ChangeStatus(OpportunityStatus.Completed, _stamp));
        Assert.Equal("The status cannot change from DRAFT to COMPLETED.", refusal.Message);
        var deleted = Assert.Throws<ConflictException>(() => Build.In(OpportunityStatus.Completed, _now).Delete(_stamp));
        Assert.Equal("An opportunity cannot be deleted in COMPLETED.", deleted.Message);
        var locked = Assert.Throws<ConflictException>(() => Build.In(OpportunityStatus.Cancelled, _now).EnsureEditable());
        Assert.Equal("In CANCELLED members, requirements and attachments cannot change.", locked.Message);
    }

    [Fact]
    public void A_deletion_is_in_the_history()
    {
        _opportunity.Delete(new ChangeContext("other", _now.AddHours(1)));
        Assert.Equal((_now.AddHours(1), 2, "other"), (_opportunity.DeletedAt, _opportunity.Version, _opportunity.UpdatedBy));
        Assert.Equal(
            ("deleted", "false", "true"),
            (_opportunity.Changes[^1].FieldName, _opportunity.Changes[^1].OldValue, _opportunity.Changes[^1].NewValue));
    }

    [Fact]
    public void A_stamp_is_of_whole_microseconds()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(
            new DateTimeOffset(new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddTicks(19)));
        Assert.Equal(
            new ChangeContext("owner", new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddTicks(10), "why"),
            ChangeContext.Now("owner", time, "why"));
    }

    [Fact]
    public void All_members_that_changed_are_one_version_in_their_order()
    {
        var content = _opportunity.Content;
        _opportunity.Update(
            new OpportunityContent
            {
                Title = "T",
                Description = "D",
                ClientName = "C",
                EstimatedBudget = 2m,
                EstimatedStartDate = content.EstimatedStartDate.AddDays(1),
                EstimatedEndDate = content.EstimatedEndDate.AddMicroseconds(1),
                Priority = Priority.Low,
            },
            new ChangeContext("other", _now, "why"));
        Assert.Equal(
            ["title", "description", "client_name", "estimated_budget", "estimated_start_date", "estimated_end_date", "priority"],
            _opportunity.Changes.Skip(1).Select(change => change.FieldName));
        Assert.Equal(Enumerable.Range(0, 7), _opportunity.Changes.Skip(1).Select(change => change.Ordinal));
        Assert.All(_opportunity.Changes.Skip(1), change => Assert.Equal(
            (2, _opportunity.Id, "other", "why", 7),
            (change.Version, change.OpportunityId, change.ChangedBy, change.Reason, change.Id.Version)));
        Assert.Equal(
            ("2026-12-31T00:00:00Z", "2026-12-31T00:00:00.000001Z"), (_opportunity.Changes[6].OldValue, _opportunity.Changes[6].NewValue));
    }

    private static Attachment File(string key) => Attachment.Create(new($"{key}.txt", "text/plain", 1, null), key, "owner");

    private static string Key(string name) => Build.Skill(name).SkillKey;
}
