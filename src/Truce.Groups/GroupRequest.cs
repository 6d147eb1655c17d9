using Truce.Model;

namespace Truce.Groups;

/// <summary>What a client asks of its server. Each request is answered once, with
/// a <see cref="RequestOutcome"/>.</summary>
public abstract record GroupRequest
{
    private GroupRequest() { }

    /// <summary>Become a provider of a group, which is made if it doesn't exist.</summary>
    /// <param name="Group">The group.</param>
    /// <param name="Instance">What the others call this provider.</param>
    /// <param name="Attributes">Must match those of the group, if it exists; null: whatever it has.</param>
    public sealed record Join(GroupName Group, string Instance, GroupAttributes? Attributes) : GroupRequest
    {
        /// <summary>How this provider shows that it is responsive; null: it doesn't.</summary>
        public ResponsivenessTerms? Check { get; init; }

        /// <summary>What its own side runs to deactivate it before it is expelled, for people; empty: its
        /// side isn't asked.</summary>
        public string Deactivate { get; init; } = "";
    }

    /// <summary>Leave in order: the providers are asked if the terms say so.</summary>
    public sealed record Leave(GroupName Group, ProposalTerms Terms) : GroupRequest;

    /// <summary>Leave at once: to the others it is a failure that was wanted.</summary>
    public sealed record Goodbye(GroupName Group) : GroupRequest;

    /// <summary>Remove another provider.</summary>
    public sealed record Expel(GroupName Group, ClientId Target, string Reason, ProposalTerms Terms)
        : GroupRequest;

    /// <summary>Change the group's state.</summary>
    /// <param name="Group">The group.</param>
    /// <param name="Expected">The version it must still have when the protocol starts; null: any.</param>
    /// <param name="Value">The new state.</param>
    /// <param name="Terms">How it is agreed on.</param>
    public sealed record ChangeValue(GroupName Group, long? Expected, string Value, ProposalTerms Terms)
        : GroupRequest;

    /// <summary>Change the group's attributes.</summary>
    public sealed record ChangeAttributes(GroupName Group, GroupAttributes Attributes, ProposalTerms Terms)
        : GroupRequest;

    /// <summary>A message to all providers and subscribers.</summary>
    public sealed record Broadcast(GroupName Group, string Message, ProposalTerms Terms) : GroupRequest;

    /// <summary>A vote in the protocol that runs.</summary>
    public sealed record CastVote(GroupName Group, long Protocol, int Phase, Vote Vote) : GroupRequest;

    /// <summary>Watch a group: its present state, then every change. The group need not exist.</summary>
    public sealed record Subscribe(GroupName Group) : GroupRequest;

    /// <summary>Watch it no longer.</summary>
    public sealed record Unsubscribe(GroupName Group) : GroupRequest;

    /// <summary>Become the one holder of a claim.</summary>
    /// <param name="Claim">The claim.</param>
    /// <param name="Patience">What to do if it has a holder.</param>
    /// <param name="Fence">Whether it passes on from a failed holder only once its node is proven off; must
    /// be the same for all who ask for it.</param>
    public sealed record TakeClaim(
        ClaimName Claim, ClaimPatience Patience, FenceDemand Fence = FenceDemand.None) : GroupRequest;

    /// <summary>Give a claim back, or no longer wait for it.</summary>
    public sealed record ReleaseClaim(ClaimName Claim) : GroupRequest;
}

/// <summary>What to do if a claim has a holder.</summary>
public enum ClaimPatience
{
    /// <summary>Be refused.</summary>
    Refuse,

    /// <summary>Wait in line; the answer comes when it is granted.</summary>
    Wait,
}

/// <summary>How many phases a protocol has.</summary>
public enum PhaseCount
{
    /// <summary>Approved at once; nobody is asked.</summary>
    One,

    /// <summary>Phases of votes, until all approve or one rejects.</summary>
    Many,
}

/// <summary>What a provider says in a phase.</summary>
public enum VoteChoice
{
    /// <summary>Agreed.</summary>
    Approve,

    /// <summary>Refused: the protocol ends.</summary>
    Reject,

    /// <summary>Another phase is needed: a barrier that all pass together.</summary>
    Continue,
}

/// <summary>The vote of those who don't vote.</summary>
public enum DefaultVote
{
    /// <summary>They count as having approved.</summary>
    Approve,

    /// <summary>They count as having rejected.</summary>
    Reject,
}

/// <summary>A vote.</summary>
/// <param name="Choice">What it says.</param>
/// <param name="Reason">Why, for people.</param>
public sealed record Vote(VoteChoice Choice, string Reason = "")
{
    /// <summary>A state that the group gets if the protocol is approved; the last one counts.</summary>
    public string? Value { get; init; }

    /// <summary>A message for all providers, delivered with the end of the phase.</summary>
    public string Message { get; init; } = "";

    /// <summary>The default vote from now on; null: as it is.</summary>
    public DefaultVote? Default { get; init; }
}

/// <summary>What happens to a proposal while the group has another one.</summary>
public enum Collision
{
    /// <summary>It is refused.</summary>
    Refuse,

    /// <summary>It waits for its turn.</summary>
    Queue,
}

/// <summary>How a proposal is agreed on.</summary>
/// <param name="Phases">Whether the providers vote.</param>
/// <param name="Collision">What to do while another protocol runs or waits.</param>
/// <param name="Limit">How long each phase may take.</param>
/// <param name="Default">The vote of those who don't.</param>
/// <param name="Key">A proposal with a key that the group remembers isn't made again: the outcome of
/// the first is the answer. Empty: none.</param>
public sealed record ProposalTerms(
    PhaseCount Phases, Collision Collision, TimeSpan Limit, DefaultVote Default, string Key = "");

/// <summary>Which pending changes of membership share one protocol.</summary>
public enum Batching
{
    /// <summary>Each has its own.</summary>
    None,

    /// <summary>Joins.</summary>
    Joins,

    /// <summary>Removals of those who are gone.</summary>
    Removals,

    /// <summary>Both, in a protocol for joins and one for removals.</summary>
    Both,
}

/// <summary>What has to be proven before others may take over from one that failed.</summary>
public enum FenceDemand
{
    /// <summary>Nothing: it has stopped when its lease ends, as it promised.</summary>
    None,

    /// <summary>Its node is off, in the boot in which it acted.</summary>
    Required,
}

/// <summary>How a provider shows that it is responsive, beyond its lease: that is its server's and its
/// library's word, this is the application's own.</summary>
/// <param name="By">Who begins.</param>
/// <param name="Every">Time between two pings, or within which the counter must have grown.</param>
/// <param name="Limit">Time for the answer to a ping.</param>
public sealed record ResponsivenessTerms(ResponsivenessBy By, TimeSpan Every, TimeSpan Limit);

/// <summary>How responsiveness is shown.</summary>
public enum ResponsivenessBy
{
    /// <summary>The server asks, the client answers.</summary>
    Ping,

    /// <summary>The client tells a number that grows.</summary>
    Counter,
}

/// <summary>What becomes of a provider that isn't responsive.</summary>
public enum UnresponsivePolicy
{
    /// <summary>The others are told, and decide.</summary>
    Tell,

    /// <summary>Its session is ended: it fails in all its groups and claims, lease and margin
    /// later.</summary>
    Fail,

    /// <summary>It is expelled, its own side deactivating it first if it named how.</summary>
    Expel,
}

/// <summary>What a group's providers have agreed on about their protocols.</summary>
/// <param name="JoinPhases">Whether they vote on joins.</param>
/// <param name="RemovalPhases">Whether they vote on what follows a removal. It can't be prevented: a
/// rejection only ends the voting.</param>
/// <param name="Limit">How long each phase of these may take.</param>
/// <param name="Default">The vote of those who don't, in these.</param>
/// <param name="Batching">Which of these share a protocol.</param>
/// <param name="Source">A node whose last provider of this group goes loses its providers here too
/// (cast out); null: none.</param>
/// <param name="Fence">What has to be proven before the removal of one that failed.</param>
/// <param name="Unresponsive">What becomes of one that isn't responsive.</param>
public sealed record GroupAttributes(
    PhaseCount JoinPhases,
    PhaseCount RemovalPhases,
    TimeSpan Limit,
    DefaultVote Default,
    Batching Batching,
    GroupName? Source = null,
    FenceDemand Fence = FenceDemand.None,
    UnresponsivePolicy Unresponsive = UnresponsivePolicy.Tell)
{
    /// <summary>No votes, everything batched.</summary>
    public static GroupAttributes Plain { get; } =
        new(PhaseCount.One, PhaseCount.One, TimeSpan.FromSeconds(30), DefaultVote.Approve, Batching.Both);
}
