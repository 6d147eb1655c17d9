using System.Globalization;
using Truce.Model;

namespace Truce.Control;

/// <summary>An operation that takes more of its timeout than it used to.</summary>
/// <param name="Resource">The resource as configured.</param>
/// <param name="Operation">The operation.</param>
/// <param name="UsualMs">What was usual before; null: too few runs are known.</param>
/// <param name="LongestMs">The longest of its last runs.</param>
/// <param name="LimitMs">Its timeout; 0: none.</param>
public sealed record SlowerOperation(
    ResourceId Resource, string Operation, long? UsualMs, long LongestMs, long LimitMs)
{
    /// <summary>As a sentence, without its end.</summary>
    public override string ToString() =>
        $"{Operation} of {Resource} took up to {Seconds(LongestMs)} in its last runs"
        + (UsualMs is { } usual ? $", where {Seconds(usual)} were usual" : "")
        + (LimitMs > 0 ? $": {Text(100.0 * LongestMs / LimitMs, "0")} % of its timeout" : "");

    private static string Seconds(long ms) => $"{Text(ms / 1000.0, "0.0#")} s";

    private static string Text(double number, string format) =>
        number.ToString(format, CultureInfo.InvariantCulture);
}

/// <summary>
/// Judges whether an operation takes more and more of its timeout. A stop that is twice as long as it was
/// before an upgrade still succeeds, and the one after the next upgrade costs its node: it is told while
/// there is time. One slow run may be a busy machine: two of the last three are told.
/// </summary>
public static class Trend
{
    private const int LatestRuns = 3;
    private const int SlowRuns = 2;

    // Two that say what was usual, and two that say otherwise.
    private const int JudgedFrom = 4;

    // Below that a difference is the machine's, not the agent's.
    private const long NoticeableMs = 500;

    /// <summary>What there is to tell of an operation; null: nothing.</summary>
    public static SlowerOperation? Of(MeasuredTimes measured)
    {
        ArgumentNullException.ThrowIfNull(measured);
        ReadOnlySpan<MeasuredRun> runs = measured.Runs.AsSpan();
        if (measured.Kind != MeasuredKind.Operation || runs.Length < SlowRuns)
            return null;
        long? usual = runs.Length < JudgedFrom ? null : Usual(runs[..(runs.Length / 2)]);
        ReadOnlySpan<MeasuredRun> latest = runs[Math.Max(0, runs.Length - LatestRuns)..];
        int slow = 0;
        long longest = 0;
        foreach (MeasuredRun run in latest)
        {
            slow += IsSlow(run, usual) ? 1 : 0;
            longest = Math.Max(longest, run.TookMs);
        }

        return slow < SlowRuns ? null
            : new SlowerOperation(measured.Resource, measured.Name, usual, longest, runs[^1].LimitMs);
    }

    /// <summary>What is told of an operation becomes what is usual of it: only its last runs stay.</summary>
    public static MeasuredTimes Accepted(MeasuredTimes measured)
    {
        ArgumentNullException.ThrowIfNull(measured);
        return Of(measured) is null
            ? measured
            : measured with { Runs = [.. measured.Runs.Items.TakeLast(LatestRuns)] };
    }

    // Of the older half, so that a slow increase isn't measured against itself. Of two in the middle the
    // longer one: rather told late than for nothing.
    private static long Usual(ReadOnlySpan<MeasuredRun> older)
    {
        long[] sorted = new long[older.Length];
        for (int i = 0; i < sorted.Length; i++)
            sorted[i] = older[i].TookMs;
        Array.Sort(sorted);
        return sorted[sorted.Length / 2];
    }

    private static bool IsSlow(MeasuredRun run, long? usual)
    {
        double used = run.LimitMs > 0 ? (double)run.TookMs / run.LimitMs : 0;
        if (used >= 0.8)
            return true;
        return usual is { } before && run.TookMs - before >= NoticeableMs
            && (run.TookMs / 2 >= before || (used >= 0.5 && run.TookMs - before >= before / 4));
    }
}
