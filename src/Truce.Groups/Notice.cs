using Truce.Model;

namespace Truce.Groups;

/// <summary>
/// Something that all providers of a group are told, in one order everywhere.
/// </summary>
/// <param name="Group">The group.</param>
/// <param name="Epoch">Grows with every notice of the lineage: a fencing token.</param>
/// <param name="To">The clients that are told.</param>
/// <param name="Reach">Whether subscribers are told too.</param>
/// <param name="Body">What happened.</param>
public sealed record Notice(
    GroupName Group, long Epoch, EquatableArray<ClientId> To, Reach Reach, NoticeBody Body);

/// <summary>Who is told.</summary>
public enum Reach
{
    /// <summary>Those that are named.</summary>
    Named,

    /// <summary>Those, and the group's subscribers.</summary>
    Subscribers,
}

/// <summary>What a notice says.</summary>
public abstract record NoticeBody
{
    private NoticeBody() { }

    /// <summary>A phase begins: the named vote.</summary>
    /// <param name="Protocol">The protocol.</param>
    /// <param name="Phase">1 for the first.</param>
    /// <param name="Limit">How long they have.</param>
    /// <param name="Proposed">What is voted on: several only if batched.</param>
    /// <param name="Messages">From the votes of the phase before.</param>
    public sealed record PhaseBegan(
        long Protocol, int Phase, TimeSpan Limit, EquatableArray<Change> Proposed,
        EquatableArray<VoteMessage> Messages) : NoticeBody;

    /// <summary>A phase's time is over: these haven't voted, and get the default vote.</summary>
    public sealed record LimitExceeded(
        long Protocol, int Phase, EquatableArray<ClientId> Laggards, DefaultVote Default) : NoticeBody;

    /// <summary>A protocol ended, and this is the group now.</summary>
    /// <param name="Protocol">The protocol.</param>
    /// <param name="Verdict">How it ended.</param>
    /// <param name="Reason">Who rejected it, and why; empty if approved.</param>
    /// <param name="Changes">What it was about; of a rejected one, removals alone took effect.</param>
    /// <param name="Messages">From the votes of the last phase.</param>
    /// <param name="Now">The group after it.</param>
    public sealed record Ended(
        long Protocol, Verdict Verdict, string Reason, EquatableArray<Change> Changes,
        EquatableArray<VoteMessage> Messages, GroupView Now) : NoticeBody;

    /// <summary>Providers have failed, and are removed once their nodes are proven off.</summary>
    /// <param name="Changes">Their removals.</param>
    /// <param name="Now">The group, of which they are still members.</param>
    public sealed record Unproven(EquatableArray<Change> Changes, GroupView Now) : NoticeBody;

    /// <summary>A provider is no longer responsive, or is so again.</summary>
    public sealed record ResponsivenessChanged(ClientId Client, Responsiveness State, GroupView Now)
        : NoticeBody;

    /// <summary>The one that is told is to be expelled: its own side deactivates it, and votes in this phase
    /// whether it did.</summary>
    public sealed record DeactivationAsked(
        long Protocol, int Phase, TimeSpan Limit, string Reason, string Program) : NoticeBody;

    /// <summary>The last provider has gone: the group is no more.</summary>
    public sealed record Dissolved : NoticeBody;

    /// <summary>Nodes have come, gone, or are no longer configured.</summary>
    /// <param name="Changed">Those that aren't as before.</param>
    /// <param name="Removed">Those that aren't configured any more.</param>
    /// <param name="Now">All.</param>
    public sealed record HostsChanged(
        EquatableArray<Host> Changed, EquatableArray<NodeId> Removed, EquatableArray<Host> Now) : NoticeBody;

    /// <summary>Network links have changed.</summary>
    /// <param name="Changed">Those that aren't as before.</param>
    /// <param name="Now">All; those of a node without a server aren't known.</param>
    public sealed record LinksChanged(EquatableArray<HostLink> Changed, EquatableArray<HostLink> Now)
        : NoticeBody;
}

/// <summary>How a protocol ends.</summary>
public enum Verdict
{
    /// <summary>As proposed.</summary>
    Approved,

    /// <summary>Somebody rejected it, or it had too many phases.</summary>
    Rejected,
}

/// <summary>A message that came with a vote.</summary>
public sealed record VoteMessage(ClientId From, string Text);

/// <summary>A provider.</summary>
/// <param name="Client">Its connection.</param>
/// <param name="Instance">What it calls itself.</param>
public sealed record Provider(ClientId Client, string Instance)
{
    /// <summary>How it shows that it is responsive; null: it doesn't.</summary>
    public ResponsivenessTerms? Check { get; init; }

    /// <summary>What its own side runs to deactivate it before it is expelled; empty: it isn't
    /// asked.</summary>
    public string Deactivate { get; init; } = "";
}

/// <summary>Whether a provider is responsive.</summary>
public enum Responsiveness
{
    /// <summary>It is, as far as is known.</summary>
    Present,

    /// <summary>It isn't.</summary>
    Lost,
}

/// <summary>A group as its members see it.</summary>
/// <param name="Providers">In the order in which they joined.</param>
/// <param name="Value">Its state.</param>
/// <param name="Version">The state's version: grows by one with each change.</param>
/// <param name="Attributes">Its attributes.</param>
public sealed record GroupView(
    EquatableArray<Provider> Providers, string Value, long Version, GroupAttributes Attributes)
{
    /// <summary>Providers that have failed and wait for the proof that their node is off. They have no
    /// vote.</summary>
    public EquatableArray<HeldRemoval> Held { get; init; } = [];

    /// <summary>Providers that aren't responsive.</summary>
    public EquatableArray<ClientId> Unresponsive { get; init; } = [];
}

/// <summary>A removal that waits until the provider's node is proven off.</summary>
/// <param name="Client">The provider.</param>
/// <param name="Cause">Why it is removed.</param>
/// <param name="Boot">The boot of its node in which it acted.</param>
public sealed record HeldRemoval(ClientId Client, RemovalCause Cause, string Boot);

/// <summary>What a protocol is about.</summary>
public abstract record Change
{
    private Change() { }

    /// <summary>A client becomes a provider.</summary>
    public sealed record Join(Provider Provider) : Change;

    /// <summary>A provider leaves in order.</summary>
    public sealed record Leave(ClientId Client) : Change;

    /// <summary>A provider is gone, whatever the others say.</summary>
    public sealed record Removal(ClientId Client, RemovalCause Cause) : Change
    {
        /// <summary>What proves that its node is off; empty: nothing does, or has to.</summary>
        public string Proof { get; init; } = "";
    }

    /// <summary>A provider is removed by another, or by the servers since it isn't responsive.</summary>
    public sealed record Expel(ClientId Client, string Reason) : Change
    {
        /// <summary>What became of its deactivation: <c>done</c>, or why not; empty: nothing was to be
        /// done.</summary>
        public string Deactivation { get; init; } = "";
    }

    /// <summary>A new state.</summary>
    public sealed record State(long? Expected, string Value) : Change;

    /// <summary>New attributes.</summary>
    public sealed record Attributes(GroupAttributes New) : Change;

    /// <summary>A message.</summary>
    public sealed record Message(string Text) : Change;
}

/// <summary>Why a provider is gone.</summary>
public enum RemovalCause
{
    /// <summary>It said goodbye.</summary>
    Goodbye,

    /// <summary>Its connection or its lease ended.</summary>
    ClientFailed,

    /// <summary>Its server is gone, and every lease that it can have granted has ended.</summary>
    ServerFailed,

    /// <summary>The source group has no provider left on its node.</summary>
    CastOut,

    /// <summary>The others expelled it, and its node had to be proven off first.</summary>
    Expelled,
}
