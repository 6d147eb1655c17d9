using System.Runtime.CompilerServices;
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

/// <summary>
/// What Truce does with the resources of a lost node that it can't fence (<c>truce-unfenced-recovery</c>).
/// </summary>
public enum UnfencedRecovery
{
    /// <summary>They aren't recovered, and the status says so.</summary>
    Refuse,

    /// <summary>
    /// They are recovered as if the node were certainly dead, at the price of damage if it isn't.
    /// </summary>
    AcceptDamage,
}

/// <summary>
/// The cluster options with their defaults: the one reading of them, for planning, for live
/// decisions and for checks. A value that can't be counts as not set; <see cref="OptionChecks"/>
/// knows those. Times are in milliseconds.
/// </summary>
public sealed class ClusterOptions
{
    private static readonly ConditionalWeakTable<Configuration, OptionSets> s_sets = [];
    private readonly IReadOnlyDictionary<string, string> _values;

    private ClusterOptions(IReadOnlyDictionary<string, string> values) => _values = values;

    /// <summary>
    /// The options of a configuration at a time, from the property sets whose rules hold then; without a
    /// time, sets with date rules don't apply.
    /// </summary>
    public static ClusterOptions From(Configuration configuration, DateTimeOffset? now) =>
        s_sets.GetValue(configuration, static c => new OptionSets(c)).At(now);

    /// <inheritdoc cref="From(Configuration, DateTimeOffset?)"/>
    public static ClusterOptions From(ConfigurationIndex index, DateTimeOffset? now) => From(index.Configuration, now);

    /// <summary>
    /// The value as written, under the newer name or else an older one; null if none is set.
    /// </summary>
    public string? Text(string name)
    {
        foreach (string known in OptionNames.NewestFirst(name))
        {
            if (_values.TryGetValue(known, out string? value))
                return value;
        }

        return null;
    }

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
    public int FencingMaxAttempts => Numbers.ParseInt(Text("fencing-max-attempts")) ?? 10;

    /// <summary>How long to wait for a lost node's watchdog; 0: not at all.</summary>
    public long FencingWatchdogTimeoutMs => Milliseconds("fencing-watchdog-timeout", 0);

    /// <summary>Whether a watchdog is there; set by the cluster.</summary>
    public bool HaveWatchdog => Boolean("have-watchdog", false);

    /// <summary>Whether several nodes may be fenced at a time.</summary>
    public bool ConcurrentFencing => Boolean("concurrent-fencing", true);

    /// <summary>Whether nodes that were never seen are fenced at the start.</summary>
    public bool StartupFencing => Boolean("startup-fencing", true);

    /// <summary>Head start of the partition with the more important resources.</summary>
    public long PriorityFencingDelayMs => Milliseconds("priority-fencing-delay", 0);

    /// <summary>How long one of two equal sides waits for the other to shoot first; 0: not at all.</summary>
    public long FenceHeadStartMs => Milliseconds("truce-fence-head-start", 15_000);

    /// <summary>Whether a stop that failed is looked at before it counts as failed.</summary>
    public bool LooksAfterFailedStops => Boolean("truce-stop-look", true);

    /// <summary>How much more than its timeout a stop may take that makes
    /// progress; null: twice as much.</summary>
    public long? StopExtensionMs => Interval.ParseMilliseconds(Text("truce-stop-extension"));

    /// <summary>What the loss of components is to mean on nodes whose truce.conf doesn't say.</summary>
    public ComponentLosses ComponentLosses =>
        Truce.Model.ComponentLosses.Read(c => Text(Truce.Model.ComponentLosses.Option(c)));

    /// <summary>The prefix of a Pacemaker that isn't installed as Debian does it, whose paths are
    /// among the parameters of bundles' containers; empty as a rule.</summary>
    public string PacemakerPrefix => Text(OptionNames.PacemakerPrefix)?.TrimEnd('/') ?? "";

    /// <summary>Whether a resource may run anywhere unless a constraint says otherwise.</summary>
    public bool SymmetricCluster => Boolean("symmetric-cluster", true);

    /// <summary>Whether everything is to be stopped.</summary>
    public bool StopAllResources => Boolean("stop-all-resources", false);

    /// <summary>Whether resources that were removed from the configuration are stopped.</summary>
    public bool StopRemovedResources => Boolean("stop-removed-resources", true);

    /// <summary>Whether recurring operations that were removed from the
    /// configuration are cancelled.</summary>
    public bool CancelRemovedActions => Boolean("cancel-removed-actions", true);

    /// <summary>Whether the history of removed resources goes once they are stopped.</summary>
    public bool RemoveAfterStop => Boolean("remove-after-stop", false);

    /// <summary>Whether a failed start bans the resource from the node at once.</summary>
    public bool StartFailureIsFatal => Boolean("start-failure-is-fatal", true);

    /// <summary>Whether resources are probed when a node joins.</summary>
    public bool EnableStartupProbes => Boolean("enable-startup-probes", true);

    /// <summary>Whether the cluster keeps its hands off.</summary>
    public bool MaintenanceMode => Boolean("maintenance-mode", false);

    /// <summary>How long a node may be a member without its controller; 0 forever.</summary>
    public long NodePendingTimeoutMs => Milliseconds("node-pending-timeout", 0);

    /// <summary>Operations that may be under way at once in the whole cluster; 0: as
    /// many as the load allows.</summary>
    public int BatchLimit => Numbers.ParseInt(Text("batch-limit")) ?? 0;

    /// <summary>How long an answer may take beyond the action itself.</summary>
    public long ClusterDelayMs => Milliseconds("cluster-delay", 60_000);

    /// <summary>How long to wait for other nodes at the start.</summary>
    public long DcDeadtimeMs => Milliseconds("dc-deadtime", 20_000);

    /// <summary>How often the cluster looks again though nothing happened; 0 never, otherwise a second or
    /// more: one that looked again and again would never be done.</summary>
    public long ClusterRecheckIntervalMs =>
        Milliseconds(RecheckInterval, 900_000) is var given and > 0 ? Math.Max(given, RecheckLeastMs) : 0;

    /// <summary>The option of <see cref="ClusterRecheckIntervalMs"/>.</summary>
    internal const string RecheckInterval = "cluster-recheck-interval";

    /// <summary>The least that it can be.</summary>
    internal const long RecheckLeastMs = 1_000;

    /// <summary>Whether resources stay bound to a node that was shut down cleanly.</summary>
    public bool ShutdownLock => Boolean("shutdown-lock", false);

    /// <summary>How long they stay bound at most; 0 forever.</summary>
    public long ShutdownLockLimitMs => Milliseconds("shutdown-lock-limit", 0);

    /// <summary>Whether the ACLs count.</summary>
    public bool EnableAcl => Boolean("enable-acl", false);

    /// <summary>What Truce does with the resources of a lost node that it can't fence.</summary>
    public UnfencedRecovery UnfencedRecovery =>
        Text("truce-unfenced-recovery") == "accept-damage" ? UnfencedRecovery.AcceptDamage
            : UnfencedRecovery.Refuse;

    // The first name whose value is one.
    private bool Boolean(string name, bool otherwise)
    {
        foreach (string known in OptionNames.NewestFirst(name))
        {
            if (CibBoolean.Parse(_values.GetValueOrDefault(known)) is { } value)
                return value;
        }

        return otherwise;
    }

    private long Milliseconds(string name, long otherwise) =>
        Interval.ParseMilliseconds(Text(name)) ?? otherwise;

    // Looked up once for a configuration, which many steps ask: only rules need the time.
    private sealed class OptionSets
    {
        private readonly EquatableArray<AttributeSet> _sets;
        private readonly ConfigurationIndex? _index;
        private readonly ClusterOptions? _always;

        public OptionSets(Configuration configuration)
        {
            _sets = configuration.ClusterProperties;
            if (_sets.Items.Any(s => s.IdRef is not null || s.Rule is not null || s.Pairs.Items.Any(p => p.IdRef is not null)))
            {
                _index = new ConfigurationIndex(configuration);
                _sets = _index.Resolve(_sets);
            }

            if (_sets.Items.All(s => s.Rule is null))
                _always = Read(RuleContext.Nothing);
        }

        public ClusterOptions At(DateTimeOffset? now) =>
            _always ?? Read(new RuleContext { Now = now, FindRule = _index!.Rule });

        private ClusterOptions Read(RuleContext context) =>
            new(AttributeSets.Values(_sets, context, AttributeSets.BootstrapOptions));
    }
}
