using System.Collections.Immutable;
using System.Globalization;
using Truce.Model;
using Truce.Model.Fencing;
using Truce.Model.Replication;
using Truce.Scheduler;

namespace Truce.Control;

/// <summary>
/// The fence guard's rule for what was starting on a node when the node was lost: it may be what killed it,
/// and would kill the next one. From the first loss it is banned from that node; after as many as one cause
/// may cost shots it is blocked, and only it (docs/decisions/0054-what-a-node-was-lost-over.md).
/// </summary>
internal static class StartSuspicion
{
    /// <summary>An intent for a node that is lost, with what was starting there among its causes.</summary>
    public static FenceIntent Named(ReplicatedState state, FenceIntent intent)
    {
        if (FenceCauses.Scope(intent.Cause) != FenceScope.Node
            || state.Member(intent.Target)?.Incarnation != intent.TargetIncarnation)
            return intent;
        FenceCause[] suspects = [.. Starting(state, intent.Target).Except(intent.Causes)];
        return suspects.Length == 0 ? intent : intent with
        {
            Causes = [.. intent.Causes, .. suspects],
            Evidence = string.Join(
                "; ", suspects.Select(s => FenceWords.Evidence(s, intent.Target)).Prepend(intent.Evidence)),
        };
    }

    /// <summary>What follows from a shot at a node, with what follows for those
    /// that were starting on it.</summary>
    public static FenceAftermath Add(ReplicatedState state, FenceIntent intent, FenceAftermath after)
    {
        int limit = FencePolicy.Of(state).ShotsPerCause;
        ResourceFailure[] suspects = [.. FenceLedger.Suspects(intent)];
        if (suspects.Length == 0 || limit == int.MaxValue)
            return after;
        string words = string.Join(
            "; ", suspects.Select(s => Sentence(intent.Target, s, Losses(state, s, intent) + 1, limit)));
        return after with
        {
            Bans = [.. suspects.Select(s => s.Resource).Distinct()],
            Blocks = [.. suspects.Where(s => Losses(state, s, intent) + 1 >= limit).Select(
                s => s.Resource).Distinct()],
            Sentence = after.Sentence.Length == 0 ? words : $"{after.Sentence}; {words}",
        };
    }

    /// <summary>A lost node is back as another boot. Even if it wasn't shot in the meantime, the loss is kept
    /// if something was starting there: a machine that crashes comes back faster than it is shot.</summary>
    public static ReplicatedState Rebooted(ReplicatedState state, MemberState member, ApplyContext context)
    {
        FenceCause[] suspects = [.. Starting(state, member.Node)];
        if (suspects.Length == 0 || state.Fences.Any(
            f => f.Intent.Target == member.Node && f.Intent.TargetIncarnation == member.Incarnation
                && FenceLedger.Suspects(f.Intent).Any()))
        {
            return state;
        }

        EquatableArray<FenceCause> causes = [new FenceCause.NodeLost(), .. suspects];
        FenceIntent intent = new(
            $"{member.Node}.{member.Incarnation}.lost", member.Node, member.Incarnation, "reboot",
            new NodeId(""), causes,
            string.Join("; ", causes.Select(c => FenceWords.Evidence(c, member.Node))));
        return FenceApply.Keep(state, new FenceState
        {
            Intent = intent,
            Stage = FenceStage.Obsolete,
            Epoch = state.FenceEpoch,
            Index = state.Index,
            Begin = context.At,
            End = context.At,
            SuspectedMs = state.ClusterTimeMs,
            OrderedBy = context.From,
            Reason = "the node rebooted before it was shot",
            Guard = Add(state, intent, FenceAftermath.None).Sentence,
        });
    }

    /// <summary>
    /// What may have cost a node waits for that node to return, where the next loss would cost the others
    /// their quorum: they would all stop for one resource. The wait is bounded, and a node that is left alone
    /// has nobody to spare (docs/decisions/0090-what-may-have-cost-a-node-waits.md).
    /// </summary>
    public static IEnumerable<GuardBan> Waits(ReplicatedState state)
    {
        FenceState[] waiting = [.. state.Fences.Where(f => IsWaiting(state, f))];
        if (waiting.Length == 0 || state.View is not { Participants.Count: > 1 } view)
            return [];
        long seconds = FencePolicy.Of(state).SuspectWaitMs / 1_000;
        return from fence in waiting
               from resource in FenceLedger.BanningFailures(fence)
                   .Intersect(FenceLedger.Suspects(fence.Intent)).Select(s => s.Resource).Distinct()
               from each in view.Participants
               where FenceGuard.IsVain(state, each.Member.Node)
               select new GuardBan(
                   resource, each.Member.Node,
                   $"{fence.Intent.Target} was lost while {resource} was starting, and losing another node "
                       + $"would cost the quorum: it waits until {fence.Intent.Target} is back, {seconds} s "
                       + $"at most, or until truce fence release {resource}");
    }

    /// <summary>Whether a wait has just run out, so that there is something to plan.</summary>
    public static bool IsOver(ReplicatedState before, ReplicatedState after) =>
        before.Fences.Any(f => IsWaiting(before, f) && !IsWaiting(after, f));

    private static bool IsWaiting(ReplicatedState state, FenceState fence) =>
        fence.SuspectedMs is { } since && state.ClusterTimeMs - since < FencePolicy.Of(state).SuspectWaitMs
        && state.Member(fence.Intent.Target) is not { Phase: MemberPhase.Joined }
        && FenceLedger.CountingSuspects(fence).Any();

    /// <summary>Evidence from what runs: where it has run for long enough since, on the
    /// node itself or elsewhere.</summary>
    public static ReplicatedState Acquit(ReplicatedState state)
    {
        if (!state.Fences.Any(f => FenceLedger.CountingSuspects(f).Any()))
            return state;
        long provenMs = FencePolicy.Of(state).ProvenAfterMs;
        foreach (StartedAs started in state.Started.Values)
        {
            if (Proof(state, started, provenMs) is not { } runs)
                continue;
            NodeId node = started.Node;
            string evidence = $"it has run on {node} since";
            state = FenceLedger.Acquit(
                state, f => f.Intent.Target == node, s => IsThat(s, runs), AcquittalReach.Everywhere,
                evidence);
            state = FenceLedger.Acquit(
                state, f => f.Intent.Target != node, s => IsThat(s, runs), AcquittalReach.Bans, evidence);
        }

        return state;
    }

    // Of what runs and isn't promoted nothing follows for a promotion.
    private static bool IsThat(ResourceFailure suspect, ResourceHistory runs) =>
        InstanceNames.IsOf(runs.Id.Value, suspect.Resource.Value)
        && (suspect.Operation != OperationNames.Promote || HistoryReading.MayBePromoted(runs));

    // Started successfully that long ago, on a node that is a member and has reported no stop.
    private static ResourceHistory? Proof(ReplicatedState state, StartedAs started, long provenMs) =>
        started.SinceMs is { } since && state.ClusterTimeMs - since >= provenMs
        && state.Member(started.Node) is { Phase: MemberPhase.Joined } member
        && HistoryReading.Of(state.Cib.Status, member.Uuid, started.Resource) is { } history
        && HistoryReading.Latest(history)
            is { OpStatus: (int)ExecutionStatus.Done, Operation: not OperationNames.Stop } last
        && HistoryReading.Runs(last.RcCode)
            ? history
            : null;

    private static IEnumerable<FenceCause> Starting(ReplicatedState state, NodeId node) =>
        state.Pending.Values.Where(o => o.Node == node && StartGuard.Activates(o)
            && o.Operation is OperationNames.Start or OperationNames.Promote or OperationNames.MigrateFrom)
            .Select(o => new FenceCause.LostInStart(new ResourceFailure(
                Configured(state, o.Resource), o.Operation, 0, $"{o.Agent}", "")))
            .Distinct();

    // An anonymous clone's instances are one cause.
    private static ResourceId Configured(ReplicatedState state, ResourceId instance) =>
        new(LostNodes.HistoryName(state.Cib.Configuration, instance));

    private static int Losses(ReplicatedState state, ResourceFailure suspect, FenceIntent but) =>
        FenceLedger.ShotsFor(state, suspect, but);

    private static string Sentence(NodeId node, ResourceFailure suspect, int loss, int limit)
    {
        string what = loss >= limit
            ? $"{suspect.Resource} is blocked everywhere until it is released"
            : $"{suspect.Resource} is banned from {node} until it has run elsewhere for a while, is "
                + $"released";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"this is node {loss} of {limit} lost during {suspect.Operation} of "
                + $"{suspect.Resource}: {what} (truce fence release {suspect.Resource}), or its "
                + $"configuration changes");
    }
}
