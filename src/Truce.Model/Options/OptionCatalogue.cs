namespace Truce.Model;

/// <summary>What a cluster option is, for people.</summary>
/// <param name="Name">Its newest name.</param>
/// <param name="Default">What counts if it isn't set, as it would be written; empty: nothing.</param>
/// <param name="Meaning">In one line.</param>
public sealed record KnownOption(string Name, string Default, string Meaning);

/// <summary>The cluster options that Truce knows, with defaults and meanings. What it reads of them is in
/// <see cref="ClusterOptions"/>.</summary>
public static class OptionCatalogue
{
    private static readonly KnownOption[] s_effective =
    [
        new("no-quorum-policy", "stop", "without quorum: stop, freeze, ignore, demote or fence"),
        new("symmetric-cluster", "true", "resources may run anywhere unless a constraint says otherwise"),
        new("maintenance-mode", "false", "leave every resource as it is: no start, stop or monitor"),
        new("stop-all-resources", "false", "stop every resource, in order"),
        new("fencing-enabled", "true", "lost nodes are fenced before their resources are recovered"),
        new("fencing-action", "reboot", "how nodes are fenced: reboot or off"),
        new("fencing-timeout", "60s", "how long a fencing action may take"),
        new("fencing-max-attempts", "10", "failures after which fencing of a node pauses"),
        new("fencing-watchdog-timeout", "0", "how long to wait for a lost node's watchdog; 0: not at all"),
        new("have-watchdog", "false", "whether the nodes have a watchdog"),
        new("concurrent-fencing", "true", "several nodes may be fenced at a time"),
        new("startup-fencing", "true", "nodes that were never seen are fenced at the start"),
        new("priority-fencing-delay", "0", "head start of the side with the more important resources"),
        new("start-failure-is-fatal", "true", "a failed start bans the resource from the node at once"),
        new("enable-startup-probes", "true", "resources are probed when a node joins"),
        new("stop-removed-resources", "true", "resources removed from the configuration are stopped"),
        new("cancel-removed-actions", "true", "monitors removed from the configuration are cancelled"),
        new("remove-after-stop", "false", "forget the history of removed resources once they are stopped"),
        new("placement-strategy", "default", "default, utilization, balanced or minimal"),
        new("node-health-strategy", "none", "none, migrate-on-red, only-green, progressive or custom"),
        new("node-health-base", "0", "score of a node's health before its attributes count"),
        new("node-health-green", "0", "score of a health attribute that is green"),
        new("node-health-yellow", "0", "score of a health attribute that is yellow"),
        new("node-health-red", "-INFINITY", "score of a health attribute that is red"),
        new("batch-limit", "0", "operations under way at once in the whole cluster; 0: as the load allows"),
        new("migration-limit", "-1", "live migrations under way at once on a node; -1: no limit"),
        new("cluster-delay", "60s", "how long an answer may take beyond the operation itself"),
        new("dc-deadtime", "20s", "how long to wait for other nodes at the start"),
        new("cluster-recheck-interval", "15min", "how often to look again though nothing happened; 0: never"),
        new("node-pending-timeout", "0", "how long a node may lack its controller; 0: forever"),
        new("shutdown-lock", "false", "resources stay bound to a node that was shut down cleanly"),
        new("shutdown-lock-limit", "0", "how long they stay bound at most; 0: forever"),
        new("enable-acl", "false", "the configuration's access rules count"),
        new("cluster-name", "", "the cluster's name"),
        new("truce-unfenced-recovery", "refuse", "if a lost node can't be fenced: refuse or accept-damage"),
        new("truce-fence-shots-per-cause", "2", "shots for one failing operation before a block"),
        new("truce-fence-shots-per-node", "3", "shots at a node for its own failures before quarantine"),
        new("truce-fence-shots-per-target", "6", "shots at a node for any cause before quarantine"),
        new("truce-start-proven-after", "10min", "how long a start that cost a node must hold elsewhere"),
        new("truce-suspect-wait", "10min", "wait of what may have cost a node, if the next costs the quorum"),
        new("truce-probation", "true", "a failed stop of a resource that never worked fences nothing"),
        new("truce-stop-look", "true", "a failed stop is looked at before it counts as failed"),
        new("truce-stop-extension", "", "more time for a stop that makes progress"),
        new("truce-quarantine-action", "reboot", "how a node is fenced that is quarantined: reboot or off"),
        new("truce-fence-path-age", "P90D", "how long a fencing path counts as proven"),
        new("truce-fence-head-start", "15s", "in an even split, how long the second side waits to shoot"),
        new("truce-executor-loss", "", "if the executor dies: respawn, as by default, or panic"),
        new("truce-controller-loss", "", "if the controller dies: respawn, stop-or-panic or panic"),
        new("truce-fencer-loss", "", "if the fencer dies: respawn, stop-or-panic or panic"),
        new("truce-api-loss", "", "if the API dies: respawn, as by default, or panic"),
        new("truce-groups-loss", "", "if Group Services die: respawn, stay-out or panic"),
        new("truce-engine-loss", "", "if Corosync is gone: stop-or-panic, as by default, or panic"),
        new("truce-role-loss", "", "if a role dies too often: panic, as by default, or stop-or-panic"),
        new(OptionNames.PacemakerPrefix, "", "the prefix of Pacemaker's paths inside bundles' containers"),
    ];

    private static readonly string[] s_ignored =
    [
        "dc-version", "cluster-infrastructure", "cluster-ipc-limit", "pe-error-series-max",
        "pe-warn-series-max", "pe-input-series-max",
        "election-timeout", "shutdown-escalation", "join-integration-timeout",
        "join-finalization-timeout", "transition-delay", "last-lrm-refresh", "node-action-limit",
        "load-threshold", "fence-remote-without-quorum", "crmd-transition-delay", "crmd-integration-timeout",
        "crmd-finalization-timeout", "require-quorum", "fencing-reaction",
    ];

    private static readonly Dictionary<string, string> s_newer =
        OptionNames.OlderNames.ToDictionary(n => n.Value, n => n.Key);

    /// <summary>Every option, those with an effect first.</summary>
    public static IReadOnlyList<KnownOption> All { get; } =
        [.. s_effective, .. s_ignored.Select(n => new KnownOption(n, "", NoEffect))];

    /// <summary>The meaning of an option that is only accepted.</summary>
    public const string NoEffect = "accepted; has no effect in Truce";

    /// <summary>The newest name of an option.</summary>
    public static string NewestName(string name) => s_newer.GetValueOrDefault(name, name);

    /// <summary>The option of that name, newer or older; null: unknown.</summary>
    public static KnownOption? Find(string name) => All.FirstOrDefault(o => o.Name == NewestName(name));
}
