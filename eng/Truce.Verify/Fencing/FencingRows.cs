namespace Truce.Verify.Fencing;

/// <summary>Fencing that can't become a deathmatch, and that is as trusted as it must be.</summary>
internal static class FencingRows
{
    /// <summary>The rows.</summary>
    public static IReadOnlyList<Row> All { get; } =
    [
        ScenariosSimulatedRow.Row,
        ScenariosLabRow.Row,
        TwoNodesCutRow.Row,
        SlowStopRow.Row,
        GuardMutationsRow.Row,
        ExploreRow.Row,
        FencePathsRow.Row,
    ];
}
