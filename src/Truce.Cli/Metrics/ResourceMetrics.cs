using System.Collections.Immutable;
using Truce.Analysis.Findings;
using Truce.Contracts;
using Truce.Model;

namespace Truce.Cli.Metrics;

/// <summary>The resources as the field's exporter names them.</summary>
internal static class ResourceMetrics
{
    private const string Prefix = "ha_cluster_pacemaker_";

    // Holds of what the cluster leaves alone until someone has looked at it.
    private static readonly string[] s_blocking = ["fence-block", "failed-stop", "failures", "unkillable"];

    /// <summary>Writes them.</summary>
    public static void Write(Exposition text, Cib? cib, ClusterStatusDocument status)
    {
        Exposition.Metric resources = text.Begin(Prefix + "resources",
            "The status of each resource; 1 means the resource is in that status, 0 otherwise");
        RuleInput? input = cib is null ? null : new RuleInput(cib);
        foreach (ResourceStatus resource in status.Resources)
            Add(resources, resource, Statuses(resource, status, input));
        if (input is null)
            return;
        foreach (ResourceStatus left in Orphans(input))
            Add(resources, left, OrphanStatuses(left));
        WriteFailures(text, input);
    }

    private static void Add(
        Exposition.Metric resources, ResourceStatus resource, (string Word, bool Holds)[] statuses)
    {
        string group = Within(resource, "group"), clone = Within(resource, "clone", "promotable");
        foreach ((string word, bool holds) in statuses)
        {
            resources.Add(holds ? 1 : 0,
                ("node", resource.Node ?? ""), ("resource", resource.Instance),
                ("role", Lower(resource.Role)), ("managed", resource.Managed ? "true" : "false"),
                ("status", word), ("agent", resource.Agent), ("group", group), ("clone", clone));
        }
    }

    private static (string Word, bool Holds)[] Statuses(
        ResourceStatus resource, ClusterStatusDocument status, RuleInput? input) =>
    [
        ("active", resource.IsActive
            || resource is { Node: not null, Role: "Stopping" or "Promoting" or "Demoting" or "Migrating" }),
        ("orphaned", false),
        ("blocked", status.Holds.Any(h => s_blocking.Contains(h.Kind) && h.Resource == resource.Id
            && (h.Node is null || h.Node == resource.Node))),
        ("failed", resource.Failed),
        ("failure_ignored", resource.Failed && input is not null && IsIgnored(resource, input)),
    ];

    private static bool IsIgnored(ResourceStatus resource, RuleInput input) =>
        input.Configuration.Nodes.FirstOrDefault(n => n.Name.Value == resource.Node) is { } node
        && HistoryReading.Of(input.Cib.Status, node.Id, new ResourceId(resource.Instance)) is { } history
        && HistoryReading.Failure(history) is { } failure
        && input.Primitives.FirstOrDefault(p => p.Written.Id.Value == resource.Id) is { } primitive
        && primitive.Operations.Any(o => o.OnFail == OnFail.Ignore && o.Name == failure.Operation
            && o.Interval.Milliseconds == failure.IntervalMs);

    private static (string Word, bool Holds)[] OrphanStatuses(ResourceStatus left) =>
    [
        ("active", true), ("orphaned", true), ("blocked", false), ("failed", left.Failed),
        ("failure_ignored", false),
    ];

    // Runs, or may run, and isn't configured any more.
    private static IEnumerable<ResourceStatus> Orphans(RuleInput input)
    {
        HashSet<string> configured = [.. input.Primitives.Select(p => p.Written.Id.Value)];
        // A bundle's container, address and connection aren't configured by themselves.
        string[] implied = [.. input.Resources.OfType<Resource.Bundle>().Select(b => b.Id.Value + "-")];
        return
            from node in input.Configuration.Nodes
            from history in HistoryReading.Of(input.Cib.Status, node.Id)
            let id = history.Id.Value
            where !configured.Contains(InstanceNames.Configured(id))
                && !Array.Exists(implied, i => id.StartsWith(i, StringComparison.Ordinal))
                && HistoryReading.MayBeActive(history)
            select new ResourceStatus(id, id, node.Name.Value, "Started",
                HistoryReading.Failure(history) is not null, true, Agent(history), null, "0", "");
    }

    private static string Agent(ResourceHistory history) =>
        new AgentName(history.Class ?? "", history.Provider, history.Type ?? "").ToString();

    // The innermost group, the clone around it. An older node doesn't say.
    private static string Within(ResourceStatus resource, params string[] kinds) => resource.Within.IsDefault
        ? "" : resource.Within.LastOrDefault(w => kinds.Contains(w.Kind))?.Id ?? "";

    private static void WriteFailures(Exposition text, RuleInput input)
    {
        ImmutableArray<(string Node, NodeState? State, ResourceHistory History)> seen =
        [
            .. from node in input.Configuration.Nodes
               let state = HistoryReading.Node(input.Cib.Status, node.Id)
               from history in state?.History?.Resources ?? []
               select (node.Name.Value, state, history),
        ];
        Exposition.Metric counts = text.Begin(Prefix + "fail_count", "How often a resource failed on a node");
        foreach (var (node, state, history) in seen)
            counts.Add(Number(HistoryReading.FailCount(state, history.Id.Value)), ("node", node),
                ("resource", history.Id.Value));
        Exposition.Metric thresholds =
            text.Begin(Prefix + "migration_threshold", "After how many failures a resource leaves a node");
        Dictionary<string, double> known = input.Primitives.DistinctBy(p => p.Written.Id)
            .ToDictionary(p => p.Written.Id.Value, p => Threshold(input, p), StringComparer.Ordinal);
        foreach (var (node, _, history) in seen)
        {
            string id = history.Id.Value;
            thresholds.Add(known.GetValueOrDefault(InstanceNames.Configured(id), double.PositiveInfinity),
                ("node", node), ("resource", id));
        }
    }

    private static double Threshold(RuleInput input, PlacedPrimitive primitive) =>
        input.MetaInForce(primitive, "migration-threshold")?.Value is { } text
        && Score.ParseRounded(text) is { Value: > 0 } threshold
            ? Number(threshold) : double.PositiveInfinity;

    /// <summary>A score, infinite ones as Prometheus has them.</summary>
    internal static double Number(Score score) => score.IsInfinity ? double.PositiveInfinity
        : score.IsMinusInfinity ? double.NegativeInfinity : score.Value;

    /// <summary>A role as the exporter writes it.</summary>
#pragma warning disable CA1308 // What the exporter writes is in lower case.
    internal static string Lower(string role) => role.ToLowerInvariant();
#pragma warning restore CA1308
}
