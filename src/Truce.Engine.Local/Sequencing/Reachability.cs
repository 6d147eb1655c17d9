using Truce.Model;
using Truce.Ports;

namespace Truce.Engine.Local.Sequencing;

/// <summary>
/// Which nodes can hear which. A ring needs both directions between all of its members, so that one-way loss
/// parts nodes as surely as a cut, only later if the way back still carries: here both take the token time.
/// </summary>
internal sealed class Reachability
{
    private readonly Dictionary<(NodeId From, NodeId To), Instant> _cut = [];

    public bool Any => _cut.Count > 0;

    public IEnumerable<(NodeId From, NodeId To)> Cuts => _cut.Keys.Order();

    public void Cut(NodeId from, NodeId to, Instant now)
    {
        if (from != to)
            _cut.TryAdd((from, to), now);
    }

    public void Heal() => _cut.Clear();

    /// <summary>These and no others; those that were there keep their age.</summary>
    public void Replace(IReadOnlyCollection<(NodeId From, NodeId To)> cuts, Instant now)
    {
        foreach ((NodeId, NodeId) old in _cut.Keys.Where(c => !cuts.Contains(c)).ToList())
            _cut.Remove(old);
        foreach ((NodeId from, NodeId to) in cuts)
            Cut(from, to, now);
    }

    /// <summary>Moves every cut later: its time didn't count while the observer stood still.</summary>
    public void Postpone(TimeSpan by, Instant now)
    {
        foreach ((NodeId, NodeId) pair in _cut.Keys.ToList())
        {
            Instant later = _cut[pair].Plus(by);
            _cut[pair] = later.CompareTo(now) < 0 ? later : now;
        }
    }

    /// <summary>Since when the two don't hear each other; null: they do.</summary>
    public Instant? CutSince(NodeId one, NodeId other)
    {
        bool there = _cut.TryGetValue((one, other), out Instant thereSince);
        bool back = _cut.TryGetValue((other, one), out Instant backSince);
        return (there, back) switch
        {
            (true, true) => thereSince.CompareTo(backSince) <= 0 ? thereSince : backSince,
            (true, false) => thereSince,
            (false, true) => backSince,
            (false, false) => null,
        };
    }
}
