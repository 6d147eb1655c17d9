using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>
/// Which starts go along with a fence intent, so that the member who shoots can run them the moment its
/// device confirms: while the dead node's token runs out, Corosync delivers nothing for seconds.
/// </summary>
internal static class AllowingStarts
{
    private const int StartsMax = 64;

    /// <summary>The intent with its starts, carried out by the capable member with
    /// the most waiting starts.</summary>
    public static FenceIntent With(
        FenceIntent intent, int action, TransitionRun run, ReplicatedState state, ControlLimits limits, Instant now)
    {
        if (intent.IsUnfencing || state.View is not { } view)
            return intent;
        NodeId[] able = FencePlanning.Shooters(state, intent.Target, intent.Action);
        if (able.Length == 0)
            return intent;
        var (by, starts) = able.Select(n => (Node: n, Starts: run.StartsBehind(action, n).Take(StartsMax).ToList()))
            .MaxBy(c => c.Starts.Count); // The first of equals, so that the order of those asked stays.
        if (starts.Count == 0)
            return intent;
        EquatableArray<Order> allowed = starts
            .Select(s => run.Allow(s.Start, s.After, state, limits.AllowedStart, now)).OfType<Order>().ToEquatableArray();
        return intent with { By = by, Allowed = allowed, AllowedIn = view.Epoch };
    }

    /// <summary>
    /// Whether a member is about to say what became of an allowed start. A plan made before
    /// that would see the resource both on the dead node and on the member; the member's word,
    /// its report or its loss ends the wait.
    /// </summary>
    public static bool IsUndecided(ReplicatedState state) => state.Pending.Values.Any(
        o => o.Fence is not null && state.Member(o.Node) is { Phase: MemberPhase.Joined });
}
