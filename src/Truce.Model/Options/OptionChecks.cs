
using System.Globalization;

namespace Truce.Model;

/// <summary>A value that an option or a meta attribute can't have.</summary>
/// <param name="Wanted">What it must be: <c>true or false</c>, <c>one of stop, panic</c>.</param>
/// <param name="CountsAs">What plans read instead; null if they take the
/// default, as if nothing were set.</param>
public sealed record ValueComplaint(string Wanted, string? CountsAs);

/// <summary>Which values options and meta attributes can have.</summary>
public static class OptionChecks
{
    private enum Kind
    {
        Boolean,
        Interval,
        Number,
        Count,
        Score,
        Path,
    }

    private static readonly Dictionary<string, Kind> s_cluster = Table(
        (Kind.Boolean, ["fencing-enabled", "symmetric-cluster", "stop-all-resources",
            "stop-removed-resources",
            "cancel-removed-actions", "start-failure-is-fatal", "enable-startup-probes", "maintenance-mode",
            "concurrent-fencing", "startup-fencing", "fence-remote-without-quorum", "shutdown-lock",
                "enable-acl", "truce-probation", "truce-stop-look",
            "have-watchdog", "remove-after-stop"]),
        (Kind.Interval, ["fencing-timeout", "cluster-delay", "dc-deadtime", "cluster-recheck-interval",
            "shutdown-escalation", "transition-delay", "shutdown-lock-limit", "priority-fencing-delay",
            "election-timeout", "node-pending-timeout", "truce-start-proven-after",
            "truce-fence-head-start", "truce-stop-extension", "truce-fence-path-age", "truce-suspect-wait",
                "join-integration-timeout",
                "join-finalization-timeout"]),
        (Kind.Number, ["truce-fence-shots-per-cause", "truce-fence-shots-per-node", "truce-fence-shots-per-target",
            "batch-limit", "migration-limit", "node-action-limit", "fencing-max-attempts",
            "cluster-ipc-limit", "pe-error-series-max", "pe-warn-series-max", "pe-input-series-max"]),
        (Kind.Score, ["node-health-base", "node-health-green", "node-health-yellow", "node-health-red"]),
        (Kind.Path, [OptionNames.PacemakerPrefix]));

    private static readonly Dictionary<string, Kind> s_resourceMeta = Table(
        (Kind.Boolean, ["is-managed", "maintenance", "critical", "allow-migrate", "allow-unhealthy-nodes",
            "globally-unique", "notify", "ordered", "interleave", "promotable", "remote-allow-migrate"]),
        (Kind.Interval, ["failure-timeout", "remote-connect-timeout", OptionNames.RecoveryTimeObjective]),
        (Kind.Number, ["remote-port"]),
        (Kind.Count, ["clone-max", "clone-node-max", "clone-min", "promoted-max", "promoted-node-max",
            "master-max", "master-node-max"]),
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
    }.Concat(ComponentLosses.Words.Select(w => KeyValuePair.Create(ComponentLosses.Option(w.Key), w.Value)))
        .ToDictionary(StringComparer.Ordinal);

    private static readonly Dictionary<string, string> s_newerNames =
        OptionNames.OlderNames.ToDictionary(n => n.Value, n => n.Key);

    /// <summary>What is wrong with a cluster option's value; null if it is fine, or nothing
    /// is known about the option.</summary>
    public static ValueComplaint? OfCluster(string name, string value) =>
        Complaint(s_cluster, s_newerNames.GetValueOrDefault(name, name), value);

    /// <summary>As <see cref="OfCluster"/>, for meta attributes of resources.</summary>
    public static ValueComplaint? OfResource(string name, string value) =>
        Complaint(s_resourceMeta, name, value);

    /// <summary>As <see cref="OfCluster"/>, for meta attributes of operations.</summary>
    public static ValueComplaint? OfOperation(string name, string value) =>
        Complaint(s_operationMeta, name, value);

    /// <summary>Whether the value of a silence says why: <c>REASON</c>, or <c>@ID,ID: REASON</c>.</summary>
    public static bool IsReason(string? value)
    {
        if (value is null || !value.StartsWith('@'))
            return !string.IsNullOrWhiteSpace(value);
        int colon = value.IndexOf(':', StringComparison.Ordinal);
        return colon > 1 && !string.IsNullOrWhiteSpace(value[(colon + 1)..]);
    }

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

    private static ValueComplaint? Complaint(Dictionary<string, Kind> kinds, string name, string value)
    {
        if (name == ClusterOptions.RecheckInterval
            && Interval.ParseMilliseconds(value) is > 0 and < ClusterOptions.RecheckLeastMs)
            return new("0, or 1s or more", "1s");
        if (kinds.TryGetValue(name, out Kind kind))
            return Wanted(kind, value) is { } wanted ? new(wanted, CountsAs(kind, value)) : null;
        bool isWord = s_words.TryGetValue(name, out string[]? words)
            && !words.Contains(value, StringComparer.OrdinalIgnoreCase);
        return isWord ? new("one of " + string.Join(", ", words!), null) : null;
    }

    private static string? Wanted(Kind kind, string value) => kind switch
    {
        Kind.Boolean => CibBoolean.Parse(value) is null ? "true or false" : null,
        Kind.Interval => Interval.ParseMilliseconds(value) is null ? "a time, such as 60s or 2min" : null,
        Kind.Number or Kind.Count => Numbers.ParseInt(value) is null ? "a whole number" : null,
        Kind.Score => Score.ParseRounded(value) is null ? "a whole number, INFINITY or -INFINITY" : null,
        Kind.Path => IsPath(value) ? null : "an absolute path, such as /opt/pacemaker",
    };

    // It becomes part of a container's options, which blanks, colons and commas would break up.
    private static bool IsPath(string value) =>
        value.StartsWith('/') && !value.Any(c => c <= ' ' || c is ':' or ',');

    private static string? CountsAs(Kind kind, string value) => kind switch
    {
        Kind.Boolean or Kind.Interval or Kind.Number or Kind.Path => null,
        Kind.Count => Score.Parse(value)?.Value.ToString(CultureInfo.InvariantCulture),
        Kind.Score => Score.ParseLeading(value)?.ToString(),
    };
}
