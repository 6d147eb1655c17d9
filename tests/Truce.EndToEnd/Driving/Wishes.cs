namespace Truce.EndToEnd.Driving;

/// <summary>What scenarios wait for.</summary>
internal static class Wishes
{
    /// <summary>The resources of recorders.xml.</summary>
    public static IReadOnlyList<string> Resources { get; } = ["r1", "r2", "r3", "g1", "g2"];

    /// <summary>Long enough for a node to be lost, shot and back again on a machine that has other things to
    /// do.</summary>
    public static TimeSpan RecoveryMax { get; } = TimeSpan.FromSeconds(90);

    /// <summary>All nodes in service, everything active exactly once, nothing left to do.</summary>
    public static bool IsWhole(ClusterView view) => view.Online == 3 && IsServed(view);

    /// <summary>Everything active exactly once, and nodes that were lost too often are in quarantine until an
    /// operator releases them.</summary>
    public static bool IsServedInQuarantine(ClusterView view) =>
        view is { Quarantined.Count: > 0, State: "held", Online: 3 }
            && Resources.All(r => view.NodeOf(r) is not null);

    /// <summary>Everything active exactly once, nothing left to do.</summary>
    public static bool IsServed(ClusterView view) =>
        view.IsSettled && Resources.All(r => view.NodeOf(r) is not null)
            && view.NodeOf("g1") == view.NodeOf("g2");
}
