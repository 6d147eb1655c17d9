using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>What a view may do.</summary>
public enum ViewMode
{
    /// <summary>It holds quorum: its log is the cluster's.</summary>
    Quorate,

    /// <summary>No quorum: it continues in a branch that won't be trusted later, to stop
    /// what the policy requires.</summary>
    Minority,

    /// <summary>It does nothing: the engine is quorate but there are too few controllers, or
    /// no member holds a state.</summary>
    Waiting,
}

/// <summary>
/// What the hellos of a view lead to. A pure function of them: because they come in total order, every member
/// that has the last of them computes the same.
/// </summary>
/// <param name="Mode">What the view may do.</param>
/// <param name="Why">For people.</param>
/// <param name="Source">Whose state it goes on with; null where it waits.</param>
/// <param name="FromDisk">The source has no state in memory, only its disk: a cold start.</param>
/// <param name="InSync">Who already holds the source's state.</param>
/// <param name="Epoch">The epoch, if quorate.</param>
/// <param name="Formed">The entry that begins it; null where it waits.</param>
/// <param name="Restorer">Whose disk holds an acknowledged configuration that
/// the source has lost; or null.</param>
public sealed record Agreement(
    ViewMode Mode,
    string Why,
    EngineMember? Source,
    bool FromDisk,
    ImmutableSortedSet<EngineMember> InSync,
    Epoch Epoch,
    Command.Formed? Formed,
    EngineMember? Restorer)
{
    /// <summary>The engine has quorum, but too few nodes have a controller to commit anything.</summary>
    public bool LacksControllers { get; init; }

    /// <summary>The same for a member that has no part in it.</summary>
    internal Agreement Waiting(string why) =>
        this with
        {
            Mode = ViewMode.Waiting,
            Why = why,
            Source = null,
            Formed = null,
            LacksControllers = false,
        };

    /// <summary>Votes that a quorum of acknowledgements needs.</summary>
    public int Needed => Formed?.Needed ?? int.MaxValue;
}

/// <summary>Decides what a view goes on with (docs/decisions: source of a view).</summary>
public static class AgreementRule
{
    /// <summary>Decides.</summary>
    /// <param name="view">The view.</param>
    /// <param name="hellos">The facts of every member that said hello.</param>
    /// <param name="silent">Members that didn't.</param>
    public static Agreement Decide(
        ViewTag view, ImmutableSortedDictionary<EngineMember, HelloFacts> hellos, ImmutableArray<EngineMember> silent)
    {
        hellos = OfOneCluster(hellos);
        bool quorate = hellos.Values.All(h => h.Quorate);
        int needed = Needed(hellos);
        if (quorate && Votes(hellos, hellos.Keys) < needed)
        {
            // Whoever has waited long enough, or is the last to leave, goes on as a side without quorum does.
            if (!hellos.Values.Any(h => h.Running) || !hellos.Values.All(h => h.WaitsNoLonger || !h.Running))
            {
                return Wait(TooFew(hellos, needed)) with { LacksControllers = true };
            }

            quorate = false;
        }

        ImmutableArray<KeyValuePair<EngineMember, HelloFacts>> running = [.. hellos.Where(h => h.Value.Running)];
        if (running.Length > 0)
            return GoOn(view, hellos, silent, running, quorate, needed);
        if (!quorate)
            return Wait("no quorum, and no member holds a state");
        return ColdStart(view, hellos, silent, needed);
    }

    // A member with another cluster's disk takes no part: it will see so itself, and leave. Running
    // members know which cluster this is; at a cold start the disks with the most votes decide, so that
    // one foreign disk can't drive out all others.
    private static ImmutableSortedDictionary<EngineMember, HelloFacts> OfOneCluster(
        ImmutableSortedDictionary<EngineMember, HelloFacts> hellos)
    {
        var known = hellos.Where(h => h.Value.Cluster.Length > 0).ToList();
        if (known.Select(h => h.Value.Cluster).Distinct().Count() < 2)
            return hellos;
        string cluster = known.GroupBy(h => h.Value.Cluster)
            .OrderByDescending(g => g.Any(h => h.Value.Running))
            .ThenByDescending(g => Votes(hellos, g.Select(h => h.Key)))
            .ThenByDescending(g => g.Max(h => h.Value.Lineage)).ThenBy(g => g.Key, StringComparer.Ordinal)
            .First().Key;
        return hellos.RemoveRange(known.Where(h => h.Value.Cluster != cluster).Select(h => h.Key));
    }

    private static Agreement Wait(string why) =>
        new(ViewMode.Waiting, why, null, false, [], default, null, null);

    private static string TooFew(ImmutableSortedDictionary<EngineMember, HelloFacts> hellos, int needed) =>
        $"quorum, but controllers with {Votes(hellos, hellos.Keys)} of {needed} votes: "
            + "start truced on more nodes";

    // The largest standing holds everything that was committed: see docs/decisions. Names only break ties.
    private static Agreement GoOn(
        ViewTag view,
        ImmutableSortedDictionary<EngineMember, HelloFacts> hellos,
        ImmutableArray<EngineMember> silent,
        ImmutableArray<KeyValuePair<EngineMember, HelloFacts>> running,
        bool quorate,
        int needed)
    {
        (EngineMember source, HelloFacts best) = running
            .OrderByDescending(h => h.Value.Lineage).ThenBy(h => h.Value.Aside)
            .ThenByDescending(h => h.Value.Standing).ThenBy(h => h.Key).First();
        bool Same(HelloFacts h) => h.Running && h.Lineage == best.Lineage && h.Standing == best.Standing
            && h.TailHash == best.TailHash && (quorate || h.Branch == best.Branch);
        ImmutableSortedSet<EngineMember> inSync = [.. running.Where(h => Same(h.Value)).Select(h => h.Key)];
        // Where a branch begins, nobody goes on: results that were under way in the log are lost in it, and
        // everybody reports what really runs.
        bool GoesOn(HelloFacts h) => !h.OwesReport
            && (quorate ? h.Branch.Length == 0 : h.Branch.Length > 0 && h.Branch == best.Branch);
        ImmutableSortedSet<EngineMember> goOn = [.. inSync.Where(m => GoesOn(hellos[m]))];
        Epoch epoch = quorate ? NextEpoch(view, hellos) : best.Standing.Epoch;
        EngineMember? restorer = quorate ? Restorer(hellos, best) : null;
        Command.Formed formed = Form(epoch, quorate, hellos, silent, goOn, needed);
        // What only controllers that have died since knew can have been committed: the same index may
        // have been another's. With a restorer of the same lineage it stays, as disks are compared by it;
        // what has begun since is outranked.
        if (quorate && (restorer is null || hellos[restorer.Value].Lineage > best.Lineage)
            && Votes(hellos, running.Select(h => h.Key)) < needed)
        {
            formed = formed with { Lineage = epoch.LineageAfter(hellos.Values.Max(h => h.Lineage), hellos.Values.Select(h => h.Session)) };
        }

        string why = !quorate && formed.EngineQuorate
            ? $"{TooFew(hellos, needed)}; what runs here stays up and is monitored, "
                + "nothing is started or fenced"
            : $"{source} continues from {best.Standing}";
        return new Agreement(
            quorate ? ViewMode.Quorate : ViewMode.Minority, why, source,
            false, inSync, epoch, formed, restorer);
    }

    // A member without a store, or with one that was made just now, has forgotten what it may have
    // acknowledged: it doesn't count unless all nodes are present. A member that lost its store to a fault
    // doesn't count even then: its data may still be recoverable.
    private static Agreement ColdStart(
        ViewTag view,
        ImmutableSortedDictionary<EngineMember, HelloFacts> hellos,
        ImmutableArray<EngineMember> silent,
        int needed)
    {
        IEnumerable<EngineMember> keeping = hellos.Where(h => !h.Value.FreshStore).Select(h => h.Key);
        bool all = hellos.Values.First().Votes.All(v => hellos.Values.Any(h => h.Node == v.Node && !h.AwaitsSnapshot));
        int keepingVotes = Votes(hellos, keeping);
        if (!all && keepingVotes < needed)
        {
            string[] waiting = [.. hellos.Where(h => h.Value.AwaitsSnapshot).Select(h => h.Value.Node.Value)];
            return Wait($"cold start: only {keepingVotes} of {needed} required votes have a store, and not all nodes are present"
                + (waiting.Length > 0 ? $"; {string.Join(", ", waiting)} lost its store and awaits a snapshot" : ""));
        }

        (EngineMember source, HelloFacts best) = hellos.Where(h => !h.Value.AwaitsSnapshot)
            .OrderByDescending(h => h.Value.Lineage).ThenByDescending(h => h.Value.Durable).ThenBy(h => h.Key).First();
        Epoch epoch = NextEpoch(view, hellos);
        Command.Formed formed = Form(epoch, true, hellos, silent, [], needed);
        return new Agreement(
            ViewMode.Quorate, $"cold start from the disk of {source} ({best.Durable})", source, true, [source], epoch,
            formed, null);
    }

    // A joiner's disk can hold a configuration that was acknowledged and that every running member
    // lost: only if it was written in the source's last view, or a later one, behind what the source
    // has; a lineage may have begun since.
    private static EngineMember? Restorer(
        ImmutableSortedDictionary<EngineMember, HelloFacts> hellos, HelloFacts source)
    {
        IEnumerable<KeyValuePair<EngineMember, HelloFacts>> newer = hellos
            .Where(h => !h.Value.Running && h.Value.Cluster == source.Cluster && h.Value.Lineage >= source.Lineage
                && h.Value.Durable.CompareTo(source.Standing) > 0)
            .OrderByDescending(h => h.Value.Durable).ThenBy(h => h.Key);
        foreach ((EngineMember member, _) in newer)
            return member;
        return null;
    }

    private static Epoch NextEpoch(ViewTag view, ImmutableSortedDictionary<EngineMember, HelloFacts> hellos)
    {
        // Disks too: if every controller dies within one ring, that ring starts over from them.
        int rounds = hellos.Values.SelectMany(h => new[] { h.Standing.Epoch, h.Durable.Epoch })
            .Where(e => e.Ring == view.Ring.Sequence).Select(e => e.Round).DefaultIfEmpty(0).Max();
        return new Epoch(view.Ring.Sequence, rounds + 1);
    }

    private static Command.Formed Form(
        Epoch epoch,
        bool quorate,
        ImmutableSortedDictionary<EngineMember, HelloFacts> hellos,
        ImmutableArray<EngineMember> silent,
        ImmutableSortedSet<EngineMember> goOn,
        int needed) => new(
            epoch,
            quorate,
            hellos.Select(h => Take(h.Key, h.Value, goOn.Contains(h.Key))).ToEquatableArray(),
            silent.Select(m => m.Node).Distinct().Order().ToEquatableArray(),
            hellos.Values.SelectMany(h => h.Heard).Distinct().Order().ToEquatableArray(),
            hellos.Values.First().Votes,
            needed,
            hellos.Values.Any(h => h.WaitForAll))
        {
            IsExclusive = hellos.Values.Any(h => h.IsExclusive),
            EngineQuorate = hellos.Values.All(h => h.Quorate),
        };

    private static Participant Take(EngineMember member, HelloFacts facts, bool goesOn) => new(
        member, facts.Uuid, facts.Session, facts.Incarnation, facts.FeatureLevel,
        goesOn ? ParticipantKind.Continues : ParticipantKind.Joins);

    // Votes of a quorum device count for the partition that has it: the nodes must provide the rest.
    private static int Needed(ImmutableSortedDictionary<EngineMember, HelloFacts> hellos) =>
        hellos.Values.Max(h => Math.Max(1, h.Needed - h.ExtraVotes));

    private static int Votes(
        ImmutableSortedDictionary<EngineMember, HelloFacts> hellos, IEnumerable<EngineMember> members)
    {
        ImmutableSortedSet<NodeId> nodes = [.. members.Select(m => m.Node)];
        return hellos.Values.First().Votes.Where(v => nodes.Contains(v.Node)).Sum(v => v.Votes);
    }
}
