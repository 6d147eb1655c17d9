using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Truce.Contracts.Groups;

/// <summary>What a server of Group Services writes to a client: one JSON object a line.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(Hello), "hello")]
[JsonDerivedType(typeof(Session), "session")]
[JsonDerivedType(typeof(Lease), "lease")]
[JsonDerivedType(typeof(Answer), "answer")]
[JsonDerivedType(typeof(Phase), "phase")]
[JsonDerivedType(typeof(Late), "late")]
[JsonDerivedType(typeof(Changed), "changed")]
[JsonDerivedType(typeof(Unproven), "unproven")]
[JsonDerivedType(typeof(Dissolved), "dissolved")]
[JsonDerivedType(typeof(Watched), "group")]
[JsonDerivedType(typeof(Responsive), "responsive")]
[JsonDerivedType(typeof(Deactivate), "deactivate")]
[JsonDerivedType(typeof(Hosts), "hosts")]
[JsonDerivedType(typeof(Links), "links")]
[JsonDerivedType(typeof(Ping), "ping")]
[JsonDerivedType(typeof(Listed), "listed")]
[JsonDerivedType(typeof(Shown), "shown")]
[JsonDerivedType(typeof(Bye), "bye")]
public abstract record GroupsReply
{
    private GroupsReply() { }

    /// <summary>The first line.</summary>
    /// <param name="Version">The version that is spoken from here on.</param>
    /// <param name="Node">The server's node.</param>
    /// <param name="LeaseMs">How long a lease lasts from when the server asked for it.</param>
    /// <param name="MarginMs">How long after the end of a lease peers wait at least.</param>
    /// <param name="LineBytes">The longest line that the server reads.</param>
    public sealed record Hello(int Version, string Node, long LeaseMs, long MarginMs, int LineBytes)
        : GroupsReply;

    /// <summary>The session is open.</summary>
    /// <param name="Client">Who the client is to the others.</param>
    /// <param name="UntilMs">The end of its lease on this machine's CLOCK_BOOTTIME.</param>
    public sealed record Session(string Client, long UntilMs) : GroupsReply;

    /// <summary>The lease now lasts until then.</summary>
    public sealed record Lease(long UntilMs) : GroupsReply;

    /// <summary>The answer to a request.</summary>
    /// <param name="Id">The request's.</param>
    /// <param name="Result">What became of it.</param>
    /// <param name="Epoch">The epoch of the change; 0: nothing changed.</param>
    /// <param name="Code">Why it was refused.</param>
    /// <param name="Reason">Who rejected it and why, for people.</param>
    public sealed record Answer(
        long Id, WireResult Result, long Epoch, string? Code = null, string? Reason = null)
        : GroupsReply;

    /// <summary>A phase begins: this client votes, within the limit.</summary>
    public sealed record Phase(
        string Group, long Epoch, long Protocol, int Number, long LimitMs, ImmutableArray<WireChange> Changes,
        ImmutableArray<WireMessage> Messages) : GroupsReply;

    /// <summary>A phase's time is over: these haven't voted.</summary>
    public sealed record Late(
        string Group, long Epoch, long Protocol, int Number, ImmutableArray<string> Clients,
            WireDefault Default)
        : GroupsReply;

    /// <summary>A protocol ended, and this is the group now.</summary>
    public sealed record Changed(
        string Group, long Epoch, long Protocol, WireVerdict Verdict, string Reason,
        ImmutableArray<WireChange> Changes, ImmutableArray<WireMessage> Messages, WireGroup Now)
            : GroupsReply;

    /// <summary>Members have failed, and are removed once their nodes are proven off.</summary>
    public sealed record Unproven(
        string Group, long Epoch, ImmutableArray<WireChange> Changes, WireGroup Now) : GroupsReply;

    /// <summary>The group is no more.</summary>
    public sealed record Dissolved(string Group, long Epoch) : GroupsReply;

    /// <summary>A member is no longer responsive, or is so again.</summary>
    public sealed record Responsive(
        string Group, long Epoch, string Client, WireResponse State, WireGroup Now) : GroupsReply;

    /// <summary>This client is to be expelled: its own side deactivates it within the limit, and votes
    /// whether it did.</summary>
    public sealed record Deactivate(
        string Group, long Epoch, long Protocol, int Number, long LimitMs, string Reason, string Program)
        : GroupsReply;

    /// <summary>The configured nodes, when they are watched and with each change.</summary>
    /// <param name="Epoch">The epoch.</param>
    /// <param name="Changes">Those that aren't as before.</param>
    /// <param name="Removed">Those that aren't configured any more.</param>
    /// <param name="Now">All.</param>
    public sealed record Hosts(
        long Epoch, ImmutableArray<WireHost> Changes, ImmutableArray<string> Removed,
        ImmutableArray<WireHost> Now) : GroupsReply;

    /// <summary>The network links, when they are watched and with each change.</summary>
    /// <param name="Epoch">The epoch.</param>
    /// <param name="Changes">Those that aren't as before.</param>
    /// <param name="Now">All that are known.</param>
    public sealed record Links(
        long Epoch, ImmutableArray<WireLink> Changes, ImmutableArray<WireLink> Now) : GroupsReply;

    /// <summary>Is this client responsive, as a member of this group? It answers <c>alive</c> with the
    /// number.</summary>
    public sealed record Ping(string Group, long Number) : GroupsReply;

    /// <summary>A watched group as it is; null: it doesn't exist. Changes follow.</summary>
    public sealed record Watched(string Name, long Epoch, WireGroup? Now = null) : GroupsReply;

    /// <summary>Groups and claims.</summary>
    public sealed record Listed(
        long Id, GroupsReadiness Service, ImmutableArray<WireSummary> Groups,
            ImmutableArray<WireClaim> Claims, WireServer? Server = null)
        : GroupsReply;

    /// <summary>One group; null: it doesn't exist.</summary>
    public sealed record Shown(
        long Id, GroupsReadiness Service, WireGroup? Group = null, WireProtocol? Running = null,
            int Waiting = 0) : GroupsReply;

    /// <summary>The last line: why the server ends the connection.</summary>
    public sealed record Bye(string Code, string Reason) : GroupsReply;
}

/// <summary>What became of a request.</summary>
public enum WireResult
{
    /// <summary>Done.</summary>
    Done,

    /// <summary>Voted down.</summary>
    Rejected,

    /// <summary>Nothing was done.</summary>
    Refused,
}

/// <summary>How a protocol ended.</summary>
public enum WireVerdict
{
    /// <summary>As proposed.</summary>
    Approved,

    /// <summary>Rejected.</summary>
    Rejected,
}

/// <summary>Whether a server serves.</summary>
public enum GroupsReadiness
{
    /// <summary>It does.</summary>
    Ready,

    /// <summary>No majority of the servers, or it is agreeing with them.</summary>
    NoMajority,

    /// <summary>Leases of before may still last.</summary>
    Opening,
}

/// <summary>A group.</summary>
/// <param name="Members">In the order of joining.</param>
/// <param name="Value">Its state.</param>
/// <param name="ValueVersion">The state's version.</param>
/// <param name="Settings">What its members have agreed on.</param>
/// <param name="Unproven">Members that have failed, and whose nodes aren't proven off.</param>
/// <param name="Unresponsive">Members that aren't responsive.</param>
public sealed record WireGroup(
    ImmutableArray<WireMember> Members, string Value, long ValueVersion, WireAttributes Settings,
    ImmutableArray<WireUnproven>? Unproven = null, ImmutableArray<string>? Unresponsive = null);

/// <summary>Whether a member is responsive.</summary>
public enum WireResponse
{
    /// <summary>It is again.</summary>
    Present,

    /// <summary>It isn't.</summary>
    Lost,
}

/// <summary>A configured node.</summary>
public sealed record WireHost(string Node, WireHostState State);

/// <summary>How a node is, as far as Group Services knows.</summary>
public enum WireHostState
{
    /// <summary>Its server wasn't heard since the servers' memory began.</summary>
    Unseen,

    /// <summary>Its server takes part.</summary>
    Up,

    /// <summary>Its server doesn't take part; its clients may still act.</summary>
    Lost,

    /// <summary>The same, and the leases of its clients have ended.</summary>
    Gone,

    /// <summary>It is proven off.</summary>
    Off,
}

/// <summary>A network link, as one of its nodes sees it.</summary>
/// <param name="From">That node.</param>
/// <param name="To">The other.</param>
/// <param name="Number">The link's number.</param>
/// <param name="State">Whether it carries.</param>
public sealed record WireLink(string From, string To, int Number, WireLinkState State);

/// <summary>Whether a link carries.</summary>
public enum WireLinkState
{
    /// <summary>It does.</summary>
    Up,

    /// <summary>It doesn't.</summary>
    Down,
}

/// <summary>A member that has failed.</summary>
/// <param name="Client">The member.</param>
/// <param name="Node">The node that must be proven off.</param>
/// <param name="Cause">Why it is removed then.</param>
public sealed record WireUnproven(string Client, string Node, string Cause);

/// <summary>A member, in the order of joining.</summary>
public sealed record WireMember(string Client, string Node, string Instance);

/// <summary>A change that is proposed or made.</summary>
/// <param name="Kind">join, leave, removal, expel, set, attributes, broadcast.</param>
/// <param name="Client">Whom it is about.</param>
/// <param name="Instance">What the one who joins calls itself.</param>
/// <param name="Cause">Why somebody is removed.</param>
/// <param name="Text">The state, message or reason.</param>
/// <param name="Settings">New attributes.</param>
/// <param name="Proof">What proves that the node of the one who is removed is off.</param>
/// <param name="Deactivation">What became of the deactivation of the one who is expelled: done, or why
/// not.</param>
public sealed record WireChange(
    string Kind, string? Client = null, string? Instance = null, string? Cause = null, string? Text = null,
    WireAttributes? Settings = null, string? Proof = null, string? Deactivation = null);

/// <summary>A message that came with a vote.</summary>
public sealed record WireMessage(string Client, string Text);

/// <summary>The server that was asked, and the others as it knows them.</summary>
/// <param name="Clients">Clients of this server that have a session.</param>
/// <param name="Present">Nodes whose servers take part.</param>
/// <param name="Lost">Nodes whose servers are lost, and whose clients' leases may still last.</param>
public sealed record WireServer(int Clients, ImmutableArray<string> Present, ImmutableArray<string> Lost);

/// <summary>A group in a list.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Members">How many.</param>
/// <param name="ValueVersion">The state's version.</param>
/// <param name="Running">What the protocol in progress is about.</param>
/// <param name="Unproven">Nodes that must be proven off before failed members are removed.</param>
public sealed record WireSummary(
    string Name, int Members, long ValueVersion, string? Running = null,
    ImmutableArray<string>? Unproven = null);

/// <summary>A claim.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Holder">Who holds it, or held it last.</param>
/// <param name="Node">The holder's node.</param>
/// <param name="Epoch">The holder's epoch.</param>
/// <param name="Waiting">How many wait for it.</param>
/// <param name="Fence">What has to be proven before it passes on from a failed holder.</param>
/// <param name="State">Whether it is held.</param>
public sealed record WireClaim(
    string Name, string Holder, string Node, long Epoch, int Waiting, WireFence Fence = WireFence.None,
    WireClaimState State = WireClaimState.Held);

/// <summary>Whether a claim is held.</summary>
public enum WireClaimState
{
    /// <summary>It is.</summary>
    Held,

    /// <summary>Its holder has failed, and the holder's node isn't proven off.</summary>
    Unproven,
}

/// <summary>A protocol in progress.</summary>
public sealed record WireProtocol(
    long Protocol, int Number, long LimitMs, ImmutableArray<WireChange> Changes, ImmutableArray<string> Voted,
    ImmutableArray<string> Awaited, WireDefault Default);
