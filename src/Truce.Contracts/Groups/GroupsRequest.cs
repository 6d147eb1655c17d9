using System.Text.Json.Serialization;

namespace Truce.Contracts.Groups;

/// <summary>
/// What a client of Group Services writes: one JSON object a line (docs/reference/groups-wire.md). Each
/// request has an id of the client's own, and is answered once.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(Hello), "hello")]
[JsonDerivedType(typeof(Join), "join")]
[JsonDerivedType(typeof(Leave), "leave")]
[JsonDerivedType(typeof(Goodbye), "goodbye")]
[JsonDerivedType(typeof(Expel), "expel")]
[JsonDerivedType(typeof(SetValue), "set")]
[JsonDerivedType(typeof(Attributes), "attributes")]
[JsonDerivedType(typeof(Broadcast), "broadcast")]
[JsonDerivedType(typeof(Vote), "vote")]
[JsonDerivedType(typeof(Watch), "watch")]
[JsonDerivedType(typeof(Unwatch), "unwatch")]
[JsonDerivedType(typeof(Claim), "claim")]
[JsonDerivedType(typeof(Release), "release")]
[JsonDerivedType(typeof(Alive), "alive")]
[JsonDerivedType(typeof(List), "list")]
[JsonDerivedType(typeof(Show), "show")]
public abstract record GroupsRequest
{
    private GroupsRequest() { }

    /// <summary>The first line of a connection.</summary>
    /// <param name="Version">The highest version that the client speaks.</param>
    /// <param name="Use">Whether it wants a session, or only looks.</param>
    public sealed record Hello(int Version, ConnectionUse Use = ConnectionUse.Session) : GroupsRequest;

    /// <summary>Become a provider.</summary>
    /// <param name="Id">The request's id.</param>
    /// <param name="Group">The group.</param>
    /// <param name="Instance">What the others call it.</param>
    /// <param name="Settings">Must match those of the group; null: whatever it has.</param>
    /// <param name="Responsiveness">How it shows that it is responsive; null: it doesn't.</param>
    /// <param name="Deactivate">What its own side runs before it is expelled; empty: it isn't asked.</param>
    public sealed record Join(
        long Id, string Group, string Instance, WireAttributes? Settings = null,
        WireResponsiveness? Responsiveness = null, string Deactivate = "") : GroupsRequest;

    /// <summary>Leave in order.</summary>
    public sealed record Leave(long Id, string Group, WireTerms? Terms = null) : GroupsRequest;

    /// <summary>Leave at once.</summary>
    public sealed record Goodbye(long Id, string Group) : GroupsRequest;

    /// <summary>Remove another provider.</summary>
    public sealed record Expel(
        long Id, string Group, string Client, string Reason = "", WireTerms? Terms = null)
        : GroupsRequest;

    /// <summary>Change the group's state.</summary>
    public sealed record SetValue(
        long Id, string Group, string Value, long? IfVersion = null, WireTerms? Terms = null)
        : GroupsRequest;

    /// <summary>Change the group's attributes.</summary>
    public sealed record Attributes(long Id, string Group, WireAttributes Settings, WireTerms? Terms = null)
        : GroupsRequest;

    /// <summary>A message to all members and watchers.</summary>
    public sealed record Broadcast(long Id, string Group, string Message, WireTerms? Terms = null)
        : GroupsRequest;

    /// <summary>A vote in a phase.</summary>
    public sealed record Vote(
        long Id, string Group, long Protocol, int Phase, WireChoice Choice, string Reason = "",
        string? Value = null, string Message = "", WireDefault? Default = null) : GroupsRequest;

    /// <summary>Watch a group.</summary>
    public sealed record Watch(long Id, string Group) : GroupsRequest;

    /// <summary>Watch it no longer.</summary>
    public sealed record Unwatch(long Id, string Group) : GroupsRequest;

    /// <summary>Become the holder of a claim.</summary>
    /// <param name="Id">The request's id.</param>
    /// <param name="Name">The claim.</param>
    /// <param name="Patience">What to do if it has a holder.</param>
    /// <param name="Fence">What has to be proven before it passes on from a failed holder.</param>
    public sealed record Claim(
        long Id, string Name, WirePatience Patience = WirePatience.Wait, WireFence Fence = WireFence.None)
        : GroupsRequest;

    /// <summary>Give a claim back, or no longer wait for it.</summary>
    public sealed record Release(long Id, string Name) : GroupsRequest;

    /// <summary>The answer to a ping, or the new value of a counter. It isn't answered.</summary>
    public sealed record Alive(string Group, long Number) : GroupsRequest;

    /// <summary>All groups and claims that this client may see.</summary>
    public sealed record List(long Id) : GroupsRequest;

    /// <summary>One group, with the protocol in progress.</summary>
    public sealed record Show(long Id, string Group) : GroupsRequest;
}

/// <summary>What a connection is for.</summary>
public enum ConnectionUse
{
    /// <summary>A session with a lease: may join, watch and claim.</summary>
    Session,

    /// <summary>Only <c>list</c> and <c>show</c>.</summary>
    Look,
}

/// <summary>How many phases a protocol has.</summary>
public enum WirePhases
{
    /// <summary>Nobody is asked.</summary>
    One,

    /// <summary>All vote.</summary>
    Many,
}

/// <summary>A vote.</summary>
public enum WireChoice
{
    /// <summary>Agreed.</summary>
    Approve,

    /// <summary>Refused.</summary>
    Reject,

    /// <summary>Another phase.</summary>
    Continue,
}

/// <summary>The vote of those who don't vote.</summary>
public enum WireDefault
{
    /// <summary>Approved.</summary>
    Approve,

    /// <summary>Rejected.</summary>
    Reject,
}

/// <summary>What to do if a claim has a holder.</summary>
public enum WirePatience
{
    /// <summary>Wait in line.</summary>
    Wait,

    /// <summary>Be refused.</summary>
    Refuse,
}

/// <summary>What has to be proven before others take over from one that failed.</summary>
public enum WireFence
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Its node is off.</summary>
    Required,
}

/// <summary>What to do while another protocol runs or waits.</summary>
public enum WireCollision
{
    /// <summary>Wait for one's turn.</summary>
    Queue,

    /// <summary>Be refused.</summary>
    Refuse,
}

/// <summary>Which pending changes of membership share one protocol.</summary>
public enum WireBatching
{
    /// <summary>None.</summary>
    None,

    /// <summary>Joins.</summary>
    Joins,

    /// <summary>Removals.</summary>
    Removals,

    /// <summary>Joins and removals, in a protocol each.</summary>
    Both,
}

/// <summary>How a proposal is agreed on.</summary>
/// <param name="Phases">Whether members vote.</param>
/// <param name="Collision">While another protocol runs or waits.</param>
/// <param name="LimitMs">How long a phase may take.</param>
/// <param name="Default">The vote of those who don't.</param>
/// <param name="Key">A proposal with a key that the group remembers isn't made again.</param>
public sealed record WireTerms(
    WirePhases Phases = WirePhases.One, WireCollision Collision = WireCollision.Queue, long LimitMs = 30_000,
    WireDefault Default = WireDefault.Approve, string Key = "");

/// <summary>What becomes of a member that isn't responsive.</summary>
public enum WireUnresponsive
{
    /// <summary>The others are told.</summary>
    Tell,

    /// <summary>Its session is ended.</summary>
    Fail,

    /// <summary>It is expelled.</summary>
    Expel,
}

/// <summary>How responsiveness is shown.</summary>
public enum WireCheck
{
    /// <summary>The server asks, the client answers.</summary>
    Ping,

    /// <summary>The client tells a number that grows.</summary>
    Counter,
}

/// <summary>How a member shows that it is responsive.</summary>
/// <param name="By">Who begins.</param>
/// <param name="EveryMs">Time between two pings, or within which the counter must have grown.</param>
/// <param name="LimitMs">Time for the answer to a ping.</param>
public sealed record WireResponsiveness(
    WireCheck By = WireCheck.Ping, long EveryMs = 10_000, long LimitMs = 5_000);

/// <summary>What a group's members have agreed on about their protocols.</summary>
/// <param name="JoinPhases">Whether members vote on joins.</param>
/// <param name="RemovalPhases">Whether they vote on what follows a removal.</param>
/// <param name="LimitMs">How long a phase of these may take.</param>
/// <param name="Default">The vote of those who don't, in these.</param>
/// <param name="Batching">Which of these share a protocol.</param>
/// <param name="Source">Where the last member of that group goes from a node, this group's go too.</param>
/// <param name="Fence">What has to be proven before the removal of one that failed.</param>
/// <param name="Unresponsive">What becomes of one that isn't responsive.</param>
public sealed record WireAttributes(
    WirePhases JoinPhases = WirePhases.One, WirePhases RemovalPhases = WirePhases.One, long LimitMs = 30_000,
    WireDefault Default = WireDefault.Approve, WireBatching Batching = WireBatching.Both,
    string? Source = null, WireFence Fence = WireFence.None,
    WireUnresponsive Unresponsive = WireUnresponsive.Tell);
