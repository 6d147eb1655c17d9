using System.Collections.Immutable;
using Truce.Model;
using Truce.Ports;

namespace Truce.Engine.Local.Sequencing;

/// <summary>Votes as Corosync's votequorum counts them.</summary>
internal static class VoteCount
{
    /// <summary>Judges a ring, and notes on its nodes that wait-for-all is satisfied where it is.</summary>
    public static EngineEvent.Quorum Judge(Ring ring, SequencerOptions options)
    {
        int votes = ring.Nodes.Sum(n => n.Votes);
        int needed = Needed(options);
        bool seenAll = ring.Nodes.Any(n => n.SeenAll) || ring.Nodes.Count == options.Nodes.Count;
        bool quorate = votes >= needed && (!options.WaitForAll || seenAll);
        if (quorate)
        {
            foreach (SequencedNode node in ring.Nodes)
                node.SeenAll = true;
        }

        return new EngineEvent.Quorum(ring.Id, new QuorumInfo(
            quorate, [.. ring.Nodes.Select(n => n.Id).Order()], options.Nodes, votes, needed, options.WaitForAll,
            options.TwoNode));
    }

    private static int Needed(SequencerOptions options) =>
        options.TwoNode ? 1 : (options.Nodes.Values.Sum() / 2) + 1;
}
