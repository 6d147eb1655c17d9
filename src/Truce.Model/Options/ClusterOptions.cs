using Truce.Model.Rules;

namespace Truce.Model;

/// <summary>What to do without quorum (<c>no-quorum-policy</c>).</summary>
public enum NoQuorumPolicy
{
    /// <summary>Stop everything in this partition.</summary>
    Stop,

    /// <summary>Carry on with what runs here, take over nothing.</summary>
    Freeze,

    /// <summary>Carry on as if there were quorum.</summary>
    Ignore,

    /// <summary>Demote what is promoted, stop the rest.</summary>
    Demote,

    /// <summary>Fence this partition's nodes (also written <c>suicide</c>).</summary>
    Fence,
}

/// <summary>How a node is fenced by default (<c>fencing-action</c>).</summary>
public enum FencingAction
{
    /// <summary>Off and on again.</summary>
    Reboot,

    /// <summary>Off.</summary>
    Off,
}

/// <summary>What counts when resources are placed (<c>placement-strategy</c>).</summary>
public enum PlacementStrategy
{
    /// <summary>Utilization doesn't count.</summary>
    Default,

    /// <summary>A node must have the capacity.</summary>
    Utilization,

    /// <summary>And load is spread.</summary>
    Balanced,

    /// <summary>And few nodes are used.</summary>
    Minimal,
}

/// <summary>How node health counts (<c>node-health-strategy</c>).</summary>
public enum NodeHealthStrategy
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Red drives resources away.</summary>
    MigrateOnRed,

    /// <summary>Anything but green drives resources away.</summary>
    OnlyGreen,

    /// <summary>Colours count as the scores set for them, on top of a base.</summary>
    Progressive,

    /// <summary>Colours count as the scores set for them.</summary>
    Custom,
}

/// <summary>
/// What Truce does with the resources of a lost node that it can't fence (<c>truce-unfenced-recovery</c>).
/// </summary>
public enum UnfencedRecovery
{
    /// <summary>They stay where they were, and the operator is told.</summary>
    Refuse,

    /// <summary>
    /// They are recovered as if the node were certainly dead, at the price of damage if it isn't.
    /// </summary>
    AcceptDamage,
}

/// <summary>
/// The cluster options with their defaults, taken from the property sets whose rules hold now. A value that
/// can't be counts
/// as not set; <see cref="OptionChecks"/> knows those. Times are in milliseconds.
/// </summary>
public sealed class ClusterOptions
{
    private readonly IReadOnlyDictionary<string, string> _values;

    private ClusterOptions(IReadOnlyDictionary<string, string> values) => _values = values;

    /// <summary>
    /// The options of a configuration at a time; without a time, sets with date rules don't apply.
    /// </summary>
    public static ClusterOptions From(Configuration configuration, DateTimeOffset? now) =>
        From(new ConfigurationIndex(configuration), now);

    /// <inheritdoc cref="From(Configuration, DateTimeOffset?)"/>
    public static ClusterOptions From(ConfigurationIndex index, DateTimeOffset? now)
    {
        RuleContext context = new() { Now = now, FindRule = index.Rule };
        return new ClusterOptions(AttributeSets.Values(index.Resolve(index.Configuration.ClusterProperties),
            context,
            AttributeSets.BootstrapOptions));
    }

    /// <summary>
    /// The value as written, under the newer name or else the older one; null if neither is set.
    /// </summary>
    public string? Text(string name)
    {
        if (_values.TryGetValue(name, out string? value))
            return value;
        return OptionNames.OlderNames.TryGetValue(name, out string? older) ? _values.GetValueOrDefault(older)
            : null;
    }

    /// <summary>A name for the cluster.</summary>
    public string? ClusterName => Text("cluster-name");

    /// <summary>What to do without quorum.</summary>
    public NoQuorumPolicy NoQuorumPolicy => Text("no-quorum-policy") switch
    {
        "ignore" => NoQuorumPolicy.Ignore,
        "freeze" => NoQuorumPolicy.Freeze,
        "demote" => NoQuorumPolicy.Demote,
        "fence" or "suicide" => NoQuorumPolicy.Fence,
        _ => NoQuorumPolicy.Stop,
    };

    /// <summary>Whether nodes may be fenced.</summary>
    public bool FencingEnabled => Boolean("fencing-enabled", true);

    /// <summary>How nodes are fenced unless the device or configuration says otherwise.</summary>
    public FencingAction FencingAction =>
        Text("fencing-action") is "off" or "poweroff" ? FencingAction.Off : FencingAction.Reboot;

    /// <summary>How long one fencing action may take.</summary>
    public long FencingTimeoutMs => Milliseconds("fencing-timeout", 60_000);

    /// <summary>After how many failures fencing of a node isn't tried again at once.</summary>
    public int FencingMaxAttempts => Number("fencing-max-attempts", 10);

    /// <summary>
    /// How long to wait for a lost node's watchdog; 0 not at all, negative for twice the watchdog's time-out.
    /// </summary>
    public long FencingWatchdogTimeoutMs =>
        Text("fencing-watchdog-timeout") is ['-', ..] ? -1 : Milliseconds("fencing-watchdog-timeout", 0);

    /// <summary>Whether a watchdog is there; set by the cluster.</summary>
    public bool HaveWatchdog => Boolean("have-watchdog", false);

    /// <summary>Whether several nodes may be fenced at a time.</summary>
    public bool ConcurrentFencing => Boolean("concurrent-fencing", true);

    /// <summary>Whether nodes that were never seen are fenced at the start.</summary>
    public bool StartupFencing => Boolean("startup-fencing", true);

    /// <summary>Head start of the partition with the more important resources.</summary>
    public long PriorityFencingDelayMs => Milliseconds("priority-fencing-delay", 0);

    /// <summary>Whether remote nodes may be fenced without quorum.</summary>
    public bool FenceRemoteWithoutQuorum => Boolean("fence-remote-without-quorum", false);

    /// <summary>Whether a resource may run anywhere unless a constraint says otherwise.</summary>
    public bool SymmetricCluster => Boolean("symmetric-cluster", true);

    /// <summary>Whether everything is to be stopped.</summary>
    public bool StopAllResources => Boolean("stop-all-resources", false);

    /// <summary>Whether resources that were removed from the configuration are stopped.</summary>
    public bool StopRemovedResources => Boolean("stop-removed-resources", true);

    /// <summary>
    /// Whether recurring operations that were removed from the configuration are cancelled.
    /// </summary>
    public bool CancelRemovedActions => Boolean("cancel-removed-actions", true);

    /// <summary>Whether a failed start bans the resource from the node at once.</summary>
    public bool StartFailureIsFatal => Boolean("start-failure-is-fatal", true);

    /// <summary>Whether resources are probed when a node joins.</summary>
    public bool EnableStartupProbes => Boolean("enable-startup-probes", true);

    /// <summary>Whether the cluster keeps its hands off.</summary>
    public bool MaintenanceMode => Boolean("maintenance-mode", false);

    /// <summary>How many actions may run at a time: 0 as load allows, -1 without limit.</summary>
    public int BatchLimit => Number("batch-limit", 0);

    /// <summary>How many live migrations may run at a time on a node; -1 without limit.</summary>
    public int MigrationLimit => Number("migration-limit", -1);

    /// <summary>How many actions one node may run at a time; 0 for twice its cores.</summary>
    public int NodeActionLimit => Number("node-action-limit", 0);

    /// <summary>How long a node may be a member without its controller; 0 for ever.</summary>
    public long NodePendingTimeoutMs => Milliseconds("node-pending-timeout", 0);

    /// <summary>How long an answer may take beyond the action itself.</summary>
    public long ClusterDelayMs => Milliseconds("cluster-delay", 60_000);

    /// <summary>How long to wait for other nodes at the start.</summary>
    public long DcDeadtimeMs => Milliseconds("dc-deadtime", 20_000);

    /// <summary>How often the cluster looks again though nothing happened; 0 never.</summary>
    public long ClusterRecheckIntervalMs => Milliseconds("cluster-recheck-interval", 900_000);

    /// <summary>How long a node's shutdown may take.</summary>
    public long ShutdownEscalationMs => Milliseconds("shutdown-escalation", 1_200_000);

    /// <summary>How long to wait for further events before planning.</summary>
    public long TransitionDelayMs => Milliseconds("transition-delay", 0);

    /// <summary>Whether resources stay bound to a node that was shut down cleanly.</summary>
    public bool ShutdownLock => Boolean("shutdown-lock", false);

    /// <summary>How long they stay bound at most; 0 for ever.</summary>
    public long ShutdownLockLimitMs => Milliseconds("shutdown-lock-limit", 0);

    /// <summary>Whether the ACLs count.</summary>
    public bool EnableAcl => Boolean("enable-acl", false);

    /// <summary>How utilization counts.</summary>
    public PlacementStrategy PlacementStrategy => Text("placement-strategy") switch
    {
        "utilization" => PlacementStrategy.Utilization,
        "balanced" => PlacementStrategy.Balanced,
        "minimal" => PlacementStrategy.Minimal,
        _ => PlacementStrategy.Default,
    };

    /// <summary>How node health counts.</summary>
    public NodeHealthStrategy NodeHealthStrategy => Text("node-health-strategy") switch
    {
        "migrate-on-red" => NodeHealthStrategy.MigrateOnRed,
        "only-green" => NodeHealthStrategy.OnlyGreen,
        "progressive" => NodeHealthStrategy.Progressive,
        "custom" => NodeHealthStrategy.Custom,
        _ => NodeHealthStrategy.None,
    };

    /// <summary>Every node's health score to begin with.</summary>
    public Score NodeHealthBase => Score.Parse(Text("node-health-base")) ?? Score.Zero;

    /// <summary>What green counts.</summary>
    public Score NodeHealthGreen => Score.Parse(Text("node-health-green")) ?? Score.Zero;

    /// <summary>What yellow counts.</summary>
    public Score NodeHealthYellow => Score.Parse(Text("node-health-yellow")) ?? Score.Zero;

    /// <summary>What red counts.</summary>
    public Score NodeHealthRed => Score.Parse(Text("node-health-red")) ?? Score.Zero;

    /// <summary>What Truce does with the resources of a lost node that it can't fence.</summary>
    public UnfencedRecovery UnfencedRecovery =>
        Text("truce-unfenced-recovery") == "accept-damage" ? UnfencedRecovery.AcceptDamage
            : UnfencedRecovery.Refuse;

    private bool Boolean(string name, bool otherwise) => CibBoolean.Parse(Text(name)) ?? otherwise;

    private int Number(string name, int otherwise) => Numbers.ParseInt(Text(name)) ?? otherwise;

    private long Milliseconds(string name, long otherwise) =>
        Interval.ParseMilliseconds(Text(name)) ?? otherwise;
}
