
namespace Truce.Model;

/// <summary>
/// The names that nvpairs may have. Pacemaker renamed some cluster options: where
/// both are set, the newer name wins.
/// </summary>
public static class OptionNames
{
    /// <summary>
    /// What Truce's own options begin with. Pacemaker ignores them; an unknown one is an error.
    /// </summary>
    public const string TrucePrefix = "truce-";

    /// <summary>
    /// Meta attribute of a resource: the longest outage that its owner accepts from a single cause.
    /// </summary>
    public const string RecoveryTimeObjective = "truce-recovery-time-objective";

    /// <summary>
    /// Cluster option: where a Pacemaker is installed that a distribution didn't package.
    /// </summary>
    public const string PacemakerPrefix = "truce-pacemaker-prefix";

    /// <summary>
    /// What the names of silences begin with: a finding's id follows, the
    /// value is the reason to live with it.
    /// </summary>
    public const string SilencePrefix = "truce-silence-";

    /// <summary>Newer names of cluster options, each with its older one.</summary>
    public static IReadOnlyDictionary<string, string> OlderNames { get; } = new Dictionary<string, string>
    {
        ["fencing-enabled"] = "stonith-enabled",
        ["fencing-action"] = "stonith-action",
        ["fencing-timeout"] = "stonith-timeout",
        ["fencing-max-attempts"] = "stonith-max-attempts",
        ["fencing-watchdog-timeout"] = "stonith-watchdog-timeout",
        ["fencing-reaction"] = "fence-reaction",
        ["stop-removed-resources"] = "stop-orphan-resources",
        ["cancel-removed-actions"] = "stop-orphan-actions",
    };

    /// <summary>
    /// The names under which a cluster option may be written, the one that wins first: the newer one, the
    /// older one, and that with underscores, as the oldest clusters wrote it.
    /// </summary>
    public static IEnumerable<string> NewestFirst(string name)
    {
        yield return name;
        if (OlderNames.TryGetValue(name, out string? older))
            yield return name = older;
        yield return name.Replace('-', '_');
    }

    private static readonly string[] s_clusterNames =
    [
        "cluster-name", "dc-version", "cluster-infrastructure", "no-quorum-policy", "batch-limit",
            "migration-limit",
        "symmetric-cluster", "stop-all-resources", "start-failure-is-fatal", "enable-startup-probes",
            "maintenance-mode",
        "concurrent-fencing", "priority-fencing-delay", "cluster-delay", "dc-deadtime",
        "cluster-ipc-limit", "pe-error-series-max", "pe-warn-series-max", "pe-input-series-max", "enable-acl",
        "placement-strategy", "node-health-strategy", "node-health-base", "node-health-green",
            "node-health-yellow",
        "node-health-red", "cluster-recheck-interval", "shutdown-lock", "shutdown-lock-limit",
            "remove-after-stop",
        "startup-fencing", "election-timeout", "shutdown-escalation", "join-integration-timeout",
        "join-finalization-timeout", "transition-delay", "have-watchdog", "last-lrm-refresh",
            "node-action-limit",
        "node-pending-timeout", "load-threshold", "fence-remote-without-quorum", "stop-all-resources",
        "crmd-transition-delay", "crmd-integration-timeout", "crmd-finalization-timeout", "require-quorum",
    ];

    private static readonly string[] s_resourceMetaNames =
    [
        "priority", "critical", "target-role", "is-managed", "maintenance", "resource-stickiness", "requires",
        "migration-threshold", "failure-timeout", "multiple-active", "allow-migrate", "allow-unhealthy-nodes",
        "container-attribute-target", "remote-node", "remote-port", "remote-addr", "remote-connect-timeout",
        "remote-allow-migrate", "globally-unique", "clone-max", "clone-node-max", "clone-min", "notify",
            "ordered",
        "interleave", "promotable", "promoted-max", "promoted-node-max", "master-max", "master-node-max",
            "collocated",
        "container", "provides", "isolation", "isolation-host", "isolation-instance", "isolation-wrapper",
        "resource-failure-stickiness",
    ];

    private static readonly string[] s_operationMetaNames =
    [
        "name", "interval", "timeout", "start-delay", "interval-origin", "enabled", "record-pending", "role",
            "on-fail",
        "requires", "description",
    ];

    private static readonly string[] s_alertMetaNames = ["enabled", "timeout", "timestamp-format"];

    private static readonly string[] s_truceNames = 
    [
        "truce-unfenced-recovery", "truce-fence-shots-per-cause", "truce-fence-shots-per-node", "truce-fence-shots-per-target",
        "truce-quarantine-action", "truce-start-proven-after", "truce-fence-head-start", "truce-probation",
            "truce-fence-path-age", "truce-suspect-wait",
        "truce-stop-look", "truce-stop-extension", PacemakerPrefix,
        .. ComponentLosses.Words.Keys.Select(ComponentLosses.Option),
    ];

    private static readonly string[] s_truceMetaNames = [RecoveryTimeObjective];

    /// <summary>Cluster options, newer and older names.</summary>
    public static IReadOnlySet<string> Cluster { get; } =
        s_clusterNames.Concat(OlderNames.Keys).Concat(OlderNames.Values).Concat(s_truceNames).ToHashSet();

    /// <summary>Meta attributes of resources of all kinds.</summary>
    public static IReadOnlySet<string> ResourceMeta { get; } =
        s_resourceMetaNames.Concat(s_truceMetaNames).ToHashSet();

    /// <summary>Meta attributes of operations.</summary>
    public static IReadOnlySet<string> OperationMeta { get; } = s_operationMetaNames.ToHashSet();

    /// <summary>Meta attributes of alerts.</summary>
    public static IReadOnlySet<string> AlertMeta { get; } = s_alertMetaNames.ToHashSet();

    /// <summary>Truce's own options.</summary>
    public static IReadOnlySet<string> Truce { get; } = s_truceNames.Concat(s_truceMetaNames).ToHashSet();
}
