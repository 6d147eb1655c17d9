using Truce.Model;

namespace Truce.Scheduler.Engine;

/// <summary>The kinds of resource; a bundle's inner clone is a clone.</summary>
internal enum ResourceKind
{
    Primitive,
    Group,
    Clone,
    Bundle,
}

[Flags]
internal enum Is : uint
{
    None = 0,
    Managed = 1u << 0,
    Blocked = 1u << 1,
    Removed = 1u << 2,
    Failed = 1u << 3,
    FailureIgnored = 1u << 4,
    Unique = 1u << 5,
    Notify = 1u << 6,
    Unassigned = 1u << 7,
    Assigning = 1u << 8,
    UpdatingScores = 1u << 9,
    Maintenance = 1u << 10,
    AllowMigrate = 1u << 11,
    StartPending = 1u << 12,
    StopRequired = 1u << 13,
    Reload = 1u << 14,
    StopUnexpected = 1u << 15,
    NeedsQuorum = 1u << 16,
    NeedsFencing = 1u << 17,
    NeedsUnfencing = 1u << 18,
    RemoteNestingAllowed = 1u << 19,
    FenceDevice = 1u << 20,
    Critical = 1u << 21,
    PromotedSet = 1u << 22,
    Restarting = 1u << 23,
    RestartNotRequired = 1u << 24,
    ExclusiveProbes = 1u << 25,
    Detect = 1u << 26,
    ReplicaContainer = 1u << 27,
    Replicable = 1u << 28,
    RemovedInstance = 1u << 29,
    ProbedOnce = 1u << 30,
}

/// <summary>What is done to a resource that is active on too many nodes.</summary>
internal enum MultiplyActive
{
    StopStart,
    StopOnly,
    Block,
    StopUnexpected,
}

/// <summary>One resource, or one instance, while a plan is made.</summary>
internal sealed partial class PlanResource(int index, string id, ResourceKind kind, PlanBudget budget)
{
    public readonly int Index = index;
    public readonly string Id = id;
    public readonly ResourceKind Kind = kind;

    /// <summary>For helpers that have nothing else at hand.</summary>
    public readonly PlanBudget Budget = budget;

    private string? _startKey;
    private string? _stopKey;
    private string? _monitorKey;

    /// <summary>The id found in a history, where it isn't <see cref="Id"/>.</summary>
    public string? HistoryName;

    /// <summary>The id used in the history and by the executor.</summary>
    public string HistoryId => HistoryName ?? Id;

    /// <summary>The key of a task that isn't recurring. Those of every order and
    /// every probe are made once.</summary>
    public string KeyOf(string task) => task switch
    {
        Tasks.Start => _startKey ??= Tasks.Key(Id, Tasks.Start),
        Tasks.Stop => _stopKey ??= Tasks.Key(Id, Tasks.Stop),
        Tasks.Monitor => _monitorKey ??= Tasks.Key(Id, Tasks.Monitor),
        _ => Tasks.Key(Id, task),
    };

    /// <summary>The id in the configuration.</summary>
    public string ConfigId = id;

    public PlanResource? Parent;
    public List<PlanResource> Children = [];

    public string Class = "";
    public string? Provider;
    public string Type = "";

    /// <summary>Where parameters, operations and meta attributes come from;
    /// null for synthetic ones.</summary>
    public Resource? Config;
    public IReadOnlyList<OperationConfig> Operations = [];
    public Dictionary<string, string> Meta = new(StringComparer.Ordinal);
    public EquatableArray<AttributeSet> ParameterSets;

    /// <summary>Parameters that don't depend on the node; null where rules
    /// must be evaluated per node.</summary>
    public SortedList<string, string>? FixedParameters;


    public SortedList<string, int> Utilization = new(StringComparer.Ordinal);

    public Is Flags;
    public int Priority;
    /// <summary>The priority as configured; promotion raises <see cref="Priority"/>.</summary>
    public int ConfiguredPriority;
    public int Stickiness;
    public int MigrationThreshold = Scores.Infinity;
    public long FailureTimeoutMs;
    public MultiplyActive MultiplyActive;
    public int InstanceNumber = -1;

    public ResourceRole Role = ResourceRole.Stopped;
    public ResourceRole NextRole = ResourceRole.Unknown;
    public ResourceRole? ConfiguredRole;

    public readonly List<PlanNode> Running = [];
    public readonly List<PlanNode> DanglingMigrations = [];
    public ResourceRole RoleAfterMigration;
    public PlanNode? PartialTarget;
    public PlanNode? PartialSource;
    public PlanNode? Assigned;

    /// <summary>The score on the assigned node at the moment of assignment.</summary>
    public int AssignedScore;
    public PlanNode? LockNode;
    public long LockTime;
    public string? PendingTask;
    public PlanNode? PendingNode;
    public HashSet<int>? Known;
    public readonly List<NodeHistory> History = [];

    public readonly List<Colocation> WithOthers = [];
    public readonly List<Colocation> OthersWith = [];
    public readonly List<Location> Locations = [];
    public readonly List<TicketNeed> Tickets = [];
    public readonly List<PlanAction> Actions = [];

    /// <summary>For a guest's container: what lives in it.</summary>
    public readonly List<PlanResource> Filling = [];

    /// <summary>The container that must run for this one.</summary>
    public PlanResource? Container;

    /// <summary>The node that this connection resource reaches.</summary>
    public PlanNode? RemoteNode;

    /// <summary>A connection in the history that names a container no longer configured.</summary>
    public bool RemovedContainer;
    public bool AgentChanged;

    /// <summary>Where it isn't, it is watched all the same, though it isn't unique.</summary>
    public bool WatchedWhileStopped;

    /// <summary>A fence device that must let nodes in again.</summary>
    public bool Unfences;

    /// <summary>Active twice with multiple-active=stop_only.</summary>
    public bool BannedEverywhere;

    public Notice? StartNotice;
    public Notice? StopNotice;
    public Notice? PromoteNotice;
    public Notice? DemoteNotice;
    public CloneData? Clone;
    public GroupData? Group;
    public BundleData? Bundle;

    /// <summary>The replica of which this is the address, container or connection.</summary>
    public Replica? Replica;

    /// <summary>While promotion is decided.</summary>
    public int SortIndex;

    /// <summary>
    /// The node that counts where it is active on several: the one it migrates from, else the first; where it
    /// may be active twice without harm, the first that can be talked to.
    /// </summary>
    public PlanNode? Current
    {
        get
        {
            if (Running.Count <= 1)
                return Running.Count == 0 ? null : Running[0];
            if (PartialSource is not null && Running.Contains(PartialSource))
                return PartialSource;
            return (Has(Is.NeedsFencing) ? null : Running.Find(n => n is { Online: true, Unclean: false })) ?? Running[0];
        }
    }

    public bool Has(Is flag) => (Flags & flag) != 0;

    public void Set(Is flag) => Flags |= flag;

    public void Clear(Is flag) => Flags &= ~flag;

    public bool IsPrimitive => Kind == ResourceKind.Primitive;

    public bool IsCollective => Kind is ResourceKind.Clone or ResourceKind.Bundle;

    public bool IsConnection => RemoteNode is not null;

    public bool IsPromotable => Clone is { Promotable: true };

    public bool IsFenceDevice => Class == AgentName.Stonith;

    /// <summary>The outermost resource this belongs to; a bundle counts, its replicas' parts don't.</summary>
    public PlanResource Top
    {
        get
        {
            PlanResource top = this;
            while (top.Parent is not null)
                top = top.Parent;
            return top;
        }
    }

    /// <summary>As <see cref="Top"/>, but a bundle's own clone is outermost for what is inside.</summary>
    public PlanResource TopBelowBundle
    {
        get
        {
            PlanResource top = this;
            while (top.Parent is { Kind: not ResourceKind.Bundle })
                top = top.Parent;
            return top;
        }
    }

    /// <summary>The guest node of the replica that this lives in, or null.</summary>
    public PlanNode? BundleGuest => IsConnection ? null : Container?.Replica?.Node;

    /// <summary>For what lives in a bundle: whether <paramref name="node"/> is its replica's
    /// guest; null for all others.</summary>
    public bool? BundleHost(PlanNode node)
    {
        if (Container?.Replica?.Node is not { } guest || IsConnection)
            return null;
        return ReferenceEquals(guest, node);
    }

    public override string ToString() => Id;
}

internal sealed class CloneData
{
    public int Max;
    public int NodeMax;
    public bool Promotable;
    public int PromotedMax;
    public int PromotedNodeMax;
    public bool Interleave;
    public bool Ordered;
    public Resource? Template;
    public int Active;

    /// <summary>All instances have their places; who is promoted is being decided, or has been.</summary>
    public bool ChoosingRoles;
}

internal sealed class GroupData
{
    public bool Ordered = true;
    public bool Colocated = true;
}

internal sealed class BundleData
{
    public readonly List<Replica> Replicas = [];
    public PlanResource? Child;
    public string Image = "";
    public string ContainerKind = "";
    public int PromotedMax;
    public int ReplicaMax;
    public int PerHost;
}

/// <summary>One replica of a bundle: the parts and the guest node they make.</summary>
internal sealed class Replica(int number)
{
    public readonly int Number = number;
    public PlanResource? Ip;
    public PlanResource Container = null!;
    public PlanResource? Remote;
    public PlanResource? Child;
    public PlanNode? Node;
    public string? Address;
}

/// <summary>The history of a resource on one node.</summary>
internal sealed record NodeHistory(PlanNode Node, IReadOnlyList<OperationRecord> Operations);
