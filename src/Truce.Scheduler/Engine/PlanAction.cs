namespace Truce.Scheduler.Engine;

/// <summary>Facts about an action.</summary>
[Flags]
internal enum Act : uint
{
    None = 0,

    /// <summary>Nothing needs it: it is in no graph unless something makes it required.</summary>
    Optional = 1u << 0,
    Runnable = 1u << 1,
    Pseudo = 1u << 2,
    PrintAlways = 1u << 3,
    Migratable = 1u << 4,
    OnDc = 1u << 5,
    InGraph = 1u << 6,
    Dangling = 1u << 7,
    MinRunnable = 1u << 8,
    Reschedule = 1u << 9,
    AttributesAdded = 1u << 10,
    NeverOptional = 1u << 11,
    MissingInTopology = 1u << 12,
    NestedProbe = 1u << 13,
    MigrationAborts = 1u << 14,
    LoopChecked = 1u << 15,
    Visiting = 1u << 16,
    Unfencing = 1u << 17,
}

/// <summary>What must hold before an action may run.</summary>
internal enum Needs
{
    Nothing,
    Quorum,
    Fencing,
}

/// <summary>What happens if an action fails, mildest first; the order decides which of
/// several failures counts.</summary>
internal enum FailureAction
{
    Ignore = 0,
    Demote,
    Recover,
    RestartContainer,
    Block,
    Stop,
    ResetRemote,
    Standby,
    Fence,
}

/// <summary>An action that the plan may need.</summary>
internal sealed class PlanAction(int id, PlanResource? resource, string key, string task, PlanNode? node)
{
    public readonly int Id = id;
    public readonly PlanResource? Resource = resource;
    public readonly string Key = key;
    public string Task = task;
    public PlanNode? Node = node;
    public long IntervalMs;

    /// <summary>For cancel: the task that is cancelled.</summary>
    public string? CancelledTask;

    /// <summary>The exit code that is expected, where not 0.</summary>
    public int ExpectedRc;

    public Act Flags;
    public Needs Needs;
    public FailureAction OnFail = FailureAction.Recover;
    public ResourceRole FailRole = ResourceRole.Unknown;
    public int Priority;

    /// <summary>Why it is as it is; the first that is found counts.</summary>
    public ActionCause? Cause;

    /// <summary>The same in the words of the transition summary.</summary>
    public string? Reason => Cause?.Text;

    /// <summary>What comes first, and of which no such action is planned; the summary says nothing of
    /// it.</summary>
    public PlanResource? BarredBy;

    /// <summary>What comes first and can't be done, whatever else makes this one necessary.</summary>
    public PlanResource? BlockedBy;

    /// <summary>Edges cost too.</summary>
    public PlanBudget? Budget { get; init; }

    public OperationConfig? Config;
    public Dictionary<string, string>? Meta;

    /// <summary>How many of the earlier actions must be runnable, where not all must.</summary>
    public int RequiredRunnable;
    public int RunnableBefore;
    public bool LastRunnable = true;

    /// <summary>Mark of the last search that came by.</summary>
    public int Visit;

    /// <summary>The last action in the graph that this one was found to be an input of.</summary>
    public PlanAction? InputOf;

    public readonly List<Edge> Before = [];
    public readonly List<Edge> After = [];
    private Dictionary<PlanAction, List<Edge>>? _afterIndex;

    /// <summary>Stop that kills what this action would have cleaned up (fencing), for guests.</summary>
    public bool Is(Act flag) => (Flags & flag) != 0;

    public void Set(Act flag) => Flags |= flag;

    public void Clear(Act flag) => Flags &= ~flag;

    public bool IsOptional => (Flags & Act.Optional) != 0;

    public bool IsRunnable => (Flags & Act.Runnable) != 0;

    public void SetMeta(string name, string value) =>
        (Meta ??= new Dictionary<string, string>(StringComparer.Ordinal))[name] = value;

    public string? MetaValue(string name) => Meta?.GetValueOrDefault(name);

    /// <summary>Existing edges from this action to <paramref name="then"/>.</summary>
    public bool HasEdgeTo(PlanAction then, Relation kind)
    {
        if (After.Count <= 24)
        {
            foreach (Edge edge in After)
            {
                if (ReferenceEquals(edge.Then, then) && ((edge.Kind & kind) != 0 || kind == 0))
                    return true;
            }

            return false;
        }

        return Index().TryGetValue(then, out List<Edge>? edges) && edges.Exists(e => (e.Kind & kind) != 0 || kind == 0);
    }

    public void AddAfter(Edge edge)
    {
        After.Add(edge);
        if (_afterIndex is null)
            return;
        if (!_afterIndex.TryGetValue(edge.Then, out List<Edge>? edges))
            _afterIndex[edge.Then] = edges = [];
        edges.Add(edge);
    }

    private Dictionary<PlanAction, List<Edge>> Index()
    {
        if (_afterIndex is not null)
            return _afterIndex;
        _afterIndex = [];
        foreach (Edge edge in After)
        {
            if (!_afterIndex.TryGetValue(edge.Then, out List<Edge>? edges))
                _afterIndex[edge.Then] = edges = [];
            edges.Add(edge);
        }

        return _afterIndex;
    }

    public override string ToString() => $"{Key} on {Node?.Name ?? "-"}";
}

/// <summary>What an ordering means, beyond "not before".</summary>
[Flags]
internal enum Relation : uint
{
    None = 0,

    /// <summary>Only if both are in the graph.</summary>
    Ordered = 1u << 0,

    /// <summary>If the later one is required, so is the earlier one.</summary>
    ThenImpliesFirst = 1u << 1,

    /// <summary>If the earlier one is required, so is the later one.</summary>
    FirstImpliesThen = 1u << 2,

    /// <summary>If the later one is required and promotes or was promoted, so is the earlier one.</summary>
    PromotedThenImpliesFirst = 1u << 3,

    /// <summary>Part of a chain of clones: an unrunnable first blocks per number of instances.</summary>
    MinRunnable = 1u << 4,

    /// <summary>The later one can't run unless the earlier one can.</summary>
    UnrunnableFirstBlocks = 1u << 5,

    /// <summary>As Ordered, for one direction only.</summary>
    Asymmetric = 1u << 6,
    IfOnSameNode = 1u << 7,

    /// <summary>Holds only while the earlier one isn't part of a migration.</summary>
    FirstElseThen = 1u << 8,

    /// <summary>A restart's stop and start.</summary>
    IntermediateStop = 1u << 9,
    NestedRemoteProbe = 1u << 10,
    FirstImpliesSameNodeThen = 1u << 11,
    UnmigratableThenBlocks = 1u << 12,
    FirstImpliesThenGraphed = 1u << 13,
    ThenImpliesFirstGraphed = 1u << 14,
    IfRequiredOnSameNode = 1u << 15,
    GuestAllowed = 1u << 16,
    ThenCancelsFirst = 1u << 17,
    IfOnSameNodeOrTarget = 1u << 18,
    Serialize = 1u << 19,

    /// <summary>If the earlier one can't run, the later one is a full one, not part of a migration.</summary>
    FirstOrElse = 1u << 20,
}

/// <summary>An ordering between two actions. Its kind can be turned off when
/// it turns out not to apply.</summary>
internal sealed class Edge(PlanAction first, PlanAction then, Relation kind, string why)
{
    public readonly PlanAction First = first;
    public readonly PlanAction Then = then;
    public Relation Kind = kind;
    public readonly string Why = why;
}

/// <summary>
/// An ordering not yet bound to actions: between resources' tasks, or a task and an
/// action. Bound when all actions exist.
/// </summary>
internal sealed record Ordering(
    PlanResource? First, string? FirstKey, PlanAction? FirstAction,
    PlanResource? Then, string? ThenKey, PlanAction? ThenAction,
    Relation Kind, string Why);
