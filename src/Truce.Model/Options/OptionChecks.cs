
namespace Truce.Model;

/// <summary>Which values options and meta attributes can have.</summary>
public static class OptionChecks
{
    private enum Kind
    {
        Boolean,
        Interval,
        Number,
        Score,
    }

    private static readonly Dictionary<string, Kind> s_cluster = Table(
        (Kind.Boolean, ["fencing-enabled", "symmetric-cluster", "stop-all-resources",
            "stop-removed-resources",
            "cancel-removed-actions", "start-failure-is-fatal", "enable-startup-probes", "maintenance-mode",
            "concurrent-fencing", "startup-fencing", "fence-remote-without-quorum", "shutdown-lock",
                "enable-acl",
            "have-watchdog", "remove-after-stop"]),
        (Kind.Interval, ["fencing-timeout", "cluster-delay", "dc-deadtime", "cluster-recheck-interval",
            "shutdown-escalation", "transition-delay", "shutdown-lock-limit", "priority-fencing-delay",
            "election-timeout", "node-pending-timeout", "join-integration-timeout",
                "join-finalization-timeout"]),
        (Kind.Number, ["truce-fence-shots-per-cause", "truce-fence-shots-per-node", "truce-fence-shots-per-target",
            "batch-limit", "migration-limit", "node-action-limit", "fencing-max-attempts",
            "cluster-ipc-limit", "pe-error-series-max", "pe-warn-series-max", "pe-input-series-max"]),
        (Kind.Score, ["node-health-base", "node-health-green", "node-health-yellow", "node-health-red"]));

    private static readonly Dictionary<string, Kind> s_resourceMeta = Table(
        (Kind.Boolean, ["is-managed", "maintenance", "critical", "allow-migrate", "allow-unhealthy-nodes",
            "globally-unique", "notify", "ordered", "interleave", "promotable", "remote-allow-migrate"]),
        (Kind.Interval, ["failure-timeout", "remote-connect-timeout"]),
        (Kind.Number, ["clone-max", "clone-node-max", "clone-min", "promoted-max", "promoted-node-max",
            "master-max",
            "master-node-max", "remote-port"]),
        (Kind.Score, ["priority", "resource-stickiness", "migration-threshold"]));

    private static readonly Dictionary<string, Kind> s_operationMeta = Table(
        (Kind.Boolean, ["enabled", "record-pending"]),
        (Kind.Interval, ["timeout", "start-delay", "interval"]));

    // Old tools wrote target-role="#default" for not set (case bug-lf-1852).
    private static readonly Dictionary<string, string[]> s_words = new Dictionary<string, string[]>
    {
        ["no-quorum-policy"] = ["stop", "freeze", "ignore", "demote", "fence", "suicide"],
        ["fencing-action"] = ["reboot", "off", "poweroff"],
        ["fencing-reaction"] = ["stop", "panic"],
        ["placement-strategy"] = ["default", "utilization", "balanced", "minimal"],
        ["node-health-strategy"] = ["none", "migrate-on-red", "only-green", "progressive", "custom"],
        ["truce-unfenced-recovery"] = ["refuse", "accept-damage"],
        ["truce-quarantine-action"] = ["reboot", "off"],
        ["target-role"] = ["Stopped", "Started", "Unpromoted", "Promoted", "Slave", "Master", "#default"],
        ["requires"] = ["nothing", "quorum", "fencing", "unfencing"],
        ["multiple-active"] = ["block", "stop_only", "stop_start", "stop_unexpected"],
        ["on-fail"] = ["ignore", "block", "demote", "stop", "restart", "standby", "fence",
            "restart-container"],
        ["role"] = ["Stopped", "Started", "Unpromoted", "Promoted", "Slave", "Master"],
    };

    private static readonly Dictionary<string, string> s_newerNames =
        OptionNames.OlderNames.ToDictionary(n => n.Value, n => n.Key);

    /// <summary>
    /// What a cluster option must be, if <paramref name="value"/> isn't: <c>true or false</c>, <c>one of
    /// stop, panic</c>; null
    /// if the value is fine, or nothing is known about the option.
    /// </summary>
    public static string? OfCluster(string name, string value) =>
        Complaint(s_cluster, s_newerNames.GetValueOrDefault(name, name), value);

    /// <summary>As <see cref="OfCluster"/>, for meta attributes of resources.</summary>
    public static string? OfResource(string name, string value) => Complaint(s_resourceMeta, name, value);

    /// <summary>As <see cref="OfCluster"/>, for meta attributes of operations.</summary>
    public static string? OfOperation(string name, string value) => Complaint(s_operationMeta, name, value);

    private static Dictionary<string, Kind> Table(params (Kind Kind, string[] Names)[] rows)
    {
        Dictionary<string, Kind> table = [];
        foreach ((Kind kind, string[] names) in rows)
        {
            foreach (string name in names)
                table.Add(name, kind);
        }

        return table;
    }

    private static string? Complaint(Dictionary<string, Kind> kinds, string name, string value)
    {
        if (kinds.TryGetValue(name, out Kind kind))
            return Complaint(kind, value);
        bool isWord = s_words.TryGetValue(name, out string[]? words)
            && !words.Contains(value, StringComparer.OrdinalIgnoreCase);
        return isWord ? "one of " + string.Join(", ", words!) : null;
    }

    private static string? Complaint(Kind kind, string value) => kind switch
    {
        Kind.Boolean => CibBoolean.Parse(value) is null ? "true or false" : null,
        Kind.Interval => Interval.ParseMilliseconds(value) is null ? "a time, such as 60s or 2min" : null,
        Kind.Number => Numbers.ParseInt(value) is null ? "a whole number" : null,
        Kind.Score => Score.ParseRounded(value) is null ? "a whole number, INFINITY or -INFINITY" : null,
    };
}
