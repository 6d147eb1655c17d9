using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>Applies who is there: views, joins, leaves, suspicion.</summary>
internal static class MembershipApply
{
    /// <summary>A view begins. A member that isn't in it is judged by whether
    /// its node is still heard.</summary>
    public static ReplicatedState Formed(ReplicatedState state, Command.Formed formed, ApplyContext context)
    {
        state = state with { View = formed, Lineage = formed.Lineage > 0 ? formed.Lineage : state.Lineage };
        ImmutableSortedSet<NodeId> heard = [.. formed.Heard];
        ImmutableSortedSet<NodeId> present = [.. formed.Participants.Select(p => p.Member.Node)];
        foreach (Participant participant in formed.Participants)
            state = Take(state, participant, context);
        foreach (MemberState absent in state.Members.Values.Where(m => !present.Contains(m.Node)))
            state = Miss(state, absent, heard.Contains(absent.Node), formed.Silent.Contains(absent.Node), context);
        foreach (NodeId silent in formed.Silent.Where(n => !state.Members.ContainsKey(n)))
            state = Stranger(state, silent, context);
        state = FenceApply.ForgetShots(FenceApply.EndVain(state, context), present);
        return state.Tell(context.At, formed.Quorate ? "view" : "view-without-quorum", Describe(formed));
    }

    /// <summary>A member has reported what its executor is running.</summary>
    public static (ReplicatedState, CommandOutcome) Joined(
        ReplicatedState state, Command.NodeJoined joined, ApplyContext context)
    {
        if (state.Member(joined.Node) is not { } member || member.ControllerSession != joined.ControllerSession
            || member.Incarnation != joined.Incarnation || member.Phase is not (MemberPhase.Joining or MemberPhase.Joined))
        {
            return (state, new CommandOutcome.Refused(RefusalReason.Stale, $"{joined.Node} isn't joining in that session"));
        }

        bool sameExecutor = member.ExecutorSession == joined.ExecutorSession;
        state = sameExecutor ? DropUnreceived(state, joined) : ForgetHistory(state, member);
        state = state.With(member with
        {
            Phase = MemberPhase.Joined,
            QuietIncarnation = "",
            JoinedMs = member.Phase == MemberPhase.Joined ? member.JoinedMs : state.ClusterTimeMs,
            IsUnknown = false,
            ExecutorSession = joined.ExecutorSession,
            Unkillable = joined.Unkillable,
            SuspectedBy = [],
        });
        foreach (OperationResult result in joined.Unreported)
            state = OperationApply.Result(state, joined.Node, result, context, ResultSource.Inventory);
        state = StartedApply.Merge(state, joined.Started);
        state = FenceApply.EndReturned(state, joined, context);
        // It wasn't shot, and is here in the boot that something was starting in: that didn't crash it.
        state = FenceLedger.Acquit(
            state, f => f.Intent.Target == joined.Node && f.Intent.TargetIncarnation == joined.Incarnation
                && f.Stage is FenceStage.Failed or FenceStage.Obsolete,
            _ => true, AcquittalReach.Everywhere, "the node survived");
        state = DropEndedMonitors(state, member, joined);
        state = Present(state, member, true, true, "member", "member");
        if (joined.Reset.Length > 0)
            state = state.Tell(context.At, "node-reset", $"{joined.Node} had reset itself: {joined.Reset}",
                joined.Node);
        return (state.Tell(context.At, "node-joined", $"{joined.Node} has joined", joined.Node), CommandOutcome.Plain);
    }

    /// <summary>A node has left in order.</summary>
    public static (ReplicatedState, CommandOutcome) Left(
        ReplicatedState state, Command.NodeLeft left, ApplyContext context)
    {
        if (state.Member(left.Node) is not { } member || member.Incarnation != left.Incarnation)
            return (state, new CommandOutcome.Refused(RefusalReason.Stale, $"{left.Node} isn't a member in that boot"));
        state = TakeDown(state, member);
        state = state.With(state.Member(left.Node)! with { LeftBecause = member.StoreTrouble });
        state = FenceLedger.CloseForNode(
            state, f => f.Intent.Target == left.Node, "the node left in order, as requested");
        return (state.Tell(context.At, "node-left", $"{left.Node} has left in order", left.Node), CommandOutcome.Plain);
    }

    /// <summary>A controller that went alone didn't come back in time: from now on
    /// its node must be fenced.</summary>
    public static (ReplicatedState, CommandOutcome) GraceEnded(
        ReplicatedState state, Command.GraceEnded ended, ApplyContext context)
    {
        if (state.Member(ended.Node) is not { Phase: MemberPhase.ControllerGone or MemberPhase.Returned } member
            || member.ControllerSession != ended.ControllerSession)
        {
            return (state, new CommandOutcome.Refused(RefusalReason.Stale, $"{ended.Node}'s controller is back"));
        }

        return (LoseController(state, member, context, "didn't come back in time"), CommandOutcome.Plain);
    }

    /// <summary>
    /// A report that a member is stuck. With reports from a majority, a coordinator steps down
    /// (another one plans); any other member counts as lost together with its node, because it
    /// is unknown what it is still doing.
    /// </summary>
    public static (ReplicatedState, CommandOutcome) Suspected(
        ReplicatedState state, Command.Suspected suspected, ApplyContext context)
    {
        if (state.Member(suspected.Node) is not { Phase: MemberPhase.Joined or MemberPhase.Joining } member
            || member.ControllerSession != suspected.ControllerSession || member.SuspectedBy.Contains(suspected.By))
        {
            return (state, CommandOutcome.Plain);
        }

        member = member with { SuspectedBy = member.SuspectedBy.Add(suspected.By) };
        state = state.With(member);
        if (state.View is not { } view || VotesOf(view, member.SuspectedBy) < view.Needed)
            return (state, CommandOutcome.Plain);
        if (CoordinatorRule.Choose(state) != member.Node)
            return (LoseController(state, member, context, "shows no sign of life"), CommandOutcome.Plain);
        state = state.With(member with { JoinedIndex = state.Index, SuspectedBy = [] });
        return (state.Tell(
            context.At, "coordinator-demoted", $"{member.Node} missed its ticks and is no longer the coordinator", member.Node),
            CommandOutcome.Plain);
    }

    /// <summary>A node's state once it is known to run nothing.</summary>
    public static ReplicatedState TakeDown(ReplicatedState state, MemberState member)
    {
        state = StartedApply.Forget(DropPending(state, member.Node), member.Node);
        state = state.With(member with
        {
            Phase = MemberPhase.Down,
            IsUnknown = false,
            JoinedIndex = 0,
            ExecutorSession = "",
            SuspectedBy = [],
            Unkillable = [],
            StoreTrouble = "",
        });
        return state with
        {
            Cib = StatusEditing.Change(state.Cib, member.Uuid, member.Node, n => StatusEditing.Forget(
                StatusEditing.Presence(n, false, false, "down", "down"))),
        };
    }

    private static ReplicatedState Take(ReplicatedState state, Participant participant, ApplyContext context)
    {
        NodeId node = participant.Member.Node;
        MemberState? known = state.Member(node);
        if (known is not null && participant.Incarnation == known.DeadIncarnation)
            return Undead(state, known, participant, context);
        if (known is not null && known.Incarnation != participant.Incarnation)
            state = Rebooted(state, known, participant.Incarnation, context);
        bool goesOn = participant.Kind == ParticipantKind.Continues && known is { JoinedIndex: > 0 }
            && known.ControllerSession == participant.Session;
        // The node may have been mentioned before it was ever seen, under a made-up id.
        if (known is not null && known.Uuid != participant.Uuid)
            state = state with { Cib = StatusEditing.Remove(state.Cib, known.Uuid) };
        known = state.Member(node);
        MemberState member = (known ?? Unknown(participant)) with
        {
            Uuid = participant.Uuid,
            Incarnation = participant.Incarnation,
            ControllerSession = participant.Session,
            FeatureLevel = participant.FeatureLevel,
            SuspectedBy = [],
            StoreTrouble = known?.ControllerSession == participant.Session ? known.StoreTrouble : "",
            LeftBecause = "",
        };
        if (goesOn && member.Phase is MemberPhase.Joined or MemberPhase.Joining)
            return state.With(member);
        // A node whose executor is alive keeps running its resources: for the plan
        // it remains a member in the meantime.
        bool sameLife = known is { Phase: not MemberPhase.Down, ExecutorSession.Length: > 0 };
        state = state.With(member with { Phase = MemberPhase.Joining, JoinedIndex = state.Index });
        // Plans wait for nodes that are pending, and this one may not be there for long.
        return ShotsOnTheWay.Threaten(state, node) ? state
            : Present(state, member, true, true, sameLife ? "member" : "pending", "member");
    }

    private static MemberState Unknown(Participant participant) => new()
    {
        Node = participant.Member.Node,
        Uuid = participant.Uuid,
        Phase = MemberPhase.Joining,
        IsUnknown = true,
        Incarnation = participant.Incarnation,
        ControllerSession = participant.Session,
        ExecutorSession = "",
        JoinedIndex = 0,
    };

    // Another boot: whatever the previous one ran has ended with it, and it no longer needs to be shot.
    private static ReplicatedState Rebooted(
        ReplicatedState state, MemberState member, string boot, ApplyContext context)
    {
        state = FenceApply.MakeObsolete(state, member, boot, context);
        return TakeDown(StartSuspicion.Rebooted(state, member, context), member);
    }

    // A boot that was declared dead says hello: the proof was wrong. What it
    // runs is unknown; it is fenced again.
    private static ReplicatedState Undead(
        ReplicatedState state, MemberState member, Participant participant, ApplyContext context)
    {
        state = state.With(member with
        {
            Phase = MemberPhase.ControllerLost,
            ControllerSession = participant.Session,
            DeadIncarnation = "",
            JoinedIndex = 0,
        });
        state = Present(state, member, true, false, "down", "member");
        return state.Tell(
            context.At, "node-undead", $"{member.Node} was confirmed dead, but is heard: it is fenced again", member.Node);
    }

    private static ReplicatedState Miss(
        ReplicatedState state, MemberState member, bool heard, bool silent, ApplyContext context)
    {
        if (member.Phase == MemberPhase.Down)
            return state;
        if (!heard)
            return Lose(state, member, context);
        if (silent)
            return LoseController(state, member, context, "is in the view but silent");
        return member.Phase switch
        {
            MemberPhase.Lost => Return(state, member, context),
            MemberPhase.ControllerGone or MemberPhase.ControllerLost or MemberPhase.Returned => state,
            MemberPhase.Joining or MemberPhase.Joined or MemberPhase.Down => state
                .With(member with { Phase = MemberPhase.ControllerGone })
                .Tell(context.At, "controller-gone", $"{member.Node} is up, but its controller isn't", member.Node),
        };
    }

    // Most likely it boots, and its controller is about to say so: it isn't shot for what an earlier boot did
    // before it had time to. If it is the boot that was lost, it is fenced when that time is over.
    private static ReplicatedState Return(ReplicatedState state, MemberState member, ApplyContext context)
    {
        state = Present(state.With(member with { Phase = MemberPhase.Returned }), member, true, false, null, null);
        return state.Tell(
            context.At, "node-returned", $"{member.Node} is heard again, but not yet its controller", member.Node);
    }

    private static ReplicatedState Lose(ReplicatedState state, MemberState member, ApplyContext context)
    {
        if (QuarantineRules.IsHarmless(state, member))
        {
            state = TakeDown(state, member);
            state = state.With(state.Member(member.Node)! with { QuietIncarnation = member.Incarnation });
            return state.Tell(
                context.At, "node-lost", $"{member.Node} is no longer heard; it is quarantined and hosts "
                    + "nothing: its loss is no reason to fence it", member.Node);
        }

        if (ShotsOnTheWay.Explain(state, member))
        {
            return TakeDown(state, member).Tell(
                context.At, "node-lost",
                    $"{member.Node} is no longer heard; a shot at its former boot was on "
                    + "the way, and it hosted nothing: its loss is no reason to fence it", member.Node);
        }

        if (member.Phase == MemberPhase.Lost)
            return state;
        state = state.With(member with { Phase = MemberPhase.Lost, JoinedIndex = 0, SuspectedBy = [] });
        state = Present(state, member, false, false, null, "member");
        return state.Tell(context.At, "node-lost", $"{member.Node} is no longer heard", member.Node);
    }

    private static ReplicatedState LoseController(
        ReplicatedState state, MemberState member, ApplyContext context, string why)
    {
        if (member.Phase == MemberPhase.ControllerLost)
            return state;
        state = state.With(member with { Phase = MemberPhase.ControllerLost, JoinedIndex = 0, SuspectedBy = [] });
        state = Present(state, member, true, false, null, "member");
        return state.Tell(context.At, "controller-lost", $"the controller of {member.Node} {why}", member.Node);
    }

    // An unknown node that is in the group but never says anything.
    private static ReplicatedState Stranger(ReplicatedState state, NodeId node, ApplyContext context)
    {
        MemberState member = new()
        {
            Node = node,
            Uuid = new NodeUuid(node.Value),
            Phase = MemberPhase.Joining,
            IsUnknown = true,
            Incarnation = "",
            ControllerSession = "",
            ExecutorSession = "",
            JoinedIndex = 0,
        };
        return LoseController(state.With(member), member, context, "is in the view but silent");
    }

    private static ReplicatedState Present(
        ReplicatedState state, MemberState member, bool? heard, bool? controller, string? join, string? expected) =>
        state with
        {
            Cib = StatusEditing.Change(
                state.Cib, member.Uuid, member.Node,
                n => StatusEditing.Presence(n, heard, controller, join, expected)),
        };

    // The executor is the same, but never got these orders (its controller died in between): they never ran.
    private static ReplicatedState DropUnreceived(ReplicatedState state, Command.NodeJoined joined)
    {
        ImmutableHashSet<string> received = [.. joined.Running, .. joined.Unreported.Select(r => r.OperationId)];
        foreach (Order order in state.Pending.Values.Where(o => o.Node == joined.Node && o.Index <= joined.AsOf))
        {
            if (!received.Contains(order.OperationId))
                state = OperationApply.Drop(state, order);
        }

        return state;
    }

    // The history has monitors that the executor doesn't: a minority's plan had cancelled
    // them. The next plan orders them again.
    private static ReplicatedState DropEndedMonitors(ReplicatedState state, MemberState member, Command.NodeJoined joined)
    {
        ImmutableHashSet<string> running = [.. joined.Running];
        bool Goes(OperationRecord record) => record.TransitionKey is { } key && OperationKeys.OperationIdOf(key) is var id
            && (running.Contains(id) || state.Pending.ContainsKey(id));
        return state with
        {
            Cib = StatusEditing.Change(
                state.Cib, member.Uuid, member.Node, n => HistoryEditing.RemoveMonitors(n, record => !Goes(record))),
        };
    }

    // Another executor: it has emptied what unfinished operations left over, and everything is probed.
    private static ReplicatedState ForgetHistory(ReplicatedState state, MemberState member)
    {
        state = DropPending(state, member.Node);
        return state with
        {
            Cib = StatusEditing.Change(state.Cib, member.Uuid, member.Node, n => n with { History = null }),
        };
    }

    private static ReplicatedState DropPending(ReplicatedState state, NodeId node)
    {
        foreach (Order order in state.Pending.Values.Where(o => o.Node == node))
        {
            state = OperationApply.ForgetTarget(state with { Pending = state.Pending.Remove(order.OperationId) }, order);
            state = StartedApply.Assume(state, order);
        }

        return state;
    }

    private static int VotesOf(Command.Formed view, EquatableArray<NodeId> nodes) =>
        view.Votes.Where(v => nodes.Contains(v.Node)).Sum(v => v.Votes);

    private static string Describe(Command.Formed formed) =>
        $"view {formed.Epoch} of {string.Join(", ", formed.Participants.Select(p => p.Member.Node))}"
        + (formed.Quorate ? "" : ", without quorum")
        + (formed.Lineage > 0 ? $"; too few members remember the last commitments: lineage {formed.Lineage}" : "");
}
