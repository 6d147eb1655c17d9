using Truce.Model;

namespace Truce.Groups;

/// <summary>What all servers hold alike.</summary>
/// <param name="Lineage">The line that this state belongs to.</param>
/// <param name="Phase">Whether it may act yet.</param>
/// <param name="Token">The largest epoch given out.</param>
/// <param name="Servers">Servers that take part, and lost ones whose clients may still act.</param>
/// <param name="Groups">The process groups.</param>
/// <param name="Claims">The claims that have a holder.</param>
public sealed record GroupsState(
    Lineage Lineage,
    LineagePhase Phase,
    long Token,
    EquatableMap<ServerId, ServerStanding> Servers,
    EquatableMap<GroupName, Group> Groups,
    EquatableMap<ClaimName, Claim> Claims)
{
    /// <summary>Configured nodes that haven't been heard since the lineage began: whether something of the
    /// former lineage acts there isn't known.</summary>
    public EquatableArray<NodeId> Unheard { get; init; } = [];

    /// <summary>What was fenced in the former lineage, on nodes that haven't been proven off
    /// since.</summary>
    public EquatableArray<Debt> Debts { get; init; } = [];

    /// <summary>The size of groups and claims in a snapshot, at most: counted with each change, so that
    /// what would make it too large can be refused.</summary>
    public long Bytes { get; init; }

    /// <summary>The configured nodes, sorted: the system group <c>hosts</c>.</summary>
    public EquatableArray<Host> Hosts { get; init; } = [];

    /// <summary>Network links as the servers that take part report them, sorted: the system group
    /// <c>links</c>.</summary>
    public EquatableArray<HostLink> Links { get; init; } = [];
}

/// <summary>Whether a lineage acts.</summary>
public enum LineagePhase
{
    /// <summary>Leases of a former lineage may still last.</summary>
    Shut,

    /// <summary>It acts.</summary>
    Open,
}

/// <summary>A server.</summary>
/// <param name="Presence">Where it is.</param>
/// <param name="Boot">Its node's boot; empty: not known.</param>
public sealed record ServerStanding(ServerPresence Presence, string Boot);

/// <summary>Where a server is.</summary>
public enum ServerPresence
{
    /// <summary>In the view.</summary>
    Present,

    /// <summary>Not in the view; leases that it granted may still last.</summary>
    Lost,

    /// <summary>The same, and its node is proven off.</summary>
    Off,
}

/// <summary>A fenced group or claim in which somebody on a node was when the servers lost their
/// memory.</summary>
/// <param name="Node">The node.</param>
/// <param name="Boot">Its boot then.</param>
/// <param name="Name">As <see cref="FencedNames"/> writes it.</param>
public sealed record Debt(NodeId Node, string Boot, string Name);

/// <summary>A process group.</summary>
/// <param name="View">What its members see.</param>
/// <param name="Running">The protocol under way.</param>
/// <param name="Queue">What waits, oldest first.</param>
/// <param name="Remembered">Outcomes of proposals with a key, oldest first.</param>
public sealed record Group(
    GroupView View, Protocol? Running, EquatableArray<Proposal> Queue,
        EquatableArray<KeyedOutcome> Remembered)
{
    /// <summary>Whether a client is a provider.</summary>
    public bool HasProvider(ClientId client) => View.Providers.FindIndex(p => p.Client == client) >= 0;

    /// <summary>Whether the removal of a provider is decided and only waits for its turn, or for
    /// proof.</summary>
    public bool IsGoing(ClientId client) => IsHeld(client)
        || Queue.Concat(Running?.Proposals ?? []).Any(p => p.Change is Change.Removal r
            && r.Client == client);

    /// <summary>Whether the removal of a provider waits for proof.</summary>
    public bool IsHeld(ClientId client) => View.Held.FindIndex(h => h.Client == client) >= 0;
}

/// <summary>A proposal that waits or runs.</summary>
/// <param name="Id">Unique in the lineage.</param>
/// <param name="By">The proposer; null: the servers.</param>
/// <param name="Request">Its request.</param>
/// <param name="Change">What is proposed.</param>
/// <param name="Terms">How it is agreed on; of joins and removals, the group's attributes decide.</param>
public sealed record Proposal(long Id, ClientId? By, long Request, Change Change, ProposalTerms Terms);

/// <summary>A protocol of several phases under way.</summary>
/// <param name="Id">Unique in the lineage.</param>
/// <param name="Proposals">What it is about.</param>
/// <param name="Phase">1 for the first.</param>
/// <param name="Limit">How long each phase may take.</param>
/// <param name="Default">The vote of those who don't.</param>
/// <param name="Voters">Who votes in this phase.</param>
/// <param name="Votes">The votes so far.</param>
/// <param name="Value">The state proposed by a vote; null: none.</param>
/// <param name="Messages">Messages of this phase's votes.</param>
/// <remarks>Votes are kept without what they carried.</remarks>
public sealed record Protocol(
    long Id,
    EquatableArray<Proposal> Proposals,
    int Phase,
    TimeSpan Limit,
    DefaultVote Default,
    EquatableArray<ClientId> Voters,
    EquatableMap<ClientId, Vote> Votes,
    string? Value,
    EquatableArray<VoteMessage> Messages)
{
    /// <summary>What the phase is for.</summary>
    public ProtocolStage Stage { get; init; }

    /// <summary>Those who haven't voted in this phase.</summary>
    public EquatableArray<ClientId> Awaited => Voters.RemoveAll(v => Votes.Has(v));
}

/// <summary>What a phase is for.</summary>
public enum ProtocolStage
{
    /// <summary>The providers vote.</summary>
    Voting,

    /// <summary>An expulsion is agreed on; the expelled provider's own side deactivates it first, and its
    /// vote says whether it did.</summary>
    Deactivating,
}

/// <summary>What became of a proposal with a key.</summary>
public sealed record KeyedOutcome(string Key, RequestOutcome Outcome);

/// <summary>A claim.</summary>
/// <param name="Holder">The one holder.</param>
/// <param name="Epoch">Larger than that of any holder before.</param>
/// <param name="Waiters">Who waits, in order.</param>
public sealed record Claim(ClientId Holder, long Epoch, EquatableArray<Waiter> Waiters)
{
    /// <summary>What has to be proven before it passes on from a failed holder.</summary>
    public FenceDemand Fence { get; init; }

    /// <summary>The holder has failed: the boot of its node that must be proven to be over; null: it
    /// holds.</summary>
    public string? AwaitedBoot { get; init; }
}

/// <summary>A request that waits for a claim.</summary>
public sealed record Waiter(ClientId Client, long Request);
