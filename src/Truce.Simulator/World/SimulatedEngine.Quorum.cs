using System.Collections.Immutable;
using Truce.Model;
using Truce.Ports;

namespace Truce.Simulator.World;

/// <summary>How the engine gives quorum.</summary>
internal enum QuorumRule
{
    /// <summary>More than half of the votes.</summary>
    Majority,

    /// <summary>Two nodes, one vote is enough once both have met since the
    /// engine's start (two_node).</summary>
    TwoNode,

    /// <summary>Of two equal halves the one with the lowest node goes on (auto_tie_breaker).</summary>
    TieBreaker,

    /// <summary>A device gives its vote to one partition.</summary>
    Device,
}

/// <summary>Votes.</summary>
internal sealed partial class SimulatedEngine
{
    /// <summary>Whether one of two nodes is first quorate when it has seen
    /// the other (wait_for_all).</summary>
    public bool WaitsForAll { get; set; } = true;

    private NodeId? DeviceVote(ImmutableArray<ImmutableArray<Station>> groups) =>
        rule != QuorumRule.Device || groups.IsEmpty
            ? null
            : groups.OrderByDescending(g => g.Length).ThenBy(g => g[0].Node).First()[0].Node;

    private void TellQuorumIfChanged(ImmutableArray<Station> group, bool deviceVotes)
    {
        Ring ring = group[0].Ring!;
        if (ring.DeviceVotes == deviceVotes)
            return;
        ring.DeviceVotes = deviceVotes;
        foreach (Station station in group)
            TellQuorum(station, ring);
    }

    private void TellQuorum(Station station, Ring ring)
    {
        TimeSpan delay = QuorumIsLate ? clock.Between(0, 3_000) : clock.Chance(0.4) ? TimeSpan.Zero : clock.Between(0, 20);
        if (delay == TimeSpan.Zero)
            Told();
        else
            clock.After(delay, Told);

        void Told()
        {
            if (station.Ring == ring && station.IsUp)
            {
                foreach (Port client in station.Clients.Values.ToList())
                    client.Tell(new EngineEvent.Quorum(ring.Id, Quorum(ring, station)));
            }

            station.QuorumTold = ring;
        }
    }

    private QuorumInfo Quorum(Ring ring, Station station)
    {
        int device = rule == QuorumRule.Device ? 1 : 0;
        int votes = ring.Nodes.Length + (ring.DeviceVotes ? 1 : 0);
        bool twoNode = rule == QuorumRule.TwoNode;
        int needed = twoNode ? 1 : ((configured.Length + device) / 2) + 1;
        bool quorate = rule switch
        {
            QuorumRule.Majority or QuorumRule.Device => votes >= needed,
            QuorumRule.TwoNode => station.HasSeenAll || !WaitsForAll,
            QuorumRule.TieBreaker => votes >= needed || (votes * 2 == configured.Length && ring.Nodes.Contains(configured[0])),
        };
        return new QuorumInfo(
            quorate, ring.Nodes, configured.ToImmutableSortedDictionary(n => n, _ => 1), votes, needed,
            WaitForAll: twoNode && WaitsForAll, TwoNode: twoNode);
    }
}
