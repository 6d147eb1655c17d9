using Truce.Model;
using Truce.Model.Fencing;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>How one resource is stopped on this node without the cluster.</summary>
/// <param name="Resource">History id.</param>
/// <param name="TimeoutMs">Timeout of the stop.</param>
/// <param name="LookMs">As <see cref="Order.LookMs"/>.</param>
/// <param name="ExtensionMs">As <see cref="Order.ExtensionMs"/>.</param>
/// <param name="DemoteTimeoutMs">Timeout of the demote that goes before; 0: it isn't promoted.</param>
public sealed record LocalStopStep(
    ResourceId Resource, long TimeoutMs, long LookMs, long ExtensionMs, long DemoteTimeoutMs);

/// <summary>
/// How to stop what runs on a node, should it have to do so alone: later members of groups and what is
/// ordered behind goes first, whatever is free of that in one round. Where orders contradict each other,
/// what was started last goes first.
/// </summary>
/// <param name="Rounds">Round after round.</param>
/// <param name="LeftAlone">What isn't managed.</param>
public sealed record LocalStops(
    EquatableArray<EquatableArray<LocalStopStep>> Rounds, EquatableArray<ResourceId> LeftAlone)
{
    /// <summary>As the state has it for that node.</summary>
    public static LocalStops Of(ReplicatedState state, NodeId node)
    {
        StartedResources resources = new(new ConfigurationIndex(state.Cib.Configuration));
        bool maintained = state.Member(node) is { } member && NodeAttributes.IsMaintained(state, member);
        ILookup<bool, StartedAs> running = state.Started.Values.Where(s => s.Node == node)
            .ToLookup(s => !maintained && resources.IsManaged(s));
        ClusterOptions options = ControlOptions.Of(state);
        return new LocalStops(
            InRounds([.. running[true]], resources)
                .Select(round => round.Select(s => Step(s, state, resources, options)).ToEquatableArray())
                .ToEquatableArray(),
            running[false].Select(s => s.Resource).ToEquatableArray());
    }

    private static LocalStopStep Step(
        StartedAs started, ReplicatedState state, StartedResources resources, ClusterOptions options)
    {
        long timeout = resources.TimeoutMs(started, OperationNames.Stop);
        bool promoted = state.Member(started.Node) is { } member
            && HistoryReading.Of(state.Cib.Status, member.Uuid, started.Resource) is { } history
            && HistoryReading.MayBePromoted(history);
        return new LocalStopStep(
            started.Resource, timeout, StopLook.TimeoutMs(options, started.Agent.Class, timeout),
            StopExtension.MaxMs(options, started.Agent.Class, timeout),
            promoted ? resources.TimeoutMs(started, OperationNames.Demote) : 0);
    }

    private static IEnumerable<IReadOnlyList<StartedAs>> InRounds(
        IReadOnlyCollection<StartedAs> running, StartedResources resources)
    {
        ILookup<StartedAs, StartedAs> before = Before(running, resources);
        HashSet<StartedAs> left = [.. running];
        while (left.Count > 0)
        {
            List<StartedAs> free = [.. running.Where(s => left.Contains(s) && !before[s].Any(left.Contains))];
            if (free.Count == 0)
                free = [running.Where(left.Contains).MaxBy(s => s.SinceMs ?? long.MaxValue)!];
            left.ExceptWith(free);
            yield return free;
        }
    }

    // For each, what has to be stopped before it.
    private static ILookup<StartedAs, StartedAs> Before(
        IReadOnlyCollection<StartedAs> running, StartedResources resources)
    {
        ILookup<ResourceId, StartedAs> byId = running
            .SelectMany(s => resources.Chain(resources.Configured(s)).Select(r => (r.Id, Started: s)))
            .ToLookup(p => p.Id, p => p.Started);
        IEnumerable<Resource.Group> groups = running
            .SelectMany(s =>
                resources.Chain(resources.Configured(s)).OfType<Resource.Group>()).DistinctBy(g => g.Id);
        IEnumerable<(StartedAs First, StartedAs Then)> pairs = groups.SelectMany(OfGroup)
            .Concat(OfConstraints(resources.Index))
            .SelectMany(p => byId[p.First].SelectMany(f => byId[p.Then].Select(t => (First: f, Then: t))))
            .Where(p => p.First != p.Then);
        return pairs.ToLookup(p => p.First, p => p.Then);
    }

    // Not only of neighbours: one between two that run may be stopped.
    private static IEnumerable<(ResourceId First, ResourceId Then)> OfGroup(Resource.Group group) =>
        group.Members.SelectMany((first, i) => group.Members.Skip(i + 1).Select(then => (first.Id, then.Id)));

    private static IEnumerable<(ResourceId First, ResourceId Then)> OfConstraints(ConfigurationIndex index)
    {
        foreach (Constraint.Ordering order in index.Configuration.Constraints.OfType<Constraint.Ordering>()
            .Where(o => o.Symmetrical != false && o.Kind != OrderKind.Serialize))
        {
            if (order is { First: { } first, Then: { } then })
                yield return (first, then);
            foreach ((ResourceId earlier, ResourceId later) in OfSets(order, index))
                yield return (earlier, later);
        }
    }

    private static IEnumerable<(ResourceId First, ResourceId Then)> OfSets(
        Constraint.Ordering order, ConfigurationIndex index)
    {
        EquatableArray<ResourceId> earlier = [];
        foreach (ResourceSet set in order.Sets.Select(index.Resolve))
        {
            foreach (ResourceId first in earlier)
            {
                foreach (ResourceId then in set.Resources)
                    yield return (first, then);
            }

            if (set.Sequential != false)
            {
                foreach ((ResourceId first, ResourceId then) in set.Resources.Zip(set.Resources.Skip(1)))
                    yield return (first, then);
            }

            earlier = set.Resources;
        }
    }
}
