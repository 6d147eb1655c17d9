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
    /// <param name="actions">The graph's, by id.</param>
    /// <param name="successors">For each action, those that wait for it.</param>
    /// <param name="state">What is committed.</param>
    public static ImmutableDictionary<int, ImmutableHashSet<int>> Of(
        Dictionary<int, GraphAction> actions, Lazy<ILookup<int, GraphAction>> successors,
        ReplicatedState state)
    {
        if (!actions.Values.Any(a => a is GraphAction.Fence))
            return ImmutableDictionary<int, ImmutableHashSet<int>>.Empty;
        ILookup<string, GraphAction.ResourceOperation> starts = actions.Values
            .OfType<GraphAction.ResourceOperation>()
            .Where(a => a.Operation == OperationNames.Start && a.Node is not null)
            .ToLookup(a => a.Resource.Id);
        Dictionary<int, ImmutableHashSet<int>> moves = [];
        foreach (GraphAction.ResourceOperation stop in actions.Values.OfType<GraphAction.ResourceOperation>()
            .Where(a => a.Operation == OperationNames.Stop && starts.Contains(a.Resource.Id)
                && MayStay(a, state)))
        {
            ImmutableHashSet<int> fences = [.. starts[stop.Resource.Id]
                .Where(a => a.Node != stop.Node).SelectMany(a => Fences(a, actions))];
            if (!fences.IsEmpty)
                moves.Add(stop.Id, fences);
        }

        // One that concerns more than moves isn't held, and then neither is what it comes after.
        while (moves.Count > 0)
        {
            HashSet<string> moving =
                [.. moves.Keys.Select(id => ((GraphAction.ResourceOperation)actions[id]).Resource.Id)];
            int more = moves.Keys.FirstOrDefault(id => !ConcernsAlone(id, moving, successors.Value), -1);
            if (more < 0)
                break;
            moves.Remove(more);
        }

        return moves.ToImmutableDictionary();
    }

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

    // Whether nothing but actions of these resources waits for a stop.
    private static bool ConcernsAlone(int stop, HashSet<string> moving, ILookup<int, GraphAction> successors)
    {
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
