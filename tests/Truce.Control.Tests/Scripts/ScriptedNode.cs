using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control.Tests.Scripts;

/// <summary>One controller of a scripted group, and what lies around it: its disk, its executor, its
/// planner.</summary>
internal sealed class ScriptedNode
{
    private int _life;
    private int _reboots;

    public ScriptedNode(int number)
    {
        Number = number;
        Begin();
    }

    public int Number { get; }

    public NodeId Node => Given.Node(Number);

    public EngineMember Member { get; private set; }

    public ControlMachine Machine { get; private set; } = null!;

    /// <summary>Writes that aren't synced yet.</summary>
    public List<(long Request, ImmutableArray<StoredItem> Items)> Unsynced { get; } = [];

    /// <summary>What it was told to run, by resource and operation.</summary>
    public Dictionary<string, Order> Orders { get; } = [];

    /// <summary>The last shot that it was told to fire.</summary>
    public FenceShot? Shot { get; set; }

    /// <summary>The plan that it waits for.</summary>
    public ControlOutput.RequestPlan? Wanted { get; set; }

    /// <summary>The newest configuration on the disk.</summary>
    public StoredItem.Configuration? OnDisk { get; private set; }

    public string Cluster { get; set; } = "";

    public long Lineage { get; private set; }

    public long Results { get; set; }

    /// <summary>Its number, and which boot of it this is; the first one isn't counted.</summary>
    public string Named => _reboots == 0 ? $"{Number}" : $"{Number}.{_reboots}";

    /// <summary>Another boot: the executors are others, too.</summary>
    public void Reboot()
    {
        _reboots++;
        Begin();
    }

    /// <summary>Another life of the controller: nothing but the disk is left.</summary>
    public void Begin()
    {
        _life++;
        Member = new EngineMember(Node, (uint)((Number * 100) + _life));
        Machine = new ControlMachine(
            new ControlIdentity(
                Node, new NodeUuid($"{Number}"), Member, $"s{Number}.{_life}", $"boot{Named}", "c", 1, 1),
            new ControlLimits());
        Unsynced.Clear();
        Orders.Clear();
        Shot = null;
        Wanted = null;
    }

    /// <summary>The disk has synced what was written.</summary>
    public IEnumerable<long> Sync()
    {
        foreach (StoredItem item in Unsynced.SelectMany(u => u.Items))
        {
            if (item is StoredItem.Configuration configuration)
                OnDisk = configuration;
            else if (item is StoredItem.Identity identity)
                (Cluster, Lineage) = (identity.Cluster, identity.Lineage);
        }

        long[] requests = [.. Unsynced.Select(u => u.Request)];
        Unsynced.Clear();
        return requests;
    }

    public StoredFacts Facts() => new(
        Cluster.Length == 0, Cluster, Lineage, OnDisk?.Version, OnDisk?.Xml ?? "", [], []);
}
