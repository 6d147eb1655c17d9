namespace Truce.Scheduler.Engine;

/// <summary>One node while a plan is made.</summary>
internal sealed class PlanNode(int index, string uuid, string name, NodeKind kind)
{
    public int Index = index;
    public readonly string Uuid = uuid;
    public readonly string Name = name;
    public NodeKind Kind = kind;

    public bool Online;
    public bool Standby;
    public bool StandbyOnFail;
    public bool Pending;
    public bool Unclean;
    public bool Unseen = true;
    public bool Shutdown;
    public bool ExpectedUp;
    public bool Maintenance;
    public bool IsCoordinator;
    public bool Discovery = true;
    public bool Unpacked;
    public bool RemoteRequiresReset;
    public bool RemoteFenced;
    public bool MaintenanceOnRecord;
    public int Health;
    public int ConfiguredScore;
    public bool IsPing;
    public Truce.Model.Node? Configured;
    public bool StateSeen;
    public Dictionary<string, (int Count, long Last)>? FailCounts;

    /// <summary>A bundle's guest, as far as resources are read: those read
    /// from here on don't know it.</summary>
    public bool BundleGuest;

    /// <summary>Known from a history alone: its connection is no longer configured.</summary>
    public bool Forgotten;
    public int Priority;

    /// <summary>The connection of a remote or guest node.</summary>
    public PlanResource? Connection;

    public readonly Dictionary<string, string> Attributes = new(StringComparer.Ordinal);
    public readonly SortedList<string, int> Capacity = new(StringComparer.Ordinal);

    /// <summary>Primitives active here now, in the order in which they were found.</summary>
    public readonly List<PlanResource> Running = [];

    /// <summary>Primitives assigned to it by the plan.</summary>
    public readonly List<PlanResource> Assigned = [];

    /// <summary>How many primitives count against it when loads are compared.</summary>
    public int Load;

    /// <summary>Digest of the fence devices' definitions, as recorded by unfencing.</summary>
    public string DigestsAll = "";
    public string DigestsSecure = "";

    public bool IsRemote => Kind != NodeKind.Cluster;
    public bool IsGuest => Kind == NodeKind.Guest;

    public string? Attribute(string name) => Attributes.GetValueOrDefault(name);

    public override string ToString() => Name;
}
