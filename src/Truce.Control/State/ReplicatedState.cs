using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>
/// What all members agree on, at one index of the log. Immutable: a branch, a snapshot and a
/// plan's input are just references to one.
/// </summary>
public sealed record ReplicatedState
{
    /// <summary>Events kept.</summary>
    public const int EventsMax = 2_000;

    /// <summary>Finished fencings kept.</summary>
    public const int FencesMax = 200;

    /// <summary>Paths of fencing that are remembered: thirty-two nodes with
    /// four devices for each other.</summary>
    public const int FencePathsMax = 4_096;

    /// <summary>Operations and recoveries whose times are kept: three thousand resources with five
    /// each.</summary>
    public const int MeasuredMax = 16_384;

    /// <summary>Configuration versions listed.</summary>
    public const int VersionsMax = 50;

    /// <summary>Sessions remembered; the longest silent is forgotten first.</summary>
    public const int SessionsMax = 256;

    /// <summary>The cluster's id.</summary>
    public required string Cluster { get; init; }

    /// <summary>The lineage.</summary>
    public required long Lineage { get; init; }

    /// <summary>Entries applied.</summary>
    public long Index { get; init; }

    /// <summary>Running hash over the entries that were applied.</summary>
    public string Hash { get; init; } = "";

    /// <summary>The level that commands and state follow.</summary>
    public int FeatureLevel { get; init; } = 1;

    /// <summary>Cluster time in milliseconds.</summary>
    public long ClusterTimeMs { get; init; }

    /// <summary>The wall clock of the sender of the last entry: the time at which rules hold,
    /// the same for all members.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>The view that was formed last.</summary>
    public Command.Formed? View { get; init; }

    /// <summary>Configuration and status.</summary>
    public Cib Cib { get; init; } = Cib.Empty;

    /// <summary>The configuration's version; 0: nobody has configured anything yet.</summary>
    public ConfigurationVersion Configuration { get; init; } = new(0, default, default, "", "");

    /// <summary>Earlier versions, newest first.</summary>
    public ImmutableArray<ConfigurationVersion> Versions { get; init; } = [];

    /// <summary>Members by node.</summary>
    public ImmutableSortedDictionary<NodeId, MemberState> Members { get; init; } =
        ImmutableSortedDictionary<NodeId, MemberState>.Empty;

    /// <summary>Last submission of each session.</summary>
    public ImmutableSortedDictionary<string, SessionState> Sessions { get; init; } =
        ImmutableSortedDictionary.Create<string, SessionState>(StringComparer.Ordinal);

    /// <summary>Counts fence intents.</summary>
    public long FenceEpoch { get; init; }

    /// <summary>Fencings, oldest first.</summary>
    public ImmutableArray<FenceState> Fences { get; init; } = [];

    /// <summary>Orders not yet done.</summary>
    public ImmutableSortedDictionary<string, Order> Pending { get; init; } =
        ImmutableSortedDictionary.Create<string, Order>(StringComparer.Ordinal);

    /// <summary>Why no plan can be made; null: one can.</summary>
    public PlanningTrouble? Planning { get; init; }

    /// <summary>What the last plan wants done and can't do.</summary>
    public EquatableArray<BlockedStep> Blocked { get; init; } = [];

    /// <summary>What may have been started in each node's present boot, and by what.</summary>
    public ImmutableSortedDictionary<(NodeId Node, ResourceId Resource), StartedAs> Started { get; init; } =
        ImmutableSortedDictionary<(NodeId, ResourceId), StartedAs>.Empty;

    /// <summary>Resources that have been started and stopped with success as they are configured;
    /// others are on probation.</summary>
    public ImmutableSortedSet<ResourceId> Trusted { get; init; } = ImmutableSortedSet<ResourceId>.Empty;

    /// <summary>What is known of the paths by which nodes fence each other.</summary>
    public ImmutableSortedDictionary<(NodeId From, ResourceId Device, NodeId Target),
        FencePath> FencePaths { get; init; } =
        ImmutableSortedDictionary<(NodeId, ResourceId, NodeId), FencePath>.Empty;

    /// <summary>How long operations and recoveries took, by <see cref="MeasuredTimes.Key"/>.</summary>
    public ImmutableSortedDictionary<string, MeasuredTimes> Measured { get; init; } =
        ImmutableSortedDictionary.Create<string, MeasuredTimes>(StringComparer.Ordinal);

    /// <summary>Resources that are being recovered: when they are there again, that is measured.</summary>
    public ImmutableSortedDictionary<ResourceId, OpenRecovery> Recovering { get; init; } =
        ImmutableSortedDictionary<ResourceId, OpenRecovery>.Empty;

    /// <summary>What happened, oldest first.</summary>
    public ImmutableArray<EventState> Events { get; init; } = [];

    /// <summary>Index of the last event.</summary>
    public long LastEvent { get; init; }

    /// <summary>The member on <paramref name="node"/>, if it was ever heard of.</summary>
    public MemberState? Member(NodeId node) => Members.GetValueOrDefault(node);

    /// <summary>The highest submission of a session that was applied; 0: none.</summary>
    public long LastNumber(string session) => Sessions.GetValueOrDefault(session)?.Number ?? 0;

    /// <summary>The fencings that go on.</summary>
    public IEnumerable<FenceState> OpenFences => Fences.Where(f => f.IsOpen);

    /// <summary>The same with a member changed.</summary>
    public ReplicatedState With(MemberState member) => this with { Members = Members.SetItem(member.Node, member) };

    /// <summary>The same with something that happened.</summary>
    public ReplicatedState Tell(
        DateTimeOffset at, string kind, string detail, NodeId? node = null, ResourceId? resource = null)
    {
        EventState told = new(LastEvent + 1, at, ClusterTimeMs, kind, node, resource?.Value, detail);
        ImmutableArray<EventState> kept = Events.Length < EventsMax ? Events : Events.RemoveRange(0, EventsMax / 4);
        return this with { Events = kept.Add(told), LastEvent = told.Index };
    }
}
