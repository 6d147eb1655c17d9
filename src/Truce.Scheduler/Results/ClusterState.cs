using System.Collections.Immutable;

using Truce.Model;

namespace Truce.Scheduler;

/// <summary>The status section as the scheduler understands it: what every node
/// and resource is right now.</summary>
/// <param name="Options">The cluster-wide switches that status output mentions.</param>
/// <param name="Nodes">All nodes, sorted as status output lists them (by
/// name, digits by their number).</param>
/// <param name="Resources">Top-level resources in configuration order; removed
/// ones (orphans) at the end.</param>
/// <param name="Failures">Failed operations that count, in the order of the status section.</param>
/// <param name="InstanceCount">Resource instances, all kinds counted as status output does.</param>
/// <param name="DisabledCount">Instances kept down by target-role.</param>
/// <param name="BlockedCount">Instances blocked after a failure.</param>
public sealed record ClusterState(
    ClusterSwitches Options,
    ImmutableArray<NodeStatus> Nodes,
    ImmutableArray<ResourceState> Resources,
    ImmutableArray<FailedOperation> Failures,
    int InstanceCount,
    int DisabledCount,
    int BlockedCount);

/// <summary>Cluster options that the status output shows.</summary>
public sealed record ClusterSwitches(
    bool HasQuorum,
    string NoQuorumPolicy,
    bool FencingEnabled,
    bool MaintenanceMode,
    bool StopAllResources,
    bool SymmetricCluster);

/// <summary>What kind of machine a node is.</summary>
public enum NodeKind
{
    /// <summary>A full member, with messaging.</summary>
    Cluster,

    /// <summary>Managed through a connection resource; no messaging.</summary>
    Remote,

    /// <summary>A remote node that is itself a resource (virtual machine, container).</summary>
    Guest,
}

/// <summary>How well a node is, by its <c>#health</c> attributes: the worst of them.</summary>
public enum NodeHealth
{
    /// <summary>Well.</summary>
    Green,

    /// <summary>Not so well.</summary>
    Yellow,

    /// <summary>Ill.</summary>
    Red,
}

/// <summary>One node's state.</summary>
/// <param name="Name">The uname.</param>
/// <param name="Uuid">The id in the CIB.</param>
/// <param name="Kind">Member, remote or guest.</param>
/// <param name="Online">It takes part in the cluster.</param>
/// <param name="Standby">In standby: runs nothing.</param>
/// <param name="StandbyOnFail">Runs nothing, because of an operation with on-fail=standby.</param>
/// <param name="Maintenance">What it runs is left alone.</param>
/// <param name="Unclean">Its state is unknown or it has failed: it must be fenced.</param>
/// <param name="Pending">A member that hasn't joined yet.</param>
/// <param name="Shutdown">It has asked to leave.</param>
/// <param name="Unseen">Never seen by the cluster.</param>
/// <param name="Health">What its health attributes say.</param>
/// <param name="RunningCount">Resource instances active on it.</param>
/// <param name="Attributes">Its attributes, permanent and transient together, sorted.</param>
/// <param name="Utilization">Its configured capacity, in order of name.</param>
/// <param name="GuestResource">For a guest: the resource that contains it.</param>
public sealed record NodeStatus(
    NodeId Name,
    string Uuid,
    NodeKind Kind,
    bool Online,
    bool Standby,
    bool StandbyOnFail,
    bool Maintenance,
    bool Unclean,
    bool Pending,
    bool Shutdown,
    bool Unseen,
    NodeHealth Health,
    int RunningCount,
    ImmutableSortedDictionary<string, string> Attributes,
    ImmutableArray<KeyValuePair<string, string>> Utilization,
    ResourceId? GuestResource);

/// <summary>An operation whose recorded result counts as a failure.</summary>
/// <param name="Resource">The resource as the history names it.</param>
/// <param name="Node">Where it ran.</param>
/// <param name="OperationKey">For example <c>ip_monitor_10000</c>.</param>
/// <param name="Operation">For example <c>monitor</c>.</param>
/// <param name="IntervalMilliseconds">0 for one that runs once.</param>
/// <param name="ExitCode">What the agent returned.</param>
/// <param name="Status">The executor's status (0 done, 1 cancelled, 2 timeout, 4
/// error, 7 not installed …).</param>
/// <param name="CallId">The executor's number of the call.</param>
/// <param name="ExitReason">What the agent said, or empty.</param>
/// <param name="LastChange">When, in seconds since 1970, if recorded.</param>
public sealed record FailedOperation(
    ResourceId Resource,
    NodeId Node,
    string OperationKey,
    string Operation,
    long IntervalMilliseconds,
    int ExitCode,
    int Status,
    int CallId,
    string ExitReason,
    long? LastChange);
