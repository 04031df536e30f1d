using CsCheck;
using Opportunities.Api.Input;

namespace Opportunities.UnitTests.Input;

/// <summary>The one form of an id.</summary>
public sealed class IdsTests
{
    private const string Id = "01a22135-72ae-7c05-9a4e-5d7b6c2f8e10";

    [Fact]
    public void An_id_is_read_in_either_case() => Gen.Guid.Sample(id =>
        Ids.TryParse($"{id:D}", out var lower) && lower == id && Ids.TryParse($"{id:D}".ToUpperInvariant(), out var upper) && upper == id);

    public static TheoryData<string?> Others => new(
        null, "", " ", Id[..35], $"{Id}0", $" {Id}", $"{Id} ", $"\t{Id}", $"{Id}\n", $"{Id}\0", $"\u00a0{Id}", $"{Id}\u3000", $"\ufeff{Id}",
        $"{{{Id}}}", $"({Id})", Id.Replace("-", "", StringComparison.Ordinal), $"+{Id[1..]}", $"0x{Id[2..]}", $"{Id[..9]}+{Id[10..]}",
        $"{Id[..9]}0x{Id[11..]}", Id.Replace('0', '\u0660'), Id.Replace('0', '\uff10'), Id.Replace('-', '\u2010'),
        Id.Replace('a', '\u0430'), Id.Replace('a', 'g'));

    [Theory]
    [MemberData(nameof(Others))]
    public void Nothing_else_is_an_id(string? text) => Assert.False(Ids.TryParse(text, out _), text);

    // Whatever the framework's parser takes, this one takes only what has the one form.
    [Fact]
    public void A_changed_id_is_refused_or_is_another_one() => Gen.Select(Gen.Guid, Gen.Int[0, 35], Gen.Char).Sample((id, at, letter) =>
    {
        var text = $"{id:D}".Remove(at, 1).Insert(at, $"{letter}");
        return !Ids.TryParse(text, out var read) || $"{read:D}".Equals(text, StringComparison.OrdinalIgnoreCase);
    });
}
