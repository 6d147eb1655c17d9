using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Replication;
using Truce.Scheduler;

namespace Truce.Control;

/// <summary>
/// Stops that a graph could begin with, of resources that run well and only move: their start elsewhere
/// waits for a fencing. Such a stop waits for it too, or the resource would be down for as long as the
/// fencing takes, and without end where it fails. It isn't held back if anything else waits for it, if the
/// resource has failed there, or if its node is to be emptied (docs/decisions/0072).
/// </summary>
internal static class MovesBehindFencing
{
    /// <summary>For each such stop, the fencings that it waits for.</summary>
    public static ImmutableDictionary<int, ImmutableHashSet<int>> Of(
        TransitionGraph graph, ReplicatedState state)
    {
        Dictionary<int, GraphAction> actions = graph.Actions.ToDictionary(a => a.Id);
        if (!actions.Values.Any(a => a is GraphAction.Fence))
            return ImmutableDictionary<int, ImmutableHashSet<int>>.Empty;
        Dictionary<int, ImmutableHashSet<int>> moves = [];
        foreach (GraphAction.ResourceOperation stop in actions.Values.OfType<GraphAction.ResourceOperation>()
            .Where(a => a.Operation == OperationNames.Stop && MayStay(a, state)))
        {
            ImmutableHashSet<int> fences = [.. actions.Values.OfType<GraphAction.ResourceOperation>()
                .Where(a => IsStartElsewhere(a, stop)).SelectMany(a => Fences(a, actions))];
            if (!fences.IsEmpty)
                moves.Add(stop.Id, fences);
        }

        ILookup<int, GraphAction> successors = graph.Actions
            .SelectMany(a => a.Inputs.Select(i => (i.Action, Next: a))).ToLookup(p => p.Action, p => p.Next);
        // What isn't a move alone takes those that it was found with out of the others' company.
        for (int other; (other = moves.Keys.FirstOrDefault(IsMore, -1)) >= 0;)
            moves.Remove(other);
        return moves.ToImmutableDictionary();

        bool IsMore(int stop) => !ConcernsMovesAlone(stop, moves, actions, successors);
    }

    private static bool IsStartElsewhere(
        GraphAction.ResourceOperation action, GraphAction.ResourceOperation stop) =>
        action.Operation == OperationNames.Start && action.Resource.Id == stop.Resource.Id
        && action.Node is not null && action.Node != stop.Node;

    private static bool MayStay(GraphAction.ResourceOperation stop, ReplicatedState state) =>
        stop is { Node: { } node, Router: null, Resource.Class: not AgentName.Stonith }
        && state.Member(node) is { Phase: MemberPhase.Joined } member
        && !StoreApply.IsLeaving(state, member)
        && CibBoolean.Parse(NodeAttributes.Value(state, member, "standby")) != true
        && HistoryReading.FailCount(
            HistoryReading.Node(state.Cib.Status, member.Uuid), stop.Resource.Id) == default;

    private static IEnumerable<int> Fences(GraphAction start, Dictionary<int, GraphAction> actions)
    {
        HashSet<int> seen = [start.Id];
        Queue<GraphAction> next = new([start]);
        while (next.TryDequeue(out GraphAction? action))
        {
            if (action is GraphAction.Fence)
                yield return action.Id;
            foreach (GraphInput input in action.Inputs)
            {
                if (seen.Add(input.Action) && actions.TryGetValue(input.Action, out GraphAction? before))
                    next.Enqueue(before);
            }
        }
    }

    private static bool ConcernsMovesAlone(
        int stop, Dictionary<int, ImmutableHashSet<int>> moves, Dictionary<int, GraphAction> actions,
        ILookup<int, GraphAction> successors)
    {
        HashSet<string> moving =
            [.. moves.Keys.Select(id => ((GraphAction.ResourceOperation)actions[id]).Resource.Id)];
        HashSet<int> seen = [stop];
        Queue<int> next = new([stop]);
        while (next.TryDequeue(out int id))
        {
            foreach (GraphAction action in successors[id].Where(a => seen.Add(a.Id)))
            {
                bool concerns = action is GraphAction.Pseudo
                    || (action is GraphAction.ResourceOperation operation
                        && moving.Contains(operation.Resource.Id));
                if (!concerns)
                    return false;
                next.Enqueue(action.Id);
            }
        }

        return true;
    }
}
