namespace Truce.Control;

/// <summary>The points at which a test can stop or kill a controller
/// (docs/reference/pause-points.md).</summary>
public static class PausePoint
{
    /// <summary>An entry was delivered and isn't acknowledged yet.</summary>
    public const string AfterDeliveryBeforeAck = "after-delivery-before-ack";

    /// <summary>An entry that must last is delivered; its sync is asked for, and not acknowledged.</summary>
    public const string BeforeStoreSyncAck = "before-store-sync-ack";

    /// <summary>A fence intent is committed; the fence agent isn't started.</summary>
    public const string AfterCommitBeforeShot = "after-commit-before-shot";

    /// <summary>The fence agent ended; no other member knows.</summary>
    public const string AfterShotBeforeResult = "after-shot-before-result";

    /// <summary>An order is committed; the executor doesn't have it yet.</summary>
    public const string AfterCommitBeforeOrder = "after-commit-before-order";

    /// <summary>An operation ended; its result isn't submitted.</summary>
    public const string AfterOrderBeforeResult = "after-order-before-result";

    /// <summary>The source's snapshot is installed; the inventory isn't reported.</summary>
    public const string InJoining = "in-joining";

    /// <summary>This node has become the coordinator and hasn't planned.</summary>
    public const string OnCoordinatorTakeover = "on-coordinator-takeover";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        AfterDeliveryBeforeAck, BeforeStoreSyncAck, AfterCommitBeforeShot, AfterShotBeforeResult,
        AfterCommitBeforeOrder, AfterOrderBeforeResult, InJoining, OnCoordinatorTakeover,
    ];
}
