
namespace Truce.Model.Replication;

/// <summary>What controllers send to their group, in its total order. (Written to the
/// wire by Truce.Contracts.)</summary>
public abstract record PeerMessage(ViewTag View)
{
    /// <summary>A member's facts at the beginning of a view; nothing else counts
    /// until all members' are there.</summary>
    public sealed record Hello(ViewTag View, HelloFacts Facts) : PeerMessage(View);

    /// <summary>The sender has waited long enough for <paramref name="Without"/> to say hello. Once members
    /// holding a quorum say so, the view is agreed on without those who are still silent then.</summary>
    public sealed record Proceed(ViewTag View, EquatableArray<EngineMember> Without) : PeerMessage(View);

    /// <summary>An entry of the log; its place is where it is delivered.</summary>
    public sealed record Entry(ViewTag View, Submission Submission) : PeerMessage(View);

    /// <summary>The sender holds all entries up to <paramref name="Index"/>
    /// (synced, where they must last).</summary>
    public sealed record Acknowledge(ViewTag View, long Index) : PeerMessage(View);

    /// <summary>The sender's state differs from the coordinator's, or another member
    /// has said that its own does.</summary>
    /// <param name="View">The view.</param>
    /// <param name="Index">The index that is compared.</param>
    /// <param name="Digest">Of the sender's state there; empty: it has none of that index.</param>
    public sealed record Compare(ViewTag View, long Index, string Digest) : PeerMessage(View);

    /// <summary>Which agents the sender's node has, in any view; none: it doesn't say. No part
    /// of the replicated state.</summary>
    public sealed record Offers(ViewTag View, EquatableArray<string> Agents) : PeerMessage(View);

    /// <summary>The source's state at the agreement, for members whose own isn't the same.</summary>
    /// <param name="View">The view.</param>
    /// <param name="Committed">The committed state.</param>
    /// <param name="Tail">Entries delivered and not yet committed, after it.</param>
    public sealed record Snapshot(ViewTag View, StateDocument Committed, EquatableArray<LogEntry> Tail)
        : PeerMessage(View);
}

/// <summary>What a member says of itself at the begin of a view.</summary>
public sealed record HelloFacts
{
    /// <summary>Highest wire version it speaks.</summary>
    public required int Version { get; init; }

    /// <summary>Its node.</summary>
    public required NodeId Node { get; init; }

    /// <summary>The node's id in the CIB.</summary>
    public required NodeUuid Uuid { get; init; }

    /// <summary>This life of the controller.</summary>
    public required string Session { get; init; }

    /// <summary>This boot of the node.</summary>
    public required string Incarnation { get; init; }

    /// <summary>The cluster that it belongs to; empty: none yet.</summary>
    public required string Cluster { get; init; }

    /// <summary>The lineage that it belongs to; 0: none yet. A larger one was made
    /// by an operator's override.</summary>
    public required long Lineage { get; init; }

    /// <summary>Highest feature level that it knows.</summary>
    public required int FeatureLevel { get; init; }

    /// <summary>It has replicated state in memory (else only what is on its disk).</summary>
    public required bool Running { get; init; }

    /// <summary>In its view every node was quarantined, so its actions don't count for the cluster
    /// if another side continued.</summary>
    public bool Aside { get; init; }

    /// <summary>How far its state in memory is.</summary>
    public required Standing Standing { get; init; }

    /// <summary>Digest of all entries up to <see cref="Standing"/>.</summary>
    public required string TailHash { get; init; }

    /// <summary>The minority's branch that it is on; empty: none.</summary>
    public required string Branch { get; init; }

    /// <summary>It has to report what it really runs: a view that would have had it do so broke
    /// before that was committed.</summary>
    public bool OwesReport { get; init; }

    /// <summary>Members whose states differ and none of which has the majority, with their digests;
    /// empty: none that it knows of.</summary>
    public EquatableArray<StateVoice> Disputed { get; init; } = [];

    /// <summary>Where the configuration on its disk was committed; default: it has none.</summary>
    public required Standing Durable { get; init; }

    /// <summary>Whether its store was created only now: it doesn't count for picking the source.</summary>
    public required bool FreshStore { get; init; }

    /// <summary>Its store was lost and may have held what was acknowledged: it takes a snapshot of a
    /// cluster that runs, or of one that begins without it. It never makes the number of those full
    /// that a cold start needs.</summary>
    public bool AwaitsSnapshot { get; init; }

    /// <summary>Quorum for this very ring.</summary>
    public required bool Quorate { get; init; }

    /// <summary>Votes that are needed; where the engine is quorate with fewer, those.</summary>
    public required int Needed { get; init; }

    /// <summary>Votes present that belong to no node (a quorum device).</summary>
    public required int ExtraVotes { get; init; }

    /// <summary>A quorum device or a tie-breaker chose its side: no other side can be quorate.</summary>
    public bool IsExclusive { get; init; }

    /// <summary>Votes of every configured node.</summary>
    public required EquatableArray<NodeVotes> Votes { get; init; }

    /// <summary>Nodes heard under this ring.</summary>
    public required EquatableArray<NodeId> Heard { get; init; }

    /// <summary>Quorum is first given when every configured node has been seen.</summary>
    public required bool WaitForAll { get; init; }

    /// <summary>It no longer waits for as many controllers as it takes to commit anything: they are away for
    /// too long, or it was asked to stop.</summary>
    public bool WaitsNoLonger { get; init; }
}

/// <summary>A node's votes.</summary>
public sealed record NodeVotes(NodeId Node, int Votes);

/// <summary>What state a member holds.</summary>
public sealed record StateVoice(NodeId Node, string Digest);

/// <summary>A submission in its place in the log, with the digest of the bytes that were delivered, and the
/// view in which they were.</summary>
public sealed record LogEntry(Submission Submission, string Digest, Epoch Epoch);

/// <summary>Commands from one sender, committed together. The same number of a session counts once.</summary>
/// <param name="Session">The life of the controller that submits it.</param>
/// <param name="Number">Rising by one within the session.</param>
/// <param name="Node">The sender's node.</param>
/// <param name="At">The sender's wall clock, for people and for rules with dates.</param>
/// <param name="Commands">The commands, in order.</param>
public sealed record Submission(
    string Session, long Number, NodeId Node, DateTimeOffset At, EquatableArray<Command> Commands);
