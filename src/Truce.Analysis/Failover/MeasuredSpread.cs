using Truce.Model;

namespace Truce.Analysis.Failover;

/// <summary>How measured times are distributed, in milliseconds.</summary>
/// <param name="Runs">How many were measured.</param>
/// <param name="LeastMs">The shortest.</param>
/// <param name="MedianMs">The middle one.</param>
/// <param name="NinetyMs">Nine in ten took no longer.</param>
/// <param name="MostMs">The longest.</param>
public sealed record MeasuredSpread(int Runs, long LeastMs, long MedianMs, long NinetyMs, long MostMs)
{
    /// <summary>Of what has at least one run.</summary>
    public static MeasuredSpread Of(MeasuredTimes measured)
    {
        ArgumentNullException.ThrowIfNull(measured);
        long[] sorted = [.. measured.Runs.Select(r => r.TookMs).Order()];
        InvariantException.Require(sorted.Length > 0, "nothing has no distribution");
        return new MeasuredSpread(
            sorted.Length, sorted[0], sorted[sorted.Length / 2], sorted[((sorted.Length * 9) - 1) / 10],
            sorted[^1]);
    }
}

/// <summary>Recoveries from one cause that the cluster went through, against their bound.</summary>
/// <param name="Spread">How long they took, counted from their detection.</param>
/// <param name="BoundMs">What the configuration promises from there on; null: there is no bound.</param>
public sealed record MeasuredRecovery(MeasuredSpread Spread, long? BoundMs)
{
    /// <summary>Whether one took longer than was promised.</summary>
    public bool IsBeyond => BoundMs is { } bound && Spread.MostMs > bound;

    /// <summary>The bound's recoveries; null: none was measured.</summary>
    /// <param name="bound">The bound.</param>
    /// <param name="measured">What the cluster measured, by key.</param>
    public static MeasuredRecovery? Of(FailoverBound bound, ILookup<string, MeasuredTimes> measured)
    {
        ArgumentNullException.ThrowIfNull(bound);
        ArgumentNullException.ThrowIfNull(measured);
        string key = MeasuredTimes.KeyOf(
            bound.Resource, MeasuredKind.Recovery, FailoverCauses.Word(bound.Cause));
        MeasuredTimes? recoveries = measured[key].FirstOrDefault(m => !m.Runs.IsEmpty);
        return recoveries is null ? null
            : new MeasuredRecovery(MeasuredSpread.Of(recoveries), bound.PromisedMs - DetectionMs(bound));
    }

    /// <summary>How they compare, as a sentence.</summary>
    public override string ToString() =>
        $"{Count} measured, from detection on: {FailoverWords.Time(Spread.LeastMs)} to "
        + $"{FailoverWords.Time(Spread.MostMs)}, half within {FailoverWords.Time(Spread.MedianMs)}, "
        + $"nine in ten within {FailoverWords.Time(Spread.NinetyMs)}{Against}";

    private string Count => Spread.Runs == 1 ? "1 recovery" : $"{Spread.Runs} recoveries";

    private string Against => BoundMs is not { } bound ? ""
        : IsBeyond ? $"; BEYOND THE BOUND from there on, {FailoverWords.Time(bound)}"
        : $"; the bound from there on is {FailoverWords.Time(bound)}";

    // A cluster counts from when it knows of a failure: what passes before is the bound's alone.
    private static long DetectionMs(FailoverBound bound) =>
        bound.Terms.Where(t => t.Kind is FailoverTermKind.MonitorInterval or FailoverTermKind.MonitorTimeout
            or FailoverTermKind.Membership or FailoverTermKind.QuorumDevice or FailoverTermKind.Patience)
            .Sum(t => t.WorstMs);
}
