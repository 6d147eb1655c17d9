using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Fencing;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>What is known of a path by which a node may have to fence another.</summary>
public enum FencePathKnowledge
{
    /// <summary>It worked, not too long ago.</summary>
    Proven,

    /// <summary>Nobody ever saw it work as it is configured now.</summary>
    Never,

    /// <summary>It worked, longer ago than <c>truce-fence-path-age</c>.</summary>
    Old,

    /// <summary>It failed when it was last tried.</summary>
    Failed,
}

/// <summary>A path, and what is known of it.</summary>
/// <param name="From">The node that fences.</param>
/// <param name="Device">With which device.</param>
/// <param name="Target">Whom.</param>
/// <param name="Knowledge">What is known.</param>
/// <param name="Last">The last time that it worked or failed; null: never.</param>
public sealed record FencePathState(
    NodeId From, ResourceId Device, NodeId Target, FencePathKnowledge Knowledge, FencePath? Last);

/// <summary>
/// The paths by which the nodes of this cluster may have to fence each other, and whether they were seen to
/// work. The paths are made out anew only where the configuration or the nodes have changed.
/// </summary>
public sealed class FencePathReview
{
    private static readonly TimeSpan s_age = TimeSpan.FromDays(90);
    private Configuration? _configuration;
    private ImmutableArray<NodeId> _nodes = [];
    private ImmutableArray<(NodeId From, ResourceId Device, NodeId Target, string Digest)> _paths = [];

    /// <summary>All paths; none where nothing is fenced.</summary>
    public ImmutableArray<FencePathState> Of(ReplicatedState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (!ControlOptions.FencingEnabled(state))
            return [];
        ImmutableArray<NodeId> nodes = [.. state.Members.Keys];
        if (!ReferenceEquals(_configuration, state.Cib.Configuration) || !_nodes.SequenceEqual(nodes))
        {
            (_configuration, _nodes) = (state.Cib.Configuration, nodes);
            _paths = [.. Paths(state.Cib, nodes)];
        }

        TimeSpan age = Age(state);
        return [.. _paths.Select(p => Judged(state, p.From, p.Device, p.Target, p.Digest, age))];
    }

    private static FencePathState Judged(
        ReplicatedState state, NodeId from, ResourceId device, NodeId target, string digest, TimeSpan age)
    {
        FencePath? known = state.FencePaths.GetValueOrDefault((from, device, target)) is { } path
            && path.Digest == digest ? path : null;
        FencePathKnowledge knowledge = known switch
        {
            null => FencePathKnowledge.Never,
            { FailedAt: not null } => FencePathKnowledge.Failed,
            { ProvenAt: { } at } when state.At - at <= age => FencePathKnowledge.Proven,
            { ProvenAt: not null } => FencePathKnowledge.Old,
            _ => FencePathKnowledge.Never,
        };
        return new FencePathState(from, device, target, knowledge, known);
    }

    private static IEnumerable<(NodeId, ResourceId, NodeId, string)> Paths(Cib cib,
        ImmutableArray<NodeId> nodes)
    {
        Dictionary<ResourceId, string> digests = FencePathApply.Digests(cib);
        return
            from shooter in nodes
            from target in nodes
            where target != shooter
            from device in DeviceChoice.Levels(cib, target, shooter).SelectMany(l => l).DistinctBy(d => d.Id)
            select (shooter, device.Id, target, digests[device.Id]);
    }

    private static TimeSpan Age(ReplicatedState state) =>
        Interval.ParseMilliseconds(ControlOptions.Of(state).Text("truce-fence-path-age")) is { } ms and > 0
            ? TimeSpan.FromMilliseconds(Math.Min(ms, int.MaxValue * 1_000L))
            : s_age;
}
