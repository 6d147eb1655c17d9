using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Fencing;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>Applies fence intents and what came of them.</summary>
internal static class FenceApply
{
    /// <summary>An intent, as the guard judges it. One about a boot that is already known dead, or that is
    /// already asked for, is refused; a shot by which nothing is won is avoided, and told.</summary>
    public static (ReplicatedState, CommandOutcome) Asked(
        ReplicatedState state, Command.FenceAsked asked, ApplyContext context)
    {
        FenceIntent intent = StartSuspicion.Named(state, asked.Intent);
        return FenceGuard.Judge(state, intent, context.From) switch
        {
            FenceVerdict.Refused refused => (state, new CommandOutcome.Refused(RefusalReason.Guard, refused.Objection)),
            FenceVerdict.Avoided avoided => (
                Avoid(state, intent, avoided.Sentence, context),
                new CommandOutcome.Refused(RefusalReason.Guard, avoided.Sentence)),
            FenceVerdict.AsAsked stands => (Begin(state, intent, stands.After, context), new CommandOutcome.Done(intent.Id)),
            FenceVerdict.AnotherAction other => (
                Begin(state, intent with { Action = other.Action }, other.After, context),
                new CommandOutcome.Done(intent.Id)),
        };
    }

    /// <summary>Another member shall shoot.</summary>
    public static (ReplicatedState, CommandOutcome) Assigned(ReplicatedState state, Command.FenceAssigned assigned) =>
        Change(state, assigned.FenceId, f => f with { Intent = f.Intent with { By = assigned.By } });

    /// <summary>
    /// A shot's result. Only with a success is the target known to run nothing; a failure counts, and once
    /// there are too many the fencing has failed: what waits for it goes on waiting.
    /// </summary>
    public static (ReplicatedState, CommandOutcome) Ended(
        ReplicatedState state, Command.FenceEnded ended, ApplyContext context)
    {
        if (state.Fences.FirstOrDefault(f => f.Intent.Id == ended.FenceId) is not { } fence
            || !(fence.IsOpen || fence.MayStillHit || (ended.Succeeded && IsToldLate(state, fence))))
            return (state, new CommandOutcome.Refused(RefusalReason.Stale, "that fencing has ended"));
        bool countsLate = ended.Succeeded && IsToldLate(state, fence);
        fence = fence with { MayStillHit = false };
        if (!fence.IsOpen && !countsLate)
            return (Put(state, fence), CommandOutcome.Plain);
        if (ended.Succeeded)
            return (Succeed(state, fence, ended, context), CommandOutcome.Plain);
        int attempts = fence.Attempts + 1;
        int attemptsMax = Math.Clamp(ControlOptions.FencingAttempts(state), 1, 1_000);
        bool over = attempts >= attemptsMax;
        fence = fence with
        {
            Attempts = attempts,
            Device = ended.Device,
            Reason = ended.Reason,
            Stage = over ? FenceStage.Failed : FenceStage.Asked,
            End = over ? context.At : null,
        };
        state = Put(state, fence);
        return (state.Tell(
            context.At, "fence-failed",
            $"attempt {attempts} of {attemptsMax} at {fence.Intent.Target} failed: {ended.Reason}", fence.Intent.Target),
            CommandOutcome.Plain);
    }

    // Its target was back before anybody could commit that the shot had hit: it counts as one that did.
    private static bool IsToldLate(ReplicatedState state, FenceState fence) =>
        fence.Stage == FenceStage.Obsolete && state.Member(fence.Intent.Target) is { } member
            && member.Incarnation != fence.Intent.TargetIncarnation;

    /// <summary>A person vouches that a node is off.</summary>
    public static (ReplicatedState, CommandOutcome) Confirmed(
        ReplicatedState state, Command.FenceConfirmed confirmed, ApplyContext context)
    {
        if (state.Member(confirmed.Node) is { Phase: MemberPhase.Joined or MemberPhase.Joining })
        {
            return (state, new CommandOutcome.Refused(
                RefusalReason.Guard,
                $"{confirmed.Node} is a member and is heard: it isn't off; "
                + $"do: switch it off first, or: truce fence node {confirmed.Node}"));
        }

        foreach (FenceState fence in state.OpenFences.Where(f => f.Intent.Target == confirmed.Node).ToList())
            state = Put(state, fence with { Stage = FenceStage.Confirmed, End = context.At, Guard = confirmed.By });
        MemberState member = state.Member(confirmed.Node) ?? NeverSeen(confirmed.Node);
        state = MarkDead(state, member, member.Incarnation);
        state = state.Tell(
            context.At, "fence-confirmed", $"{confirmed.By} confirmed that {confirmed.Node} is off: {confirmed.Reason}",
            confirmed.Node);
        return (AllowedStarts.Release(state, context), CommandOutcome.Plain);
    }

    /// <summary>A person has fixed what made fencing of a node fail, or why a node or a resource is held:
    /// attempts and shots are counted from the start, and a resource's failed operations are forgotten,
    /// so that it is tried again.</summary>
    public static (ReplicatedState, CommandOutcome) Released(
        ReplicatedState state, Command.FenceReleased released, ApplyContext context)
    {
        ResourceId resource = new(released.Node.Value);
        FenceState[] tried = [.. state.Fences.Where(f => f.Intent.Target == released.Node && f.Stage == FenceStage.Asked)];
        bool failed = state.Fences.LastOrDefault(
            f => f.Intent.Target == released.Node && f.Stage != FenceStage.Refused) is { IsGivenUp: true };
        bool held = state.Fences.Any(f => FenceLedger.IsUnclosed(f) && f.Intent.Target == released.Node);
        bool blocked = state.Fences.Any(f => FenceLedger.IsUnclosed(f) && IsFor(f, resource));
        if (tried.Length == 0 && !failed && !held && !blocked)
            return (state, new CommandOutcome.Refused(RefusalReason.BadInput, $"fencing holds nothing back for {released.Node}"));
        string by = $"released by {released.By}: {released.Reason}";
        foreach (FenceState fence in tried)
            state = Put(state, fence with { Attempts = 0, Guard = by });
        bool IsFailed(FenceState fence) => fence.IsGivenUp && fence.Intent.Target == released.Node;
        state = state with
        {
            Fences = [.. state.Fences.Select(f => IsFailed(f) ? f with { Closed = by } : f)],
        };
        state = FenceLedger.Close(state, f => f.Intent.Target == released.Node, by);
        state = FenceLedger.CloseFor(state, resource, by);
        if (blocked)
            (state, _) = AttributeApply.Forget(state, new Command.Forget([resource], null, false, null), context);
        return (state.Tell(
            context.At, "fence-released", $"{released.By} released {released.Node}: {released.Reason}",
            blocked ? null : released.Node, blocked ? resource : null), CommandOutcome.Plain);
    }

    private static bool IsFor(FenceState fence, ResourceId resource) =>
        FenceLedger.Failures(fence.Intent).Except(FenceLedger.Suspects(fence.Intent)).Concat(
            FenceLedger.CountingSuspects(fence))
            .Any(f => f.Resource == resource);

    /// <summary>Adds finished fencings that this lineage didn't know.</summary>
    public static (ReplicatedState, CommandOutcome) Remembered(
        ReplicatedState state, Command.FencesRemembered remembered)
    {
        Dictionary<string, FenceState> told = remembered.Fences.DistinctBy(f => f.Intent.Id)
            .ToDictionary(f => f.Intent.Id, StringComparer.Ordinal);
        ImmutableHashSet<string> known = [.. state.Fences.Select(f => f.Intent.Id)];
        IEnumerable<FenceState> missing = remembered.Fences
            .Where(f => !f.IsOpen && !known.Contains(f.Intent.Id)).Select(f => f with { SuspectedMs = null });
        // What a person released, or evidence closed, and this lineage didn't hear of, stays so.
        IEnumerable<FenceState> present = state.Fences.Select(
            f => told.TryGetValue(f.Intent.Id, out FenceState? other)
            ? f with
            {
                Closed = f.Closed.Length > 0 ? f.Closed : other.Closed,
                NodeClosed = f.NodeClosed.Length > 0 ? f.NodeClosed : other.NodeClosed,
                Acquittals = FenceLedger.Merge(f.Acquittals, other.Acquittals),
            }
            : f);
        ImmutableArray<FenceState> all = [.. present.Concat(missing).OrderBy(f => f.Begin).ThenBy(f => f.Intent.Id, StringComparer.Ordinal)];
        while (all.Length > ReplicatedState.FencesMax && Oldest(all) is { } oldest)
            all = all.Remove(oldest);
        return (state with { Fences = all }, CommandOutcome.Plain);
    }

    /// <summary>The node is there as another boot: nobody shoots the new one for what the old one did. What
    /// is under way can't be called back: the node waits for it
    /// (<see cref="ShotsOnTheWay"/>).</summary>
    public static ReplicatedState MakeObsolete(
        ReplicatedState state, MemberState member, string boot, ApplyContext context)
    {
        string[] ended =
            [.. state.OpenFences.Where(f => f.Intent.Target == member.Node && !f.Intent.IsUnfencing)
            .Select(f => f.Intent.Id)];
        state = End(
            state, f => f.Intent.Target == member.Node, context, "the node rebooted before it was shot");
        foreach (FenceState fence in state.Fences.Where(f => ended.Contains(f.Intent.Id)).ToList())
            state = Put(state, fence with { MayStillHit = true, Threatens = boot });
        return state;
    }

    /// <summary>Members that aren't here any more don't say when their agents have ended.</summary>
    public static ReplicatedState ForgetShots(ReplicatedState state, ImmutableSortedSet<NodeId> present)
    {
        foreach (
            FenceState fence in state.Fences.Where(f => f.MayStillHit
                && !present.Contains(f.Intent.By)).ToList())
            state = Put(state, fence with { MayStillHit = false });
        return state;
    }

    /// <summary>A view in which a target speaks, and without which nobody would have quorum: no shot can
    /// follow, as none could be asked for now, and an intent that stays would only keep the node from work.
    /// It reports what it runs, as everybody who comes back does.</summary>
    public static ReplicatedState EndVain(ReplicatedState state, ApplyContext context)
    {
        bool IsVain(FenceState fence) => !fence.Intent.IsUnfencing
            && FenceGuard.IsVain(state, fence.Intent.Target);
        const string Reason = "the node is back, and without it there would be no quorum";
        // In the boot that something was starting in: it didn't crash.
        state = FenceLedger.Acquit(
            state, f => f.IsOpen && IsVain(f), _ => true, AcquittalReach.Everywhere, "the node survived");
        return End(state, IsVain, context, Reason);
    }

    /// <summary>A node that has been away is back in the same boot, and has told what it runs: after an
    /// attempt that failed, others would cost what waits for them, and win nothing. What a failure on the
    /// node asked for is still wanted.</summary>
    public static ReplicatedState EndReturned(
        ReplicatedState state, Command.NodeJoined joined, ApplyContext context) => End(
            state, f => f is { Attempts: > 0, Intent.IsUnfencing: false }
                && f.Intent.Target == joined.Node && f.Intent.TargetIncarnation == joined.Incarnation
                && f.Intent.Causes.All(c => c is FenceCause.NodeLost or FenceCause.ControllerLost
                    or FenceCause.Silent or FenceCause.LostInStart),
            context, "the node is back, and fencing it had failed");

    private static ReplicatedState Begin(
        ReplicatedState state, FenceIntent intent, FenceAftermath after, ApplyContext context)
    {
        if (!intent.IsUnfencing)
            state = End(state, f => f.Intent.IsUnfencing && f.Intent.Target == intent.Target, context, "the node is fenced instead");
        FenceState fence = new()
        {
            Intent = intent with { Allowed = [] },
            Stage = FenceStage.Asked,
            Epoch = state.FenceEpoch + 1,
            Index = state.Index,
            Begin = context.At,
            SuspectedMs = FenceLedger.Suspects(intent).Any() ? state.ClusterTimeMs : null,
            OrderedBy = context.From,
            Guard = after.Sentence,
            Quarantine = after.Quarantine,
        };
        state = Keep(state with { FenceEpoch = fence.Epoch }, fence);
        state = state.Tell(
            context.At, "fence-asked",
            FenceWords.Asked(intent, after), intent.Target);
        return AllowedStarts.Begin(state, intent, context);
    }

    // A shot that isn't fired is told like one that is; once for each boot and cause.
    private static ReplicatedState Avoid(
        ReplicatedState state, FenceIntent intent, string sentence, ApplyContext context)
    {
        if (FenceLedger.IsTold(state, intent))
            return state;
        FenceState fence = new()
        {
            Intent = intent with { Allowed = [], By = new NodeId("") },
            Stage = FenceStage.Refused,
            Epoch = state.FenceEpoch,
            Index = state.Index,
            Begin = context.At,
            End = context.At,
            OrderedBy = context.From,
            Guard = sentence,
        };
        state = Keep(state, fence);
        return state.Tell(context.At, "fence-avoided", sentence, intent.Target);
    }

    private static ReplicatedState End(
        ReplicatedState state, Func<FenceState, bool> which, ApplyContext context, string reason)
    {
        foreach (FenceState fence in state.OpenFences.Where(which).ToList())
            state = Put(state, fence with { Stage = FenceStage.Obsolete, End = context.At, Reason = reason });
        return state;
    }

    private static ReplicatedState Succeed(
        ReplicatedState state, FenceState fence, Command.FenceEnded ended, ApplyContext context)
    {
        fence = fence with
        {
            Stage = FenceStage.Done,
            End = context.At,
            Device = ended.Device,
            Reason = "",
            Proof = ended.Proof,
        };
        state = FencePathApply.Shot(Put(state, fence), fence, context);
        NodeId target = fence.Intent.Target;
        if (fence.IsProof)
        {
            MemberState member = state.Member(target) ?? NeverSeen(target);
            state = MarkDead(state, member, fence.Intent.TargetIncarnation);
        }
        else if (fence.Intent.IsUnfencing && state.Member(target) is { } letIn)
        {
            // What the scheduler (and Pacemaker's documents) look for: since when the node is let in.
            state = state with
            {
                Cib = StatusEditing.Change(state.Cib, letIn.Uuid, target, n => StatusEditing.SetTransient(
                    n, "#node-unfenced", StatusEditing.Seconds(context.At))),
            };
        }

        state = state.Tell(context.At, "fence-confirmed", FenceWords.Confirmed(fence, ended), target);
        return AllowedStarts.Release(state, context);
    }

    // A node that has meanwhile come back as another boot isn't touched by the death of the earlier one.
    private static ReplicatedState MarkDead(ReplicatedState state, MemberState member, string incarnation) =>
        member.Incarnation == incarnation
            ? MembershipApply.TakeDown(state, member with { DeadIncarnation = incarnation })
            : state;

    private static MemberState NeverSeen(NodeId node) => new()
    {
        Node = node,
        Uuid = new NodeUuid(node.Value),
        Phase = MemberPhase.Lost,
        Incarnation = "",
        ControllerSession = "",
        ExecutorSession = "",
        JoinedIndex = 0,
    };

    private static (ReplicatedState, CommandOutcome) Change(
        ReplicatedState state, string id, Func<FenceState, FenceState> change) =>
        state.Fences.FirstOrDefault(f => f.Intent.Id == id) is { IsOpen: true } fence
            ? (Put(state, change(fence)), CommandOutcome.Plain)
            : (state, new CommandOutcome.Refused(RefusalReason.Stale, "that fencing has ended"));

    private static ReplicatedState Put(ReplicatedState state, FenceState fence)
    {
        int at = state.Fences.ToList().FindIndex(f => f.Intent.Id == fence.Intent.Id);
        return state with { Fences = state.Fences.SetItem(at, fence) };
    }

    /// <summary>The state with one more in the history.</summary>
    internal static ReplicatedState Keep(ReplicatedState state, FenceState fence) =>
        state with { Fences = Keep(state.Fences).Add(fence) };

    private static ImmutableArray<FenceState> Keep(ImmutableArray<FenceState> fences)
    {
        if (fences.Length < ReplicatedState.FencesMax)
            return fences;
        FenceState? oldest = Oldest(fences);
        return oldest is null ? fences : fences.Remove(oldest);
    }

    // What still counts is forgotten last.
    private static FenceState? Oldest(ImmutableArray<FenceState> fences) =>
        fences.FirstOrDefault(f => !f.IsOpen && !FenceLedger.IsUnclosed(f)) ?? fences.FirstOrDefault(
            f => !f.IsOpen);
}
