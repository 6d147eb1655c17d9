using Truce.Control;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Explore.World;

/// <summary>A node: power, its controller's machine, its executors, its disk, and how far its engine
/// is.</summary>
internal sealed class ExploredNode(NodeId id, int number)
{
    public NodeId Id { get; } = id;

    public int Number { get; } = number;

    public bool IsPowered { get; set; }

    /// <summary>Which boot this is; 0: it has never had power.</summary>
    public int Boot { get; set; }

    /// <summary>Lives of processes in all boots: makes sessions that are never the same.</summary>
    public int Lives { get; set; }

    public string Incarnation => $"{Id}-boot{Boot}";

    /// <summary>The controller; null: it is gone, or hasn't begun.</summary>
    public ControlMachine? Control { get; set; }

    public EngineMember Member { get; set; }

    /// <summary>Its supervisor is about to start a controller.</summary>
    public bool StartsController { get; set; }

    /// <summary>The controller's process is stopped (SIGSTOP).</summary>
    public bool IsPaused { get; set; }

    /// <summary>It has left for good, as it said.</summary>
    public bool StaysOut { get; set; }

    public ExploredExecutor Executor { get; set; } = new("");

    public ExploredExecutor Fencer { get; set; } = new("");

    public ExploredDisk Disk { get; } = new();

    /// <summary>Plans that its worker is at.</summary>
    public List<ControlOutput.RequestPlan> Plans { get; } = [];

    /// <summary>What a stopped controller will find once it goes on.</summary>
    public List<ControlInput> Inbox { get; } = [];

    /// <summary>The time has come that its machine asked for.</summary>
    public bool IsDue { get; set; }

    /// <summary>Where its engine is.</summary>
    public Station Station { get; set; } = new();
}

/// <summary>A node's engine.</summary>
internal sealed class Station
{
    public Ring? Ring { get; set; }

    /// <summary>Items of the ring that have been handed over.</summary>
    public int Delivered { get; set; }

    /// <summary>The controller has seen a view with itself in it.</summary>
    public bool HasJoined { get; set; }

    /// <summary>Quorum of the ring is still to be told.</summary>
    public bool OwesQuorum { get; set; }

    /// <summary>It has met all others since the node's boot (wait_for_all).</summary>
    public bool HasSeenAll { get; set; }

    /// <summary>Nodes of the same side hear each other.</summary>
    public int Side { get; set; }

    /// <summary>Sent while delivery stands still.</summary>
    public List<RingMessage> Held { get; } = [];
}

/// <summary>A ring: one order of what is delivered in it.</summary>
internal sealed class Ring(RingId id, NodeId[] nodes)
{
    public RingId Id { get; } = id;

    public NodeId[] Nodes { get; } = nodes;

    public List<RingItem> Items { get; } = [];

    /// <summary>Somebody isn't heard any more: nothing is delivered before another ring follows.</summary>
    public bool IsBroken { get; set; }
}

/// <summary>What a ring delivers.</summary>
internal abstract record RingItem
{
    private protected RingItem() { }
}

/// <summary>A message of a controller's.</summary>
internal sealed record RingMessage(EngineMember Sender, PeerMessage Message, string Digest) : RingItem;

/// <summary>Who is in the controllers' group from here on.</summary>
internal sealed record RingView(System.Collections.Immutable.ImmutableArray<EngineMember> Members) : RingItem;
