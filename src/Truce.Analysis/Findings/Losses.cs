using System.Collections.Immutable;
using Truce.Analysis.Failover;
using Truce.Analysis.WhatIf;
using Truce.Model;
using Truce.Scheduler;

namespace Truce.Analysis.Findings;

/// <summary>
/// What the loss of nodes leaves unrunnable, found on paper: the cluster settles with all nodes up, loses one
/// node after the other with quorum held, and settles again.
/// </summary>
public sealed class Losses
{
    // Each loss costs a few plans: what a check may take is seconds.
    private const int PlacementsMax = 600;
    private const int NamedMax = 5;
    private const int NodesMax = 16;
    private const int PairNodesMin = 5;
    private const int PairNodesMax = 8;
    private const int TransitionsMax = 6;

    private readonly PlanMaker _planner;
    private readonly DateTimeOffset _now;
    private readonly Lazy<Settled?> _settled;
    private readonly HashSet<ResourceId> _singles;
    private readonly Dictionary<NodeId, (Settled? After, ImmutableArray<ResourceId> Lost)> _after = [];

    /// <summary>Prepares the losses; nothing is planned before it is asked for.</summary>
    public Losses(RuleInput input, Trial trial)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(trial);
        (_planner, _now) = (trial.Planner, trial.Now);
        bool isSmall = input.Members.Count() is > 1 and <= NodesMax
            && input.Primitives.Count * input.Members.Count() <= PlacementsMax;
        Nodes = isSmall ? [.. input.Members.Select(n => n.Name)] : [];
        Pairs = Nodes.Length is >= PairNodesMin and <= PairNodesMax
            ? [.. Nodes.SelectMany((one, i) => Nodes.Skip(i + 1).Select(other => (one, other)))]
            : [];
        _singles = [.. input.Primitives.Where(p => p is { In: null, IsFenceDevice: false }
            && !p.Parents.Any(r => r is Resource.Bundle)).Select(p => p.Written.Id)];
        Cib fresh = input.Cib with { Status = ClusterStatus.Empty };
        _settled = new(() => Trial.Try(() => SettledCluster.Of(fresh, _planner, _now)).Made is { } cib
            ? new Settled(cib, Running(cib)) : null);
    }

    /// <summary>Nodes whose loss is tried; none if the cluster is too large for it.</summary>
    public ImmutableArray<NodeId> Nodes { get; }

    /// <summary>Pairs whose loss leaves the others quorum.</summary>
    public ImmutableArray<(NodeId One, NodeId Other)> Pairs { get; }

    /// <summary>Primitives outside clones that run with all nodes, and not without one.</summary>
    public ImmutableArray<ResourceId> Without(NodeId node) => After(node).Lost;

    /// <summary>Those that run without either node, and not without both.</summary>
    public ImmutableArray<ResourceId> WithoutBoth((NodeId One, NodeId Other) pair) =>
        After(pair.One).After is { } one && Lose(one.Cib, pair.Other) is { } both
            ? Missing(one, both, After(pair.Other).Lost)
            : [];

    /// <summary>Resources as a finding names them.</summary>
    public static string Named(ImmutableArray<ResourceId> resources) =>
        string.Join(", ", resources.Take(NamedMax))
        + (resources.Length > NamedMax ? $" and {resources.Length - NamedMax} more" : "");

    private (Settled? After, ImmutableArray<ResourceId> Lost) After(NodeId node)
    {
        if (_after.TryGetValue(node, out (Settled?, ImmutableArray<ResourceId>) known))
            return known;
        Settled? after = _settled.Value is { } settled ? Lose(settled.Cib, node) : null;
        return _after[node] = (after, after is null ? [] : Missing(_settled.Value!, after, []));
    }

    private static ImmutableArray<ResourceId> Missing(
        Settled before, Settled after, ImmutableArray<ResourceId> known) =>
        [.. before.Running.Except(after.Running).Except(known).OrderBy(r => r.Value, StringComparer.Ordinal)];

    private Settled? Lose(Cib cib, NodeId node) => Trial.Try(() => SettledCluster.Run(
        Modifications.Apply(cib, [new Modification.NodeFail(node)], _now, TextWriter.Null), _planner, _now,
        TransitionsMax)).Made is { } lost ? new Settled(lost, Running(lost)) : null;

    private HashSet<ResourceId> Running(Cib cib) =>
    [
        .. _planner(cib, new PlanOptions { Now = _now, Quorum = true }).Current.Resources
            .SelectMany(r => r.Primitives).Where(p => !p.ActiveOn.IsEmpty && _singles.Contains(p.ConfigId))
            .Select(p => p.ConfigId),
    ];

    private sealed record Settled(Cib Cib, HashSet<ResourceId> Running);
}
