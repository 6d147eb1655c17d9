using System.Collections.Immutable;
using Truce.Engine.Local.Wire;
using Truce.Model;
using Truce.Ports;

namespace Truce.Engine.Local.Sequencing;

/// <summary>
/// Total order, membership and quorum for the nodes of one machine: a machine without sockets or clock. Nodes
/// that hear each other form a ring; each ring orders the messages of its groups by itself. A node is a
/// member until nothing has come from any of its connections for the token time. A connection that ends says
/// nothing about its node: the node's other connections are asked, and only an answer makes it <em>process
/// down</em>; without one the token runs out and it was the node. While a member is in doubt its ring orders
/// nothing (see <see cref="SequencerOptions.Freeze"/>), as with Corosync's lost token.
/// </summary>
internal sealed partial class SequencerCore(SequencerOptions options)
{
    private readonly Dictionary<long, SequencedClient> _clients = [];
    private readonly Dictionary<NodeId, SequencedNode> _nodes = [];
    private readonly List<Ring> _rings = [];
    private readonly Reachability _reach = new();
    private readonly List<SequencerOutput> _outputs = [];
    private ulong _ringSequence = options.FirstRing;
    private ulong _probe;
    private Instant? _lastTurn;

    /// <summary>What is to be done since the last call.</summary>
    public ImmutableArray<SequencerOutput> TakeOutputs()
    {
        ImmutableArray<SequencerOutput> outputs = [.. _outputs];
        _outputs.Clear();
        return outputs;
    }

    /// <summary>A frame came over a connection. <see cref="Turn"/> is due once all that can be read has been
    /// read: before that, a node whose frames still wait to be read would look silent.</summary>
    public void Received(long connection, FrameType type, ReadOnlySpan<byte> body, Instant now)
    {
        if (type == FrameType.Hello)
        {
            Hello hello = FrameCodec.DecodeHello(body);
            if (_clients.ContainsKey(connection))
                throw new FrameException("a second hello");
            Welcome(connection, hello, now);
        }
        else if (_clients.TryGetValue(connection, out SequencedClient? client))
        {
            client.Node.LastHeard = now;
            FromClient(client, type, body);
        }
        else
        {
            throw new FrameException("no hello first");
        }
    }

    /// <summary>A connection ended; <see cref="Turn"/> is due.</summary>
    public void Closed(long connection, Instant now)
    {
        if (!_clients.Remove(connection, out SequencedClient? client))
            return;
        SequencedNode node = client.Node;
        node.Clients.Remove(client);
        if (client.Leaving)
        {
            ForgetIfLeft(node);
        }
        else
        {
            if (node.Unproven.Count == 0)
                node.UnprovenSince = now;
            node.Unproven.Add(client);
            // An answer to an earlier question was given before this connection ended: it proves nothing.
            node.Probe = 0;
        }
    }

    private static void FromClient(SequencedClient client, FrameType type, ReadOnlySpan<byte> body)
    {
        switch (type)
        {
            case FrameType.Heartbeat:
                break;
            case FrameType.ProbeReply:
                Proven(client.Node, new FrameReader(body).UInt64());
                break;
            case FrameType.Leave:
                client.Leaving = true;
                client.Node.Ring.Pending.Enqueue(new PendingItem.Gone(client, MembershipReason.Leave));
                break;
            case FrameType.Data:
                TakePart(client, body);
                break;
            case FrameType.Hello or FrameType.Welcome or FrameType.Refused or FrameType.Part or FrameType.View
                or FrameType.Quorum or FrameType.Ordered or FrameType.Probe:
            default:
                throw new FrameException($"frame type {type} from a client");
        }
    }

    private static void TakePart(SequencedClient client, ReadOnlySpan<byte> body)
    {
        FrameReader reader = new(body);
        bool last = reader.Flag();
        ReadOnlySpan<byte> bytes = reader.Rest();
        client.PartBytes += bytes.Length;
        if (client.PartBytes > FrameLimits.MessageBytesMax)
            throw new FrameException($"a message of more than {FrameLimits.MessageBytesMax} bytes");
        client.Parts.Add(new FrameWriter(FrameType.Part, bytes.Length + 64)
            .Member(client.Member).Flag(last).Bytes(bytes).ToFrame());
        if (!last)
            return;
        client.Node.Ring.Pending.Enqueue(new PendingItem.Message(client, [.. client.Parts], client.PartBytes));
        client.Parts.Clear();
        client.PartBytes = 0;
    }

    private void Welcome(long connection, Hello hello, Instant now)
    {
        if (Refusal(hello) is { } reason)
        {
            _outputs.Add(new SequencerOutput.Send(connection, FrameCodec.EncodeRefused(reason)));
            _outputs.Add(new SequencerOutput.Close(connection, reason));
            return;
        }

        if (_nodes.TryGetValue(hello.Node, out SequencedNode? known) && known.Incarnation != hello.Incarnation)
            Forget(known, $"{hello.Node} has booted again");
        SequencedNode node = HeardNode(hello, now);
        SequencedClient client = new(connection, node, hello.Group, hello.Process);
        _clients.Add(connection, client);
        node.Clients.Add(client);
        _outputs.Add(new SequencerOutput.Send(connection, FrameCodec.Encode(new Welcome(
            (int)options.Token.TotalMilliseconds, (int)options.Heartbeat.TotalMilliseconds,
            options.WindowMessages, options.WindowBytes))));
        // A new node first meets the others, so that its first process joins where it will stay.
        Meet(now);
        node.Ring.Pending.Enqueue(new PendingItem.Join(client));
    }

    private string? Refusal(Hello hello)
    {
        if (hello.KernelBoot != options.KernelBoot)
            return "the local engine is for one machine; use Corosync across machines (engine = corosync)";
        if (!options.Nodes.ContainsKey(hello.Node))
            return $"node {hello.Node} is not among the configured nodes {options.NodesText}";
        if (hello.Nodes.Length > 0 && hello.Nodes != options.NodesText)
            return $"nodes differ: this node has '{hello.Nodes}', the sequencer '{options.NodesText}'";
        return _nodes.TryGetValue(hello.Node, out SequencedNode? node)
            && node.Clients.Exists(c => c.Group == hello.Group && c.Member.Process == hello.Process)
            ? $"{hello.Node}/{hello.Process} is already in group {hello.Group}"
            : null;
    }

    private SequencedNode HeardNode(Hello hello, Instant now)
    {
        if (_nodes.TryGetValue(hello.Node, out SequencedNode? node))
        {
            // A process of that same boot of the node has just connected: the node is alive.
            ProcessesDown(node);
            node.LastHeard = now;
            return node;
        }

        uint index = (uint)options.Nodes.Keys.ToList().IndexOf(hello.Node) + 1;
        node = new SequencedNode(hello.Node, index, options.Nodes[hello.Node], hello.Incarnation, null!, now);
        _nodes.Add(hello.Node, node);
        NewRing([node]);
        return node;
    }

    private static void Proven(SequencedNode node, ulong probe)
    {
        if (probe == node.Probe && probe != 0)
            ProcessesDown(node);
    }

    private static void ProcessesDown(SequencedNode node)
    {
        foreach (SequencedClient client in node.Unproven)
            node.Ring.Pending.Enqueue(new PendingItem.Gone(client, MembershipReason.ProcessDown));
        node.Unproven.Clear();
        node.Probe = 0;
    }

    /// <summary>All of a node's processes left in order: it goes at once.</summary>
    private void ForgetIfLeft(SequencedNode node)
    {
        bool left = node.Clients.Count == 0 && node.Unproven.Count == 0
            && !node.Ring.Pending.Any(p => p.Client.Node == node);
        if (left && _nodes.ContainsKey(node.Id))
            Forget(node, "left");
    }

    private void Forget(SequencedNode node, string reason)
    {
        foreach (SequencedClient client in node.Clients)
        {
            _clients.Remove(client.Connection);
            _outputs.Add(new SequencerOutput.Close(client.Connection, reason));
        }

        _nodes.Remove(node.Id);
        Split(node.Ring, [[.. node.Ring.Nodes.Where(n => n != node)]]);
        node.Clients.Clear();
    }
}
