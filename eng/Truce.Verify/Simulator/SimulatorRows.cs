namespace Truce.Verify;

/// <summary>Whole clusters in one process: that the seeds keep every promise, and that the checkers can
/// fail.</summary>
internal static class SimulatorRows
{
    /// <summary>The rows.</summary>
    public static IReadOnlyList<Row> All { get; } =
    [
        SeedRows.Seeds, SeedRows.Determinism, MutationRow.Row, SpeedRow.Row, SeedRows.Coverage,
    ];
}
