using System.Collections.Immutable;
using Truce.Contracts.Groups;
using Truce.Groups;
using Truce.Model;

namespace Truce.Runtime.Groups;

/// <summary>What a client is told, as lines.</summary>
internal static class WireTelling
{
    /// <summary>A message of the protocol.</summary>
    public static GroupsReply Of(ClientMessage message) => message switch
    {
        ClientMessage.Welcome m => new GroupsReply.Session(m.Client.ToString(), Ms(m.Until)),
        ClientMessage.Tick m => new GroupsReply.Lease(Ms(m.Until)),
        ClientMessage.Answer m => Of(m.Request, m.Outcome),
        ClientMessage.Notified m => Of(m.Notice),
        ClientMessage.Snapshot m =>
            new GroupsReply.Watched(m.Group.Value, m.Epoch, m.Now is { } now ? Of(now) : null),
        ClientMessage.SystemSnapshot m => Of("", m.Epoch, m.Now),
        ClientMessage.Ping m => new GroupsReply.Ping(m.Group.Value, m.Number),
    };

    /// <summary>Why the server ends a connection.</summary>
    public static GroupsReply.Bye Of(CloseReason reason) => reason switch
    {
        CloseReason.NotReady => new(
            "not-ready", "no lease can be given: no majority of the servers, or leases of before may still "
            + "last; do: try again in a second"),
        CloseReason.Full => new("full", "this server has as many clients as it may have"),
        CloseReason.LeaseEnded => new(
            "lease-ended", "the lease has ended without another: peers may take over; do: stop acting now"),
        CloseReason.LeftOut => new(
            "left-out", "the servers went on without this one: peers may take over; do: stop acting now"),
        CloseReason.Unresponsive => new(
            "unresponsive", "this client wasn't responsive, which is a failure in one of its groups: peers "
            + "take over; do: stop acting now"),
    };

    /// <summary>A group.</summary>
    public static WireGroup Of(GroupView view) => new(
        [.. view.Providers.Select(p =>
            new WireMember(p.Client.ToString(), p.Client.Server.Member.Node.Value, p.Instance))],
        view.Value, view.Version, Of(view.Attributes),
        view.Held.IsEmpty
            ? null
            : [.. view.Held.Select(h => new WireUnproven(
                h.Client.ToString(), h.Client.Server.Member.Node.Value, CauseOf(h.Cause)))],
        view.Unresponsive.IsEmpty ? null : Of(view.Unresponsive));

    /// <summary>Changes.</summary>
    public static ImmutableArray<WireChange> Of(IEnumerable<Change> changes) => [.. changes.Select(Of)];

    /// <summary>The vote of those who don't.</summary>
    public static WireDefault Of(DefaultVote vote) =>
        vote == DefaultVote.Approve ? WireDefault.Approve : WireDefault.Reject;

    /// <summary>Clients by name.</summary>
    public static ImmutableArray<string> Of(EquatableArray<ClientId> clients) =>
        [.. clients.Select(c => c.ToString())];

    /// <summary>Why a request is refused, as scripts read it.</summary>
    public static string CodeOf(RefusalCode code) => code switch
    {
        RefusalCode.NotReady => "not-ready",
        RefusalCode.UnknownGroup => "unknown-group",
        RefusalCode.NotAProvider => "not-a-member",
        RefusalCode.Already => "already",
        RefusalCode.AttributesDiffer => "attributes-differ",
        RefusalCode.Busy => "busy",
        RefusalCode.Full => "full",
        RefusalCode.StateFull => "state-full",
        RefusalCode.SystemGroup => "system-group",
        RefusalCode.VersionDiffers => "version-differs",
        RefusalCode.NoVoteAwaited => "no-vote-awaited",
        RefusalCode.UnknownTarget => "unknown-target",
        RefusalCode.Held => "held",
        RefusalCode.NotHeld => "not-held",
        RefusalCode.OutOfBounds => "out-of-bounds",
        RefusalCode.Withdrawn => "withdrawn",
        RefusalCode.SourceMissing => "source-missing",
        RefusalCode.Unproven => "unproven",
    };

    // Rounded down: no client acts a moment longer than it may.
    private static long Ms(Instant at) => at.Nanoseconds / 1_000_000;

    private static GroupsReply.Answer Of(long id, RequestOutcome outcome) => outcome switch
    {
        RequestOutcome.Done(var epoch) => new(id, WireResult.Done, epoch),
        RequestOutcome.Rejected(var epoch, var reason) =>
            new(id, WireResult.Rejected, epoch, Reason: reason),
        RequestOutcome.Refused(var code) => new(id, WireResult.Refused, 0, CodeOf(code)),
    };

    private static GroupsReply Of(Notice notice) => Of(notice.Group.Value, notice.Epoch, notice.Body);

    private static GroupsReply Of(string group, long epoch, NoticeBody body) => body switch
    {
        NoticeBody.PhaseBegan b => new GroupsReply.Phase(
            group, epoch, b.Protocol, b.Phase, (long)b.Limit.TotalMilliseconds, Of(b.Proposed),
            Of(b.Messages)),
        NoticeBody.LimitExceeded b => new GroupsReply.Late(
            group, epoch, b.Protocol, b.Phase, Of(b.Laggards), Of(b.Default)),
        NoticeBody.Ended b => new GroupsReply.Changed(
            group, epoch, b.Protocol,
            b.Verdict == Verdict.Approved ? WireVerdict.Approved : WireVerdict.Rejected,
            b.Reason, Of(b.Changes), Of(b.Messages), Of(b.Now)),
        NoticeBody.Unproven b => new GroupsReply.Unproven(group, epoch, Of(b.Changes), Of(b.Now)),
        NoticeBody.ResponsivenessChanged b => new GroupsReply.Responsive(
            group, epoch, b.Client.ToString(),
            b.State == Responsiveness.Lost ? WireResponse.Lost : WireResponse.Present, Of(b.Now)),
        NoticeBody.DeactivationAsked b => new GroupsReply.Deactivate(
            group, epoch, b.Protocol, b.Phase, (long)b.Limit.TotalMilliseconds, b.Reason, b.Program),
        NoticeBody.Dissolved => new GroupsReply.Dissolved(group, epoch),
        NoticeBody.HostsChanged b => new GroupsReply.Hosts(
            epoch, Of(b.Changed), [.. b.Removed.Select(n => n.Value)], Of(b.Now)),
        NoticeBody.LinksChanged b => new GroupsReply.Links(epoch, Of(b.Changed), Of(b.Now)),
    };

    private static ImmutableArray<WireHost> Of(EquatableArray<Host> hosts) =>
        [.. hosts.Select(h => new WireHost(h.Node.Value, StateOf(h.State)))];

    private static WireHostState StateOf(HostState state) => state switch
    {
        HostState.Unseen => WireHostState.Unseen,
        HostState.Up => WireHostState.Up,
        HostState.Lost => WireHostState.Lost,
        HostState.Gone => WireHostState.Gone,
        HostState.Off => WireHostState.Off,
    };

    private static ImmutableArray<WireLink> Of(EquatableArray<HostLink> links) =>
    [
        .. links.Select(l => new WireLink(
            l.From.Value, l.To.Value, l.Number,
            l.State == HostLinkState.Up ? WireLinkState.Up : WireLinkState.Down)),
    ];

    private static ImmutableArray<WireMessage> Of(EquatableArray<VoteMessage> messages) =>
        [.. messages.Select(m => new WireMessage(m.From.ToString(), m.Text))];

    private static WireChange Of(Change change) => change switch
    {
        Change.Join(var provider) => new("join", provider.Client.ToString(), provider.Instance),
        Change.Leave(var client) => new("leave", client.ToString()),
        Change.Removal removal => new(
            "removal", removal.Client.ToString(), Cause: CauseOf(removal.Cause),
            Proof: removal.Proof.Length == 0 ? null : removal.Proof),
        Change.Expel expel => new(
            "expel", expel.Client.ToString(), Text: expel.Reason,
            Deactivation: expel.Deactivation.Length == 0 ? null : expel.Deactivation),
        Change.State(_, var value) => new("set", Text: value),
        Change.Attributes(var settings) => new("attributes", Settings: Of(settings)),
        Change.Message(var text) => new("broadcast", Text: text),
    };

    private static string CauseOf(RemovalCause cause) => cause switch
    {
        RemovalCause.Goodbye => "goodbye",
        RemovalCause.ClientFailed => "client-failed",
        RemovalCause.ServerFailed => "server-failed",
        RemovalCause.CastOut => "cast-out",
        RemovalCause.Expelled => "expelled",
    };

    private static WireAttributes Of(GroupAttributes given) => new(
        Of(given.JoinPhases), Of(given.RemovalPhases), (long)given.Limit.TotalMilliseconds, Of(given.Default),
        Of(given.Batching), given.Source?.Value, Of(given.Fence), Of(given.Unresponsive));

    private static WireUnresponsive Of(UnresponsivePolicy policy) => policy switch
    {
        UnresponsivePolicy.Tell => WireUnresponsive.Tell,
        UnresponsivePolicy.Fail => WireUnresponsive.Fail,
        UnresponsivePolicy.Expel => WireUnresponsive.Expel,
    };

    /// <summary>What has to be proven.</summary>
    public static WireFence Of(FenceDemand fence) =>
        fence == FenceDemand.Required ? WireFence.Required : WireFence.None;

    private static WirePhases Of(PhaseCount phases) =>
        phases == PhaseCount.One ? WirePhases.One : WirePhases.Many;

    private static WireBatching Of(Batching batching) => batching switch
    {
        Batching.None => WireBatching.None,
        Batching.Joins => WireBatching.Joins,
        Batching.Removals => WireBatching.Removals,
        Batching.Both => WireBatching.Both,
    };
}
