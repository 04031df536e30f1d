using CsCheck;

namespace Opportunities.SystemTests.Model;

/// <summary>What a caller does.</summary>
internal enum StepKind
{
    Create,
    Update,
    Move,
    Delete,
    Give,
    Restore,
    AddProblem,
    AddSkill,
    RemoveSkill,
    AddNote,
    ChangeNote,
    Get,
    List,
    Summary,
    History,

    /// <summary>Says what another system calls the opportunity, or that none does.</summary>
    Identify,

    /// <summary>Creates or changes what another system calls so.</summary>
    Upsert,

    /// <summary>Does that with some rows of a file, of which one may be wrong.</summary>
    Import,

    /// <summary>Reads on in the change feed.</summary>
    Follow,
    Misspell,
}

/// <summary>What an <c>If-Match</c> names.</summary>
internal enum Precondition
{
    None,
    Current,
    Stale,

    /// <summary>The current version among others.</summary>
    List,

    /// <summary>Any version.</summary>
    Any,

    /// <summary>The current version, weakly: it never matches.</summary>
    Weak,
}

/// <summary>One request, in numbers that any state of the world gives a meaning.</summary>
/// <param name="Kind">The operation.</param>
/// <param name="Caller">Who sends it: an index into <see cref="ModelCaller.All"/>.</param>
/// <param name="Target">Which opportunity: an index into those that the run has created, deleted ones included.</param>
/// <param name="Choice">What the operation makes of it: a title, a state, a skill.</param>
/// <param name="Variant">The same, for a second choice.</param>
/// <param name="Precondition">Its <c>If-Match</c>.</param>
/// <param name="Spelling">In which words it is sent (<see cref="Model.Spelling"/>).</param>
internal sealed record Step(StepKind Kind, int Caller, int Target, int Choice, int Variant, Precondition Precondition, int Spelling = 0)
{
    /// <summary>The way of an opportunity to COMPLETED, made by somebody who may do everything.</summary>
    private static readonly Step[] _way =
    [
        Certain(StepKind.Create) with { Target = 1 }, Certain(StepKind.AddProblem), Certain(StepKind.AddSkill),
        Certain(StepKind.Move), Certain(StepKind.Move), Certain(StepKind.Move), Certain(StepKind.Move), Certain(StepKind.Move),
    ];

    // Moves are the most frequent, so that runs get far in the lifecycle; callers that may write come more often than others.
    private static readonly Gen<Step> _any = Gen.Select(
        Gen.Frequency(
            (2, Gen.Const(StepKind.Create)), (3, Gen.Const(StepKind.Update)), (8, Gen.Const(StepKind.Move)),
            (2, Gen.Const(StepKind.Delete)), (2, Gen.Const(StepKind.Give)), (1, Gen.Const(StepKind.Restore)),
            (2, Gen.Const(StepKind.AddProblem)), (2, Gen.Const(StepKind.AddSkill)), (1, Gen.Const(StepKind.RemoveSkill)),
            (1, Gen.Const(StepKind.AddNote)), (1, Gen.Const(StepKind.ChangeNote)), (4, Gen.Const(StepKind.Get)),
            (2, Gen.Const(StepKind.Identify)), (3, Gen.Const(StepKind.Upsert)), (1, Gen.Const(StepKind.Import)),
            (1, Gen.Const(StepKind.Follow)),
            (2, Gen.Const(StepKind.List)), (1, Gen.Const(StepKind.Summary)), (1, Gen.Const(StepKind.History)),
            (2, Gen.Const(StepKind.Misspell))),
        Gen.Frequency((3, Gen.Int[0, 3]), (1, Gen.Int[4, 5]), (3, Gen.Int[6, 7])),
        Gen.Int[0, 1],
        Gen.Int[0, 6],
        Gen.Int[0, 3],
        Gen.Frequency(
            (8, Gen.Const(Precondition.None)), (2, Gen.OneOf(Precondition.Current, Precondition.List, Precondition.Any)),
            (1, Gen.OneOf(Precondition.Stale, Precondition.Weak))),
        Gen.Int[0, Model.Spelling.Max],
        (kind, caller, target, choice, variant, precondition, spelling) => new Step(
            kind, caller, target, choice, variant, precondition, spelling));

    /// <summary>The steps of a run: some of the way to COMPLETED, so that every state is where many a run begins; then anything.</summary>
    /// <param name="min">The fewest of the latter.</param>
    /// <param name="max">The most.</param>
    public static Gen<Step[]> Run(int min, int max) =>
        Gen.Select(Gen.Int[0, _way.Length], _any.Array[min, max], (distance, steps) => _way.Take(distance).Concat(steps).ToArray());

    private static Step Certain(StepKind kind) => new(kind, Caller: 0, Target: 0, Choice: 1, Variant: 1, Precondition.None);
}
