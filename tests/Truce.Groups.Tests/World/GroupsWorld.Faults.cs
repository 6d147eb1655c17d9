using Truce.Model;

namespace Truce.Groups.Tests.World;

/// <summary>What becomes of messages under way when a ring ends.</summary>
internal enum Loss
{
    /// <summary>They are delivered.</summary>
    Nothing,

    /// <summary>Those of the others that nobody on this side has delivered are lost.</summary>
    FromOthers,
}

/// <content>Faults.</content>
internal sealed partial class GroupsWorld
{
    /// <summary>A server's process is killed: its clients' sockets break.</summary>
    public void Kill(int node, Loss loss = Loss.Nothing)
    {
        List<int> others = Companions(node).Where(n => n != node).ToList();
        foreach (WorldClient client in _clients.Where(c => c.Node == node).ToList())
            Change(node, client.Number, c => c with { IsOpen = false });
        _nodes = _nodes.SetItem(node, _nodes[node] with { Server = null, Queue = [] });
        Split(loss, others);
    }

    /// <summary>It is started again.</summary>
    public void Boot(int node, IReadOnlyList<int> with)
    {
        _nodes = _nodes.SetItem(node, Booted(node));
        Split(Loss.Nothing, [.. with, node]);
    }

    /// <summary>A machine loses its power, and its server and clients with it.</summary>
    public void PowerOff(int node, Loss loss = Loss.Nothing)
    {
        if (_nodes[node].Server is not null)
            Kill(node, loss);
        _nodes = _nodes.SetItem(node, _nodes[node] with { IsOff = true, IsStopped = false });
    }

    /// <summary>It boots, and controllers no longer say that it is off.</summary>
    public void PowerOn(int node, IReadOnlyList<int> with)
    {
        for (int n = 0; n < _nodes.Count; n++)
            TellProof(node, n, ProofReach.Boot);
        _nodes = _nodes.SetItem(node, _nodes[node] with
        {
            IsOff = false,
            Boots = _nodes[node].Boots + 1,
            Kept = [],
        });
        Boot(node, with);
    }

    /// <summary>A server's controller says that a node was off in its last boot before now; whether that is
    /// true is the caller's business.</summary>
    public void TellProof(int node, int to, ProofReach reach = ProofReach.Node)
    {
        NodeProof proof = new(_nodes[node].Member.Node, _nodes[node].Boot, reach, "shot");
        Step(to, new GroupsInput.ProofsTold([proof]));
    }

    /// <summary>Whether nothing of a boot of a node acts any more.</summary>
    public bool IsOver(int node, int boot) => _nodes[node].IsOff || _nodes[node].Boots != boot;

    /// <summary>Nodes that hear each other, from now on.</summary>
    public void Split(Loss loss, params IReadOnlyList<int>[] sides)
    {
        foreach (IReadOnlyList<int> side in sides.Where(s => s.Count > 0))
        {
            _ring += 4;
            RingId ring = new((uint)side[0] + 1, _ring);
            List<int> up = [.. side.Where(n => _nodes[n].Server is not null).Order()];
            EquatableArray<EngineMember> members = up.Select(n => _nodes[n].Member).ToEquatableArray();
            EngineQuorum present = side.Count > _nodes.Count / 2 ? EngineQuorum.Present
                : EngineQuorum.Missing;
            WorldEvent[] news = [new WorldEvent.View(ring, members), new WorldEvent.Quorum(ring, present)];
            if (loss == Loss.FromOthers)
                Lose(up);
            foreach (int n in up)
                _nodes =
                    _nodes.SetItem(n,
                        _nodes[n] with { Ring = (int)_ring, Queue =
                            _nodes[n].Queue.Concat(news).ToEquatableArray() });
        }
    }

    /// <summary>SIGSTOP: it does nothing, and the engine doesn't notice.</summary>
    public void Stop(int node) => _nodes = _nodes.SetItem(node, _nodes[node] with { IsStopped = true });

    public void Continue(int node) => _nodes = _nodes.SetItem(node, _nodes[node] with { IsStopped = false });

    public IEnumerable<int> Companions(int node) => Enumerable.Range(0, _nodes.Count)
        .Where(n => _nodes[n].Server is not null && _nodes[n].Ring == _nodes[node].Ring);

    // What one of the side has delivered, all of it will: the queues' common end is what none has.
    private void Lose(List<int> side)
    {
        int common = side.Select(n => _nodes[n].Queue.Count).DefaultIfEmpty(0).Min();
        foreach (int n in side)
        {
            EquatableArray<WorldEvent> queue = _nodes[n].Queue;
            int kept = queue.Count - common;
            _nodes = _nodes.SetItem(n, _nodes[n] with
            {
                Queue = [.. queue.Take(kept),
                    .. queue.Skip(kept).Where(e => e is not WorldEvent.Said said
                        || side.Contains(said.Node))],
            });
        }
    }

    private WorldNode Booted(int node)
    {
        EngineMember member = _nodes[node].Member with { Process = ++_processes };
        ServerLife life = new(1_000_000 + (Now / 1_000_000), _nodes[node].Boot, _nodes[node].Kept);
        return new WorldNode(
            member, new GroupsMachine(member, life, _limits, ServerTimes), 0, false, [])
        {
            Boots = _nodes[node].Boots,
            Kept = _nodes[node].Kept,
        };
    }
}
