using System.Collections.Frozen;
using System.Reflection;

namespace Truce.Explore.Forking;

/// <summary>How a field counts when states are compared.</summary>
internal enum FieldRule
{
    /// <summary>As it is.</summary>
    Plain,

    /// <summary>Not at all: nothing that is explored depends on it.</summary>
    Skip,

    /// <summary>As <see cref="AtomKind.Name"/>.</summary>
    Name,

    /// <summary>As <see cref="AtomKind.Index"/>.</summary>
    Index,

    /// <summary>As <see cref="AtomKind.Ring"/>.</summary>
    Ring,

    /// <summary>As <see cref="AtomKind.Number"/>, of the session that stands beside it.</summary>
    Number,

    /// <summary>As <see cref="AtomKind.Since"/>.</summary>
    Since,

    /// <summary>A table whose values are that.</summary>
    Sinces,

    /// <summary>A transition key: the expected code, and a name.</summary>
    Key,

    /// <summary>Each of them is a name.</summary>
    Names,

    /// <summary>A table of which only the keys count.</summary>
    Keys,

    /// <summary>A table of which only the values count, in any order.</summary>
    Values,

    /// <summary>A table whose keys are names.</summary>
    KeyNames,

    /// <summary>A table whose values are names.</summary>
    ValueNames,

    /// <summary>A table whose values are (or begin with) indices of the log.</summary>
    Indices,
}

/// <summary>The fields that don't count as they are (docs/explore.md tells what follows from that).</summary>
internal static class FieldRules
{
    private static readonly (FieldRule Rule, string[] Fields)[] s_list =
    [
        (FieldRule.Skip,
        [
            // Memories that only save work, what a step leaves lying about, and counters that only make ids.
            "ControlMachine._outputs", "TransitionRun._successors", "TransitionRun._actions",
            "TransitionRun._ready", "TransitionRun._isOver",
            "PendingWatch._seen",
            "Coordinator._transitions", "FenceDirection._count", "DurableLog._requests", "ExploredNode.Lives",
            "ExploredExecutor.Known", "ExploredExecutor.LastNumber", "ExploredCluster._faults",
            "ExploredCluster._restlessNs", "ExploredCluster._nowNs", "ExploredCluster._ring",
            "ExploredCluster.Story",
            // What is told to people.
            "ControlMachine._calledFor", "ControlMachine._restsAt", "Tick.RestsAt",
            "ReplicatedState.Events", "ReplicatedState.LastEvent", "ReplicatedState.Versions",
            "StateDocument.Events", "StateDocument.LastEvent", "StateDocument.Versions", "StoredFacts.Events",
            "ExploredDisk._events", "ReplicatedState.Measured", "ReplicatedState.Recovering",
            "StateDocument.Measured", "StateDocument.Recovering", "StoredFacts.Measured",
            // Times that only rules with dates and people read; the explored configurations have none.
            "OperationResult.RanAt", "OperationResult.ChangedAt", "OperationRecord.LastRcChange",
            "OperationRecord.LastRun", "OperationRecord.ExecTimeMs", "OperationRecord.QueueTimeMs",
            "ReplicatedState.ClusterTimeMs", "StateDocument.ClusterTimeMs", "MemberState.JoinedMs",
            "Tick.ElapsedMs",
            // Follows from the log and from who lives.
            "ReplicatedState.Sessions", "StateDocument.Sessions",
            // Members hold one state, or the exploration has gone wrong: promise S6 isn't looked at here.
            "StateComparison._own", "StateComparison._order", "StateComparison.Last", "Tick.AtIndex",
            "Tick.Hash",
            // How many shots the faults so far explain follows from the fencings that the state holds.
            "FencingBoundChecker._allowed",
        ]),
        (FieldRule.Name,
        [
            "ReplicatedState.Hash", "StateDocument.Hash", "TailHash", "LogEntry.Digest", "RingMessage.Digest",
            "Compare.Digest", "StateVoice.Digest", "ViewTag.Members", "Session", "ControllerSession",
            "ExecutorSession", "_session", "session", "AgentLook._fencer", "OperationId", "FenceIntent.Id",
            "FenceEnded.FenceId", "FenceAssigned.FenceId", "Order.Fence", "TransitionRun.Number",
            "OrderFactory.transition", "OrderFactory.id", "Action.Transition", "PlanPace._request",
            "PlanPace._requests", "RequestPlan.Request", "NumberedResult.Number", "Result.Number",
        ]),
        (FieldRule.Ring, ["RingId.Sequence", "Epoch.Ring"]),
        (FieldRule.Index,
        [
            "ReplicatedState.Index", "StateDocument.Index", "Standing.Index", "Order.Index",
            "FenceState.Index",
            "Acknowledge.Index", "Compare.Index", "NodeJoined.AsOf",
            "LocalNode._askedAt", "AckPace._said", "AckPace._first", "MemberState.JoinedIndex",
        ]),
        (FieldRule.Number, ["Submission.Number", "Outbox._lastNumber", "Outbox._lastUrgent"]),
        (FieldRule.Since,
        [
            "SignsOfLife._lastTick", "CoordinatorTicks._counted", "CoordinatorTicks._onItsWay",
            "CoordinatorTicks._due", "StoreHealth._since",
        ]),
        (FieldRule.Sinces, ["ControllerGraces._missedSince"]),
        (FieldRule.Key, ["TransitionKey", "TransitionMagic"]),
        (FieldRule.Names,
        [
            "Order.After", "NodeJoined.Running", "ExecutorInventory.Running", "FencerReview._sentSince",
            "FencerReview._has", "HeldOrders._confirmed", "HeldOrders._succeeded", "HeldOrders._failed",
            "FenceDirection._assigned", "FenceDirection._paused", "Shooter._reported", "Shooter._confirmed",
        ]),
        (FieldRule.Keys, ["ShotsPerCauseChecker._struckUntil"]),
        (FieldRule.Values,
        [
            "ReplicatedState.Pending", "LocalNode._sent", "Outbox._receipts", "Shooter._runs",
            "ExploredDisk._fences",
        ]),
        (FieldRule.KeyNames, ["Shooter._notBefore", "PendingWatch._deadlines"]),
        (FieldRule.ValueNames, ["LocalNode._sessions", "LocalNode._lastSessions", "FenceDirection._intents"]),
        (FieldRule.Indices, ["Acknowledgements._upTo", "SignsOfLife._progress"]),
    ];

    private static readonly FrozenDictionary<string, FieldRule> s_rules = s_list
        .SelectMany(r => r.Fields.Select(f => (Field: f, r.Rule))).ToFrozenDictionary(
            f => f.Field, f => f.Rule, StringComparer.Ordinal);

    private static readonly FrozenSet<string> s_skippedTypes =
        new[] { "StateDigest", "Fingerprint" }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Memories that only save work.</summary>
    public static bool IsSkipped(Type type) => s_skippedTypes.Contains(type.Name);

    public static FieldRule Of(FieldInfo field)
    {
        string name = NameOf(field);
        return s_rules.TryGetValue($"{field.DeclaringType!.Name}.{name}", out FieldRule rule)
            || s_rules.TryGetValue(name, out rule) ? rule
            : IsSkipped(field.FieldType) ? FieldRule.Skip : FieldRule.Plain;
    }

    /// <summary>As the source has it: a property's field by the property.</summary>
    public static string NameOf(FieldInfo field) =>
        field.Name.StartsWith('<') ? field.Name[1..field.Name.IndexOf('>', StringComparison.Ordinal)]
            : field.Name;

    /// <summary>All fields that have a rule, for the test that each is still there.</summary>
    public static IEnumerable<string> All => s_rules.Keys;
}
