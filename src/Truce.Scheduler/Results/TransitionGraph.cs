using System.Collections.Immutable;

using Truce.Model;
using Truce.Model.Fencing;

namespace Truce.Scheduler;

/// <summary>The actions to be executed and the order between them.</summary>
/// <param name="ClusterDelay">cluster-delay as configured (text with its unit).</param>
/// <param name="FencingTimeout">fencing-timeout as configured.</param>
/// <param name="FailedStopOffset">Added to the fail count by a failed stop.</param>
/// <param name="FailedStartOffset">Added to the fail count by a failed start.</param>
/// <param name="BatchLimit">How many actions may run at once; null if not configured.</param>
/// <param name="MigrationLimit">How many migrations per node may run at once; null if not configured.</param>
/// <param name="RecheckBy">When time alone will change the plan, in seconds since 1970; or null.</param>
/// <param name="Actions">In the order of the graph's synapses: synapse id = index.</param>
public sealed record TransitionGraph(
    string ClusterDelay,
    string FencingTimeout,
    string FailedStopOffset,
    string FailedStartOffset,
    string? BatchLimit,
    string? MigrationLimit,
    long? RecheckBy,
    ImmutableArray<GraphAction> Actions);

/// <summary>One action, alone in its synapse.</summary>
public abstract record GraphAction
{
    private GraphAction() { }

    /// <summary>Number of the action; unique in the graph, referred to by <see cref="GraphInput"/>.</summary>
    public required int Id { get; init; }

    /// <summary>start, stop, monitor, notify, stonith, do_shutdown …</summary>
    public required string Operation { get; init; }

    /// <summary>The name in the history, for example <c>ip_start_0</c>.</summary>
    public required string OperationKey { get; init; }

    /// <summary>The key with the instance's internal number, where it differs.</summary>
    public string? InternalOperationKey { get; init; }

    /// <summary>Where it runs, or what it is about; null for cluster-wide pseudo actions.</summary>
    public NodeId? Node { get; init; }

    /// <summary>The node's id in the CIB.</summary>
    public string? NodeUuid { get; init; }

    /// <summary>The cluster node through which a remote or guest node is reached.</summary>
    public NodeId? Router { get; init; }

    /// <summary>Everything in the graph's attributes element, sorted by name: CRM_meta_*
    /// and the agent's parameters.</summary>
    public required ImmutableArray<KeyValuePair<string, string>> Attributes { get; init; }

    /// <summary>What must have been done before.</summary>
    public required ImmutableArray<GraphInput> Inputs { get; init; }

    /// <summary>Priority of the synapse; 0 is not written.</summary>
    public int Priority { get; init; }

    /// <summary>Ids of nodes that are expected to go down by this action.</summary>
    public ImmutableArray<string> Downed { get; init; } = [];

    /// <summary>An agent's operation; <c>rsc_op</c> in the graph.</summary>
    public sealed record ResourceOperation : GraphAction
    {
        private const string MetaPrefix = "CRM_meta_";

        /// <summary>What it is done to.</summary>
        public required GraphResource Resource { get; init; }

        /// <summary>The scheduler's id of the instance.</summary>
        public required ResourceId Instance { get; init; }

        /// <summary>The attributes that are the agent's parameters.</summary>
        public IEnumerable<KeyValuePair<string, string>> Parameters =>
            Attributes.Where(a => !a.Key.StartsWith(MetaPrefix, StringComparison.Ordinal));

        /// <summary>The attributes that are meta attributes, without the prefix CRM_meta_.</summary>
        public IEnumerable<KeyValuePair<string, string>> Meta =>
            Attributes.Where(a => a.Key.StartsWith(MetaPrefix, StringComparison.Ordinal))
                .Select(a => KeyValuePair.Create(a.Key[MetaPrefix.Length..], a.Value));
    }

    /// <summary>Nothing to execute: a point in the order; <c>pseudo_event</c>.</summary>
    public sealed record Pseudo : GraphAction
    {
        /// <summary>The instance it belongs to, or null.</summary>
        public ResourceId? Instance { get; init; }

        /// <summary>Remote and guest nodes whose maintenance is to be recorded.</summary>
        public ImmutableArray<MaintenanceChange> Maintenance { get; init; } = [];
    }

    /// <summary>Fencing or unfencing of a node; <c>crm_event</c> with operation <c>stonith</c>.</summary>
    public sealed record Fence : GraphAction
    {
        /// <summary>reboot, off or on.</summary>
        public required string Action { get; init; }

        /// <summary>Why, as the peer's tools word it.</summary>
        public required string? Reason { get; init; }

        /// <summary>Why: every cause that the plan found.</summary>
        public EquatableArray<FenceCause> Causes { get; init; } = [];

        /// <summary>How long the shot waits for the more important side to shoot first
        /// (priority-fencing-delay).</summary>
        public long PriorityDelayMs { get; init; }

        /// <summary>The priority of what runs on each member node, the lost ones
        /// included; without those at 0.</summary>
        public EquatableArray<NodePriority> Priorities { get; init; } = [];
    }

    /// <summary>The cluster's own work (do_shutdown, clear_failcount …); <c>crm_event</c>.</summary>
    public sealed record ClusterAction : GraphAction
    {
        /// <summary>For clear_failcount: the resource.</summary>
        public GraphResource? Resource { get; init; }

        /// <summary>The scheduler's id of the instance.</summary>
        public ResourceId? Instance { get; init; }
    }
}

/// <summary>The priorities of the resources that are active on a node, summed up; a
/// promoted one counts one more.</summary>
public readonly record struct NodePriority(NodeId Node, int Priority);

/// <summary>The graph's <c>primitive</c> element.</summary>
/// <param name="Id">The id to be used in the history.</param>
/// <param name="LongId">The internal instance id, where it differs.</param>
/// <param name="Class">The agent's class.</param>
/// <param name="Provider">The agent's provider, or null.</param>
/// <param name="Type">The agent's type.</param>
public sealed record GraphResource(string Id, string? LongId, string Class, string? Provider, string Type);

/// <summary>A remote or guest node's maintenance as it is to be recorded.</summary>
/// <param name="Node">The node's id.</param>
/// <param name="Maintenance">Whether it is in maintenance.</param>
public readonly record struct MaintenanceChange(string Node, bool Maintenance);

/// <summary>An ordering edge: <paramref name="Action"/> must be done before.</summary>
/// <param name="Action">Id of the earlier action.</param>
/// <param name="Why">The constraint's id, or the internal rule's name, that asked for the order.</param>
public readonly record struct GraphInput(int Action, string Why);
