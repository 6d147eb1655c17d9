using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Groups;

/// <summary>What the members of a view agree on: computed by each from the same introductions.</summary>
/// <param name="Epoch">The view's epoch.</param>
/// <param name="Source">Whose state counts; null: nobody's, a lineage begins.</param>
/// <param name="Lineage">Whose line it is.</param>
/// <param name="Base">The last entry of the source's log.</param>
/// <param name="Token">What a new lineage counts from.</param>
/// <param name="Participants">Who takes part; those in step keep their ids.</param>
/// <param name="Votes">Their votes.</param>
/// <param name="Needed">Votes that commit.</param>
internal sealed record GroupsAgreement(
    Epoch Epoch,
    EngineMember? Source,
    Lineage Lineage,
    long Base,
    long Token,
    EquatableArray<ServerId> Participants,
    EquatableArray<NodeVotes> Votes,
    int Needed)
{
    /// <summary>What the participants said of their nodes.</summary>
    public EquatableArray<ServerBoot> Boots { get; init; } = [];

    /// <summary>All configured nodes.</summary>
    public EquatableArray<NodeId> Configured { get; init; } = [];

    /// <summary>Whether somebody needs the source's state.</summary>
    public bool NeedsSnapshot => Source is not null && Participants.Any(p => p.Since == Epoch);

    /// <summary>A member's id; null: it doesn't take part.</summary>
    public ServerId? IdOf(EngineMember member) =>
        Participants.Where(p => p.Member == member).Select(p => (ServerId?)p).FirstOrDefault();
}

/// <summary>
/// Decides from the introductions whether the view may act, and whose state it continues from. Members
/// that have lost their memory don't count towards the majority that knows everything committed.
/// </summary>
internal static class GroupsAgreementRule
{
    // A server that gives out numbers faster than this for as long as it lives would catch up with the next.
    private const long NumbersPerMillisecond = 1_000;

    /// <summary>The agreement; null: there is no majority.</summary>
    public static GroupsAgreement? Decide(RingId ring, EquatableMap<EngineMember, HelloWords> hellos)
    {
        EquatableArray<NodeVotes> votes = hellos.Entries[0].Value.Votes;
        // Two halves may both be quorate by the engine's rules (two_node). Without fencing, only a true
        // majority may act, or a claim has two holders.
        int needed = Math.Max(hellos.Values.Max(h => h.Needed), (votes.Sum(v => v.Votes) / 2) + 1);
        if (hellos.Values.Any(h => h.Quorate == EngineQuorum.Missing) || Count(votes, hellos.Keys) < needed)
            return null;
        Epoch epoch = NextIn(ring.Sequence, hellos.Values.Max(h => h.Standing.Epoch));
        EquatableArray<NodeVotes> present = votes.RemoveAll(v => hellos.Keys.All(m => m.Node != v.Node));
        GroupsAgreement agreement = Continue(epoch, hellos, votes, needed) is { } known
            ? Agreed(known.Key, known.Value)
            : Found(epoch, hellos, present, needed);
        return agreement with
        {
            Boots = agreement.Participants.Select(p => new ServerBoot(
                p, hellos.Find(p.Member)!.Boot, hellos.Find(p.Member)!.Owes)).ToEquatableArray(),
            Configured = votes.Select(v => v.Node).ToEquatableArray(),
        };

        GroupsAgreement Agreed(EngineMember source, HelloWords words)
        {
            EquatableArray<ServerId> participants = hellos.Entries
                .Select(h => IsInStep(h.Value, words) && h.Value.Id is { } id
                    ? id
                    : new ServerId(h.Key, epoch))
                .ToEquatableArray();
            return new GroupsAgreement(
                epoch, source, words.Lineage!, words.Standing.Index, words.Token, participants, present,
                    needed);
        }
    }

    private static Epoch NextIn(ulong ring, Epoch last) =>
        last.Ring >= ring ? last with { Round = last.Round + 1 } : new Epoch(ring, 1);

    // The best standing of the lineage of which a majority still knows.
    private static MapEntry<EngineMember, HelloWords>? Continue(
        Epoch epoch, EquatableMap<EngineMember, HelloWords> hellos, EquatableArray<NodeVotes> votes,
            int needed)
    {
        foreach (IGrouping<Lineage, MapEntry<EngineMember, HelloWords>> line in hellos.Entries
            .Where(h => h.Value.Lineage is not null).GroupBy(h => h.Value.Lineage!))
        {
            if (Count(votes, line.Select(h => h.Key)) < needed)
                continue;
            MapEntry<EngineMember, HelloWords> best =
                line.OrderByDescending(h => h.Value.Standing).ThenBy(h => h.Key).First();
            InvariantException.Require(
                best.Value.Standing.Epoch.CompareTo(epoch) < 0,
                    "a view that isn't later than the one before");
            return best;
        }

        return null;
    }

    private static GroupsAgreement Found(
        Epoch epoch, EquatableMap<EngineMember, HelloWords> hellos, EquatableArray<NodeVotes> votes,
            int needed)
    {
        long stamp = hellos.Values.Max(h => h.Stamp);
        long token = Math.Max(stamp * NumbersPerMillisecond, hellos.Values.Max(h => h.Token));
        EngineMember founder = hellos.Keys.First();
        return new GroupsAgreement(
            epoch, null, new Lineage(founder, epoch, stamp), 0, token,
            hellos.Keys.Select(m => new ServerId(m, epoch)).ToEquatableArray(), votes, needed);
    }

    private static bool IsInStep(HelloWords words, HelloWords source) =>
        words.Lineage == source.Lineage && words.Standing == source.Standing;

    private static int Count(EquatableArray<NodeVotes> votes, IEnumerable<EngineMember> members)
    {
        HashSet<NodeId> nodes = [.. members.Select(m => m.Node)];
        return votes.Where(v => nodes.Contains(v.Node)).Sum(v => v.Votes);
    }
}
