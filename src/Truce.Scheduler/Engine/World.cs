using Truce.Model;
using Truce.Model.Fencing;

namespace Truce.Scheduler.Engine;

/// <summary>What an unquorate cluster does.</summary>
internal enum NoQuorum
{
    Freeze,
    Stop,
    Ignore,
    Fence,
    Demote,
}

/// <summary>The working state that the passes share: what was read, what
/// was decided, what it needs.</summary>
internal sealed class World(Cib cib, PlanOptions options)
{
    public readonly Cib Cib = cib;
    public readonly PlanOptions Request = options;
    public readonly PlanBudget Budget = options.Budget ?? PlanBudget.Unlimited;
    public readonly ClusterSettings Settings = new();
    public long Now;
    public long? RecheckBy;

    public readonly List<PlanNode> Nodes = [];
    private readonly Dictionary<string, PlanNode> _nodesByName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PlanNode> _nodesById = new(StringComparer.Ordinal);

    /// <summary>Top-level resources in order; removed ones follow.</summary>
    public readonly List<PlanResource> Resources = [];
    public readonly Dictionary<string, PlanResource> ById = new(StringComparer.Ordinal);
    private int _resourceCount;

    public readonly Dictionary<string, Ticket> Tickets = new(StringComparer.Ordinal);
    public readonly Dictionary<string, List<string>> Tags = new(StringComparer.Ordinal);
    public readonly Dictionary<string, List<string>> TemplateUsers = new(StringComparer.Ordinal);
    public readonly List<Colocation> Colocations = [];
    public readonly List<Location> Locations = [];
    public readonly List<Ordering> Orderings = [];
    public readonly List<PlanAction> Actions = [];
    public readonly List<PlanResource> OrphanBans = [];
    public readonly List<(PlanResource Resource, PlanNode Node, OperationRecord Operation)> LastFailures = [];
    public readonly List<(PlanResource Resource, PlanNode? Node, ScoreReason Why)> HistoryBans = [];
    public readonly Dictionary<string, PlanAction> FenceByKey = new(StringComparer.Ordinal);
    public readonly Dictionary<string, PlanAction> PseudoByKey = new(StringComparer.Ordinal);
    public readonly List<PlanNode> StopNeeded = [];
    public readonly List<FailedOperation> Failures = [];
    public readonly List<string> Warnings = [];
    public readonly List<(PlanResource Resource, PlanNode Node, OperationRecord Operation, bool Active)> ParameterChecks = [];
    public readonly Dictionary<PlanNode, List<FenceCause>> FenceCauses = [];
    public readonly List<AvoidedFence> Avoided = [];
    public readonly Dictionary<(PlanResource, int), (int Count, long Last)> FailCounts = [];

    public readonly List<ScoreLine> ScoreLines = [];
    public readonly List<UtilizationLine> UtilizationLines = [];

    public PlanNode? Coordinator;
    public string? ClusterName;
    public readonly Judging Judging = new(cib.Configuration, options.Now);
    public bool HaveFencing;
    public bool HaveUnfencing;
    public bool HaveRemotes;


    public void AddNode(PlanNode node)
    {
        Nodes.Add(node);
        _nodesByName[node.Name] = node;
        _nodesById.TryAdd(node.Uuid, node);
    }

    public PlanNode? NodeByName(string? name) => name is null ? null : _nodesByName.GetValueOrDefault(name);

    public PlanNode? NodeById(string id) => _nodesById.GetValueOrDefault(id);

    public PlanResource NewResource(string id, ResourceKind kind)
    {
        // An instance is kilobytes; what is counted by ones is some ten bytes, or a comparison.
        Budget.Spend(32);
        var resource = new PlanResource(_resourceCount++, id, kind, Budget);
        if (Request.KeepPlacements)
            resource.KeepSteps();
        return resource;
    }

    public void Order(Ordering ordering)
    {
        Budget.Spend();
        Orderings.Add(ordering);
    }

    public void Register(PlanResource resource) => ById.TryAdd(resource.Id, resource);

    /// <summary>The resource of that id, an instance by its own or by its history id.</summary>
    public PlanResource? Find(string id) => ById.GetValueOrDefault(id);

    private Dictionary<(string, string), ResourceHistory>? _status;

    /// <summary>The history of a resource on a node as recorded, or null.</summary>
    public ResourceHistory? Status(string historyId, PlanNode node)
    {
        if (_status is null)
        {
            _status = [];
            foreach (NodeState state in Cib.Status.NodeStates)
            {
                string? name = state.Name?.Value ?? NodeById(state.Id.Value)?.Name;
                if (state.History is null || name is null)
                    continue;
                foreach (ResourceHistory entry in state.History.Resources)
                    _status.TryAdd((entry.Id.Value, name), entry);
            }
        }

        return _status.GetValueOrDefault((historyId, node.Name));
    }

    /// <summary>
    /// The resource as constraints name it: by its id. What is cloned can be named too, for its clone, once a
    /// history knows it by that name (as in recorded case promoted-ordering, where none does).
    /// </summary>
    public PlanResource? FindConfigured(string id) =>
        ById.GetValueOrDefault(id) ?? AllResources().FirstOrDefault(r => r.HistoryName == id)?.Top;

    /// <summary>Ties go by name, so nodes are kept in its order.</summary>
    public void SortNodes()
    {
        Nodes.Sort((a, b) => NodeNames.Compare(a.Name, b.Name));
        for (int i = 0; i < Nodes.Count; i++)
            Nodes[i].Index = i;
    }

    /// <summary>More important resources are placed first; equals keep the
    /// order of the configuration.</summary>
    public void SortByPriority()
    {
        List<PlanResource> sorted = [.. Resources.OrderByDescending(r => r.Priority)];
        Resources.Clear();
        Resources.AddRange(sorted);
    }

    public void RecheckAt(long time)
    {
        if (time > Now && (RecheckBy is null || time < RecheckBy))
            RecheckBy = time;
    }

    /// <summary>All resources, parents before their children.</summary>
    public IEnumerable<PlanResource> AllResources()
    {
        foreach (PlanResource top in Resources)
        {
            foreach (PlanResource each in Walk(top))
            {
                Budget.Spend();
                yield return each;
            }
        }
    }

    public static IEnumerable<PlanResource> Walk(PlanResource resource)
    {
        yield return resource;
        foreach (PlanResource child in resource.Children)
        {
            foreach (PlanResource each in Walk(child))
                yield return each;
        }
    }
}

/// <summary>The cluster options that decisions depend on.</summary>
internal sealed class ClusterSettings
{
    public bool HaveQuorum;
    public NoQuorum NoQuorum = NoQuorum.Stop;
    public bool FencingEnabled = true;
    public string FencingAction = "reboot";
    public long FencingTimeoutMs = 60_000;
    public bool ConcurrentFencing = true;
    public bool StartupFencing = true;
    public bool SymmetricCluster = true;
    public bool MaintenanceMode;
    public bool StopAllResources;
    public bool StopRemovedResources = true;
    public bool StopRemovedActions = true;
    public bool RemoveAfterStop;
    public bool StartFailureIsFatal = true;
    public bool StartupProbes = true;
    public bool ShutdownLock;
    public long ShutdownLockLimitMs;
    public long PriorityFencingDelayMs;
    public long NodePendingTimeoutMs;
    public string Placement = "default";
    public string NodeHealthStrategy = "none";
    public int NodeHealthBase;
    public int HealthRed = -Scores.Infinity;
    public int HealthYellow;
    public int HealthGreen;
    public string ClusterDelay = "60s";
    public string FencingTimeout = "60s";
    public string? BatchLimit;
    public string? MigrationLimit;
    public string PacemakerPrefix = "";
    public bool HaveWatchdog;
    public long FencingWatchdogTimeoutMs;
}
