using System.Collections.Immutable;
using Truce.Engine.Corosync.Native;
using Truce.Model;

namespace Truce.Engine.Corosync;

/// <summary>Names and votes of nodes, read again when Corosync reports an unknown node.</summary>
internal sealed class NodeNames(ClusterMap map)
{
    private ClusterMap _map = map;

    public uint Self => _map.Self;

    public ImmutableSortedDictionary<NodeId, int> Votes => _map.Votes;

    public NodeId Of(uint number)
    {
        if (!_map.Knows(number))
            ReadAgain();
        return _map.Name(number);
    }

    /// <summary>Reads the map again if its votes aren't the expected ones any more.</summary>
    public void Expect(int votes)
    {
        if (_map.Votes.Values.Sum() != votes)
            ReadAgain();
    }

    private void ReadAgain()
    {
        try
        {
            _map = ClusterMap.Read();
        }
        catch (CorosyncException)
        {
            // It is going down; the next call on the group's own handle says so.
        }
    }
}
