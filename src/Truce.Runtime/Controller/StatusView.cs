using System.Collections.Immutable;
using Truce.Contracts;
using Truce.Control;
using Truce.Model;
using Truce.Model.Replication;
using Truce.Model.Xml;
using Truce.Ports;

namespace Truce.Runtime.Controller;

/// <summary>What clients are shown of the replicated state.</summary>
internal static class StatusView
{
    /// <summary>The cluster as this node's copy has it.</summary>
    public static ClusterStatusDocument Make(
        ControlMachine control, ImmutableArray<LinkState> links, ImmutableArray<HoldStatus> localHolds)
    {
        ReplicatedState? state = control.State;
        ImmutableArray<ResourceStatus> resources = state is null ? [] : ResourceView.Make(state);
        ILookup<string, ResourceStatus> seen = resources.ToLookup(r => r.Id);
        ImmutableArray<HoldStatus> holds = state is null ? [HoldView.NoState(control)]
            : [.. HoldView.Make(control, state, seen), .. localHolds];
        bool working = control.Mode is ViewMode.Quorate || control.IsRegathering;
        return new ClusterStatusDocument(
            working,
            state is null ? null : CoordinatorRule.Choose(state)?.Value,
            Situation(control, state, seen, holds),
            state is null ? QuorumView.Nodes(control.Quorum)
                : [.. NodeWords.InOrder(state).Select(m => Node(state, m))],
            resources,
            holds,
            state is null ? [] : [.. HeldBack.Of(state).Quarantines.Select(q => q.Node.Value)],
            state?.Cluster ?? "",
            state?.Lineage.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "",
            state?.Index ?? 0,
            state?.ClusterTimeMs ?? 0,
            state?.Configuration.Version ?? 0,
            control.Transition is { IsOver: false } t
                ? new TransitionStatus(t.Number, t.Actions, t.Done, t.InFlight, t.AbortReason is not null, t.AbortReason ?? "")
                : null,
            state is null ? [] : [.. state.Pending.Values.Where(o => o is { Kind: OrderTask.Run, Fence: null }).Select(o => Pending(state, o))],
            state is null ? [] : [.. Fencings(state).Select(Fence)],
            [.. links.Select(l => new LinkStatus(l.Node.Value, l.Link, l.IsUp))],
            QuorumView.Votes(control.Quorum))
        {
            Waits = QuorumView.Waits(control.Quorum),
            WaitsForAll = QuorumView.NeverSeen(control.Quorum),
        };
    }

    /// <summary>Fencings, newest first.</summary>
    public static ClientReply.FenceHistory FenceHistory(ReplicatedState? state) =>
        new(state is null ? [] : [.. state.Fences.Reverse().Select(Fence)]);

    /// <summary>Versions, newest first.</summary>
    public static ClientReply.ConfigurationHistory ConfigurationHistory(ReplicatedState? state) => new(
        state is null || state.Configuration.Version == 0
            ? []
            : [.. state.Versions.Prepend(state.Configuration).Select(v => new ConfigurationEntry(v.Version, v.At, v.By, v.Comment))]);

    /// <summary>The configuration, or the whole CIB.</summary>
    public static ClientReply.Configuration Configuration(ReplicatedState state, ClientRequest.GetConfiguration asked, AccessRules access)
    {
        Cib cib = asked.WithStatus
            ? MeasuredView.With(PlanningCib.Compose(state), state)
            : state.Cib with { Status = ClusterStatus.Empty };
        return new ClientReply.Configuration(state.Configuration.Version, Text(cib, asked, access));
    }

    /// <summary>A configuration as XML, with or without its secrets.</summary>
    public static string Text(Cib cib, ClientRequest.GetConfiguration asked, AccessRules access) =>
        asked.Secrets == SecretsShown.Shown ? access.ReadableWithSecrets(cib) : access.Readable(cib);

    /// <summary>Events after an index.</summary>
    public static ClientReply.Events Events(ReplicatedState? state, long after, int limit) => new(
        state is null ? [] : [.. state.Events.Where(e => e.Index > after).Take(limit).Select(Event)],
        state is { Events.Length: > 0 } ? state.Events[0].Index : 0);

    /// <summary>The primitives of a resource: itself, or its members.</summary>
    public static ImmutableArray<ResourceId> PrimitivesOf(Configuration configuration, string id) =>
    [
        .. configuration.Resources.SelectMany(r => r.PrimitivesOf(new ResourceId(id))).Select(p => p.Id),
    ];

    /// <summary>A finding as clients get it.</summary>
    public static InputFinding Finding(Finding finding) => new(
        finding.Severity == Severity.Error ? "error" : "warning",
        finding.Line, finding.Column, finding.Element, finding.Message, finding.Remedy)
    {
        Id = finding.Id,
        Consequence = finding.Consequence,
    };

    private static string Situation(
        ControlMachine control, ReplicatedState? state, ILookup<string, ResourceStatus> seen,
        ImmutableArray<HoldStatus> holds)
    {
        if (control.Mode is ViewMode.Minority or ViewMode.Waiting)
            return "no-quorum";
        if (state is null || (control.Mode is null && !control.IsRegathering))
            return "forming";
        if (control.IsRegathering || control.StateHold is not null || !control.HasJoined)
            return "waiting";
        if (control.StoreTrouble is not null || state.Members.Values.Any(m => m.StoreTrouble.Length > 0))
            return "waiting";
        if (state.OpenFences.Any() || state.Members.Values.Any(m => m.Phase is MemberPhase.Joining or MemberPhase.ControllerGone or MemberPhase.Returned))
            return "waiting";
        if (control.IsPlanning || state.Planning is not null)
            return "planning";
        bool busy = control.Transition is { IsOver: false } || state.Pending.Values.Any(o => !o.IsPostponed);
        if (busy)
            return "transition";
        return UnmetView.IsHeld(state, seen, holds) ? "held" : "settled";
    }

    private static NodeStatus Node(ReplicatedState state, MemberState member) => new(
        member.Node.Value,
        NodeWord(state, member),
        member.Incarnation,
        member.ControllerSession,
        member.JoinedIndex,
        state.View?.Votes.FirstOrDefault(v => v.Node == member.Node)?.Votes ?? 0);

    private static string NodeWord(ReplicatedState state, MemberState member) => member.Phase switch
    {
        MemberPhase.Joining => "pending",
        MemberPhase.Joined => NodeWords.OfMember(state, member),
        MemberPhase.ControllerGone => "controller-down",
        MemberPhase.ControllerLost or MemberPhase.Lost or MemberPhase.Returned => "unclean",
        MemberPhase.Down => "offline",
    };

    private static PendingOperation Pending(ReplicatedState state, Order order)
    {
        DateTimeOffset since = state.Events.LastOrDefault(e => e.Resource == order.Resource.Value && e.Node == order.Node)?.At
            ?? DateTimeOffset.UnixEpoch;
        return new PendingOperation(order.Resource.Value, order.Operation, order.IntervalMs, order.Node.Value, since);
    }

    // Those that go on; and a last one that was given up, until its target boots or someone has seen to it.
    // What waits for one says so itself, as a hold.
    private static IEnumerable<FenceState> Fencings(ReplicatedState state) => state.Fences
        .Where(f => f.Stage != FenceStage.Refused)
        .GroupBy(f => (f.Intent.Target, f.Intent.IsUnfencing))
        .SelectMany(g => g.Where(f => f.IsOpen || (ReferenceEquals(f, g.Last()) && IsLacking(state, f))));

    private static bool IsLacking(ReplicatedState state, FenceState fence) =>
        fence.IsGivenUp
            && state.Member(fence.Intent.Target) is { Phase: not MemberPhase.Down, IsLost: false } member
            && member.Incarnation == fence.Intent.TargetIncarnation;

    private static FenceRecord Fence(FenceState fence) => new(
        fence.Intent.Id,
        fence.Intent.Target.Value,
        fence.Intent.TargetIncarnation,
        fence.Intent.By.Value,
        FenceCauseView.Record(fence.Intent.Cause),
        fence.Intent.Evidence,
        fence.Device,
        fence.Intent.Action,
        StageWord(fence),
        fence.Begin,
        fence.End,
        fence.Guard,
        fence.Attempts,
        fence.Reason,
        fence.Epoch)
    {
        HeadStart = fence.Intent.HeadStart,
        Proof = fence.Proof switch { FenceProof.Shot => "shot", FenceProof.Status => "status" },
    };

    private static string StageWord(FenceState fence) => fence.Stage switch
    {
        FenceStage.Asked => fence.Attempts > 0 ? "running" : "asked",
        FenceStage.Done => "done",
        FenceStage.Failed => "failed",
        FenceStage.Confirmed => "confirmed",
        FenceStage.Obsolete => "obsolete",
        FenceStage.Refused => "refused",
    };

    private static ClusterEvent Event(EventState e) =>
        new(e.Index, e.At, e.ClusterTimeMs, e.Kind, e.Node?.Value, e.Resource, e.Detail);
}
