using Truce.Engine.Local.Wire;
using Truce.Model;
using Truce.Ports;

namespace Truce.Engine.Local.Sequencing;

/// <summary>A node that is heard, or was within the token time.</summary>
internal sealed class SequencedNode(NodeId id, uint index, int votes, string incarnation, Ring ring, Instant now)
{
    public NodeId Id { get; } = id;

    public uint Index { get; } = index;

    public int Votes { get; } = votes;

    public string Incarnation { get; } = incarnation;

    public Ring Ring { get; set; } = ring;

    /// <summary>When one of its connections last said something.</summary>
    public Instant LastHeard { get; set; } = now;

    /// <summary>It has once been quorate together with what wait-for-all asks for.</summary>
    public bool SeenAll { get; set; }

    /// <summary>Open connections.</summary>
    public List<SequencedClient> Clients { get; } = [];

    /// <summary>Connections that broke, while it isn't yet known whether the node broke with them.</summary>
    public List<SequencedClient> Unproven { get; } = [];

    /// <summary>Since when <see cref="Unproven"/> isn't empty.</summary>
    public Instant UnprovenSince { get; set; }

    /// <summary>The probe under way, or 0.</summary>
    public ulong Probe { get; set; }
}

/// <summary>One connection of a node's process to one group.</summary>
internal sealed class SequencedClient(long connection, SequencedNode node, string group, uint process)
{
    public long Connection { get; } = connection;

    public SequencedNode Node { get; } = node;

    public string Group { get; } = group;

    public EngineMember Member { get; } = new(node.Id, process);

    /// <summary>Its join has been delivered.</summary>
    public bool Joined { get; set; }

    /// <summary>It has asked to leave.</summary>
    public bool Leaving { get; set; }

    /// <summary>Parts of a message that isn't whole yet.</summary>
    public List<byte[]> Parts { get; } = [];

    public int PartBytes { get; set; }
}

/// <summary>Nodes that hear each other, with an order of their own.</summary>
internal sealed class Ring(RingId id)
{
    public RingId Id { get; } = id;

    public List<SequencedNode> Nodes { get; } = [];

    /// <summary>What waits for its place in the order while a member is in doubt.</summary>
    public Queue<PendingItem> Pending { get; } = new();
}

/// <summary>Something that gets a place in the order.</summary>
internal abstract record PendingItem
{
    private PendingItem(SequencedClient client) => Client = client;

    public SequencedClient Client { get; }

    public sealed record Message : PendingItem
    {
        public Message(SequencedClient client, List<byte[]> frames, int bytes) : base(client) =>
            (Frames, Bytes) = (frames, bytes);

        public List<byte[]> Frames { get; }

        public int Bytes { get; }
    }

    public sealed record Join : PendingItem
    {
        public Join(SequencedClient client) : base(client) { }
    }

    public sealed record Gone : PendingItem
    {
        public Gone(SequencedClient client, MembershipReason reason) : base(client) => Reason = reason;

        public MembershipReason Reason { get; }
    }
}

/// <summary>What the sequencer's shell has to do.</summary>
internal abstract record SequencerOutput
{
    private SequencerOutput() { }

    public sealed record Send(long Connection, ReadOnlyMemory<byte> Frame) : SequencerOutput;

    public sealed record Close(long Connection, string Reason) : SequencerOutput;
}
