using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Fencing;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>
/// What the fence history still counts for. It is the only memory of the guard: durable on
/// every node, passed on when nodes join, and not affected by the fencing that it records. A
/// cause counts until evidence closes it.
/// </summary>
public static class FenceLedger
{
    /// <summary>Whether a fencing counts: it was a shot, or will be one, and
    /// its causes aren't closed.</summary>
    public static bool Counts(FenceState fence) => fence.Closed.Length == 0 && !fence.Intent.IsUnfencing
        && fence.Stage is FenceStage.Asked or FenceStage.Done or FenceStage.Failed or FenceStage.Confirmed;

    /// <summary>The failures of resources that a fencing counts for.</summary>
    public static IEnumerable<ResourceFailure> CountingFailures(FenceState fence)
    {
        if (Counts(fence))
            return Failures(fence.Intent).Except(Acquitted(fence, AcquittalReach.Everywhere));
        // The node crashed, whether or not it was shot for that.
        return fence is { Stage: FenceStage.Obsolete, Closed.Length: 0 } ? CountingSuspects(fence) : [];
    }

    /// <summary>Those for which it still bans from its target.</summary>
    public static IEnumerable<ResourceFailure> BanningFailures(FenceState fence) =>
        CountingFailures(fence).Except(Acquitted(fence, AcquittalReach.Bans));

    /// <summary>What was starting on its target, of those for which it counts.</summary>
    public static IEnumerable<ResourceFailure> CountingSuspects(FenceState fence) =>
        fence is { Closed.Length: 0, Stage: not FenceStage.Refused }
            ? Suspects(fence.Intent).Except(Acquitted(fence, AcquittalReach.Everywhere))
            : [];

    /// <summary>What was starting on the target of an intent when it was lost.</summary>
    public static IEnumerable<ResourceFailure> Suspects(FenceIntent intent) =>
        intent.Causes.OfType<FenceCause.LostInStart>().Select(c => c.Failure);

    /// <summary>Shots for a resource's failing operation, over all nodes, other than for the same incident: a
    /// fencing that is tried again isn't another shot.</summary>
    public static int ShotsFor(ReplicatedState state, ResourceFailure failure, FenceIntent but) =>
        Shots(state.Fences.Where(f => CountingFailures(f).Any(failure.IsSameCause)), but);

    /// <summary>How many shots fencings come to: those at one boot of a node are one,
    /// however often it was tried.</summary>
    public static int Shots(IEnumerable<FenceState> fences) =>
        fences.Select(f => Incident(f.Intent)).Distinct().Count();

    /// <summary>Shots at a node for causes that lie in it.</summary>
    public static int ShotsForNode(ReplicatedState state, FenceIntent but) =>
        Shots(state.Fences.Where(f => CountsAgainstNode(f) && IsNodes(f) && f.Intent.Target == but.Target),
            but);

    /// <summary>Shots at a node, whatever the causes.</summary>
    public static int ShotsAt(ReplicatedState state, FenceIntent but) =>
        Shots(state.Fences.Where(f => CountsAgainstNode(f) && f.Intent.Target == but.Target), but);

    /// <summary>
    /// Whether one more shot by a coordinator would go on with a mutual shooting, over cycles
    /// of any length: the target has had the coordinator shot, perhaps through others, after
    /// the coordinator had it shot before.
    /// </summary>
    public static bool IsMutual(ReplicatedState state, NodeId orderedBy, NodeId target)
    {
        FenceState[] shots = [
            .. state.Fences.Where(
                f => CountsAgainstNode(f) && f.OrderedBy is { } by && by != f.Intent.Target)];
        if (orderedBy == target || !shots.Any(f => f.OrderedBy == orderedBy && f.Intent.Target == target))
            return false;
        HashSet<NodeId> reached = [target];
        Queue<NodeId> next = new(reached);
        while (next.TryDequeue(out NodeId from))
        {
            foreach (NodeId to in shots.Where(f => f.OrderedBy == from).Select(f => f.Intent.Target).Where(reached.Add))
                next.Enqueue(to);
        }

        return reached.Contains(orderedBy);
    }

    /// <summary>The failures that an intent is for.</summary>
    public static IEnumerable<ResourceFailure> Failures(FenceIntent intent) =>
        intent.Causes.Select(FenceCauses.FailureOf).OfType<ResourceFailure>();

    /// <summary>Whether the same avoided shot has already been recorded.</summary>
    public static bool IsTold(ReplicatedState state, FenceIntent intent) => state.Fences.Any(
        f => f.Stage == FenceStage.Refused && f.Closed.Length == 0 && f.Intent.Target == intent.Target
            && f.Intent.TargetIncarnation == intent.TargetIncarnation
            && Failures(intent).All(a => Failures(f.Intent).Any(a.IsSameCause)));

    /// <summary>Closes the causes of those that match.</summary>
    public static ReplicatedState Close(ReplicatedState state, Func<FenceState, bool> which, string evidence) =>
        !state.Fences.Any(f => IsUnclosed(f) && which(f)) ? state : state with
        {
            Fences = [.. state.Fences.Select(f => IsUnclosed(f) && which(f) ? f with { Closed = evidence } : f)],
        };

    /// <summary>Whether something could still be closed: a shot's causes, or those of
    /// a shot that was avoided.</summary>
    public static bool IsUnclosed(FenceState fence) => Counts(fence) || CountingSuspects(fence).Any()
        || (fence.Stage == FenceStage.Refused && fence.Closed.Length == 0);

    /// <summary>Ends what a loss means for resources that were starting there. What the shot
    /// means for its node stays.</summary>
    public static ReplicatedState Acquit(
        ReplicatedState state, Func<FenceState, bool> which, Func<ResourceFailure, bool> whom,
        AcquittalReach reach,
        string evidence)
    {
        foreach (FenceState fence in state.Fences.Where(f => f.Intent.Causes.Count > 1 && which(f)))
        {
            IEnumerable<ResourceFailure> from = reach == AcquittalReach.Everywhere
                ? CountingSuspects(fence)
                : CountingSuspects(fence).Except(Acquitted(fence, AcquittalReach.Bans));
            Acquittal[] found = [
                .. from.Where(whom).Select(s => s.Resource).Distinct().Select(
                    r => new Acquittal(r, reach, evidence))];
            if (found.Length > 0)
                state = state with { Fences = state.Fences.Replace(
                    fence, fence with { Acquittals = Merge(fence.Acquittals, found) }) };
        }

        return state;
    }

    /// <summary>What speaks for resources by either side: the one that reaches further wins.</summary>
    public static EquatableArray<Acquittal> Merge(
        EquatableArray<Acquittal> one, IEnumerable<Acquittal> other) =>
    [
        .. one.Concat(other).GroupBy(a => a.Resource).OrderBy(g => g.Key)
            .Select(g => g.OrderByDescending(a => a.Reach).First()),
    ];

    /// <summary>Ends what fencings mean for their nodes, but not for what was starting there.</summary>
    public static ReplicatedState CloseForNode(
        ReplicatedState state, Func<FenceState, bool> which, string evidence)
    {
        bool IsMeant(FenceState fence) => CountsAgainstNode(fence) && IsNodes(fence)
            && fence.Quarantine == FenceQuarantine.None && which(fence);
        if (!state.Fences.Any(IsMeant))
            return state;
        return state with
        {
            Fences =
            [
                .. state.Fences.Select(f => !IsMeant(f) ? f
                    : CountingSuspects(f).Any() ? f with { NodeClosed = evidence }
                    : f with { Closed = evidence }),
            ],
        };
    }

    private static bool CountsAgainstNode(FenceState fence) => Counts(fence) && fence.NodeClosed.Length == 0;

    private static IEnumerable<ResourceFailure> Acquitted(FenceState fence, AcquittalReach atLeast) =>
        fence.Acquittals.IsEmpty ? [] : Suspects(fence.Intent)
            .Where(s => fence.Acquittals.Any(a => a.Resource == s.Resource && a.Reach >= atLeast));

    /// <summary>Causes end with the definition that they were of.</summary>
    public static ReplicatedState CloseChanged(ReplicatedState state, IReadOnlySet<ResourceId> changed)
    {
        ResourceId[] causes =
        [
            .. state.Fences.Where(IsUnclosed).SelectMany(f => Failures(f.Intent)).Select(f =>
            f.Resource).Distinct()
                .Where(changed.Contains),
        ];
        return causes.Aggregate(state, (s, id) => CloseFor(s, id, $"the configuration of {id} has changed"));
    }

    /// <summary>Ends all that fencings mean for a resource.</summary>
    public static ReplicatedState CloseFor(ReplicatedState state, ResourceId resource, string evidence) =>
        Acquit(
            Close(state, f => !Suspects(f.Intent).Any()
                && Failures(f.Intent).Any(x => x.Resource == resource), evidence),
            _ => true, s => s.Resource == resource, AcquittalReach.Everywhere, evidence);

    /// <summary>Causes that lay in nodes end where a node was a member, and did what it
    /// was asked, for long enough.</summary>
    public static ReplicatedState CloseProven(ReplicatedState state)
    {
        if (!state.Fences.Any(f => Counts(f) && IsNodes(f)))
            return state;
        return CloseForNode(
            state,
            f => state.Member(f.Intent.Target) is { Phase: MemberPhase.Joined } m
                && m.Incarnation != f.Intent.TargetIncarnation
                && m.JoinedMs > 0 && state.ClusterTimeMs - m.JoinedMs >= ProvenAfterMs,
            "the node has been a member without interruption for a day since");
    }

    /// <summary>Whether the cause that decided lies in the node.</summary>
    public static bool IsNodes(FenceState fence) => FenceCauses.Scope(fence.Intent.Cause) == FenceScope.Node;

    // A day of cluster time, which stands still without quorum.
    private const long ProvenAfterMs = 24L * 60 * 60 * 1000;

    private static int Shots(IEnumerable<FenceState> fences, FenceIntent but) =>
        Shots(fences.Where(f => Incident(f.Intent) != Incident(but)));

    private static (NodeId, string) Incident(FenceIntent intent) => (intent.Target, intent.TargetIncarnation);
}
