using Truce.Verify.Scheduling;

namespace Truce.Verify;

/// <summary>The scheduler: that it decides as Pacemaker does, and what it costs.</summary>
internal static class SchedulerRows
{
    /// <summary>The rows.</summary>
    public static IReadOnlyList<Row> All { get; } =
    [
        Conformance.Row,
        Conformance.RandomRow,
        RandomClusters.Row,
        Cost.Row("cpu-16x1000-cold", ["16x1000-cold"], reach: 20, wanted: 30),
        Cost.Row("cpu-16x1000", ["16x1000-running", "16x1000-one-node-failed"], reach: 6, wanted: 10),
        Cost.Row("cpu-32x3000", ["32x3000-running", "32x3000-one-node-failed"], reach: 6, wanted: 10),
        Cost.Row("cpu-8x200", ["8x200-cold", "8x200-running", "8x200-one-node-failed"], reach: 1, wanted: 1),
        Cost.LargeColdStart,
        Cost.Paper,
        Cost.Memory,
        Growth.Row,
    ];
}
