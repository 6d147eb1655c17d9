using Truce.Model;
using Truce.Ports;

namespace Truce.Engine.Local.Sequencing;

/// <summary>Faults on purpose, and how things stand.</summary>
internal sealed partial class SequencerCore
{
    /// <summary>Stops messages between nodes; one way, or both.</summary>
    public void Cut(IEnumerable<NodeId> from, IReadOnlyCollection<NodeId> to, bool oneWay, Instant now)
    {
        foreach (NodeId one in from)
        {
            foreach (NodeId other in to)
            {
                _reach.Cut(one, other, now);
                if (!oneWay)
                    _reach.Cut(other, one, now);
            }
        }
    }

    /// <summary>Makes these the cuts there are, in one step: between a heal and a new
    /// cut the rings would meet. </summary>
    public void SetCuts(IReadOnlyCollection<(NodeId From, NodeId To)> cuts, Instant now) => _reach.Replace(cuts, now);

    /// <summary>Takes all cuts back.</summary>
    public void Heal() => _reach.Heal();

    /// <summary>How things stand.</summary>
    public SequencerStatus Status(Instant now) => new(
        true,
        null,
        (int)options.Token.TotalMilliseconds,
        [.. _rings.OrderBy(r => r.Id.Representative).Select(r => new RingStatus(
            r.Id.ToString(), [.. r.Nodes.Select(n => n.Id.Value)], IsFrozen(r, now), r.Pending.Count,
            VoteCount.Judge(r, options).Info.Quorate))],
        [.. _nodes.Values.OrderBy(n => n.Id).Select(n => new NodeStatus(
            n.Id.Value, n.Incarnation, (int)Age(n.LastHeard, now).TotalMilliseconds,
            DoubtSince(n, now) is not null,
            [.. n.Clients.Select(c => $"{c.Group}/{c.Member.Process}").Order()]))],
        [.. _reach.Cuts.Select(c => $"{c.From} {c.To}")]);
}
