namespace Truce.Conformance.Judging;

/// <summary>What a candidate reached in one case.</summary>
/// <param name="Case">The case.</param>
/// <param name="Levels">Level by level; empty where there was no answer.</param>
/// <param name="Got">The answer.</param>
/// <param name="Elapsed">How long the answer took.</param>
/// <param name="Failure">Why there is no answer; null if there is one.</param>
internal sealed record CaseResult(
    RecordedCase Case, IReadOnlyDictionary<Level, bool> Levels, Answers Got, TimeSpan Elapsed, string? Failure)
{
    /// <summary>What the plan checker found wrong with the plan.</summary>
    public IReadOnlyList<string> Findings { get; init; } = [];

    /// <summary>The levels that count as following Pacemaker: same placement, decisions, actions, orderings and summary.</summary>
    public static IReadOnlyList<Level> Demanded { get; } =
        [Level.L0, Level.L1, Level.L2, Level.L2d, Level.L3, Level.L4, Level.L5s];

    /// <summary>The demanded levels that aren't reached.</summary>
    public IReadOnlyList<Level> Short => [.. Demanded.Where(l => !Levels.GetValueOrDefault(l, true))];

    /// <summary>Judges an answer.</summary>
    public static CaseResult Of(
        RecordedCase recorded, Answers expected, Answers got, TimeSpan elapsed, string? failure) =>
        new(recorded, Judge.Compare(expected, got), got, elapsed, failure);
}
