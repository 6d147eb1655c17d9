using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>What the status records of operations.</summary>
internal static class Recorded
{
    /// <summary>The longest that an operation took, when it last ran on each node or as far as the cluster
    /// measured it; 0: nothing is recorded.</summary>
    public static long LongestMs(RuleInput input, PlacedPrimitive primitive, Operation operation) =>
        Math.Max(Remembered(input, primitive, operation), input.Measured[
            MeasuredTimes.KeyOf(primitive.Written.Id, MeasuredKind.Operation, operation.Name)]
            .SelectMany(m => m.Runs).Select(r => r.TookMs).DefaultIfEmpty().Max());

    private static long Remembered(RuleInput input, PlacedPrimitive primitive, Operation operation) =>
        Of(input, primitive).SelectMany(h => h.Operations).Where(r => r.Operation == operation.Name
                && r.IntervalMs == operation.Interval.Milliseconds && r.OpStatus == (int)ExecutionStatus.Done)
            .Select(r => r.ExecTimeMs ?? 0).DefaultIfEmpty().Max();

    /// <summary>A resource's histories on all nodes; of a clone, those of every instance.</summary>
    public static IEnumerable<ResourceHistory> Of(RuleInput input, PlacedPrimitive primitive) =>
        input.Cib.Status.NodeStates.SelectMany(s => s.History?.Resources ?? []).Where(
            h => h.Id.Value == primitive.Written.Id.Value
                || h.Id.Value.StartsWith(primitive.Written.Id.Value + ":", StringComparison.Ordinal));
}
