using System.Collections.Immutable;
using System.Globalization;
using Truce.Contracts;
using Truce.Model;

namespace Truce.Cli.Alerts;

/// <summary>
/// What there is to tell: a function of two moments and of the events between them. As in Pacemaker, every
/// node tells of nodes and of fencing, and the node on which an operation ran tells of it. Attributes, and
/// what only Truce has, the coordinator tells.
/// </summary>
/// <param name="before">The last moment that was told of.</param>
/// <param name="now">The present one.</param>
/// <param name="fences">The fencings that the cluster remembers, newest first.</param>
/// <param name="at">What time it is, for what has no event.</param>
internal sealed class AlertFacts(
    AlertMoment before, AlertMoment now, ImmutableArray<FenceRecord> fences, DateTimeOffset at)
{
    private const string Done = "-done";
    private const string Ok = "0";

    private static readonly string[] s_own =
    [
        "fence-avoided", "fence-path-failed", "node-undead", "operation-slower", "planning-failed",
        "planning-works", "store-failing", "store-works",
    ];

    private static readonly string[] s_tasks =
    [
        OperationNames.Start, OperationNames.Stop, OperationNames.Promote, OperationNames.Demote,
        OperationNames.MigrateTo, OperationNames.MigrateFrom, OperationNames.ReloadAgent,
    ];

    private string Here => now.Status.AnsweredBy;

    // Without a coordinator everyone tells, rather than nobody.
    private bool Coordinates => now.Status.Coordinator is null || now.Status.Coordinator == Here;

    /// <summary>All of it, in order.</summary>
    public IEnumerable<AlertFact> All(IEnumerable<ClusterEvent> events) =>
    [
        .. events.Select(e => Of(e)).OfType<AlertFact>(),
        .. Coordinates ? Attributes() : [],
        .. Coordinates ? Holds() : [],
    ];

    private AlertFact? Of(ClusterEvent one) => one switch
    {
        { Kind: "node-joined", Node: { } node } => Node(one, node, "member"),
        { Kind: "node-left" or "node-lost" or "controller-lost", Node: { } node } => Node(one, node, "lost"),
        { Kind: "fence-confirmed", Node: { } node } => Fencing(one, node, Ok, "OK"),
        { Kind: "fence-failed", Node: { } node } => Fencing(one, node, "1", "Error occurred"),
        { Kind: "operation-failed", Node: { } node, Resource: { } resource } when node == Here =>
            Failure(one, node, resource),
        { Node: { } node, Resource: { } resource } when node == Here && TaskOf(one.Kind) is { } task =>
            Success(one, node, resource, task),
        _ => Coordinates && s_own.Contains(one.Kind) ? Own(one) : null,
    };

    private static string? TaskOf(string kind) =>
        kind.EndsWith(Done, StringComparison.Ordinal) ? Array.Find(s_tasks, t => t == kind[..^Done.Length])
            : null;

    private AlertFact Node(ClusterEvent one, string node, string state) => AlertFact.Of(
        "node", one.At, new AlertTopic.Event(AlertEvents.Nodes),
        ("node", node), ("nodeid", Uuid(node)?.Value ?? ""), ("desc", state), ("truce_detail", one.Detail));

    private AlertFact Fencing(ClusterEvent one, string target, string code, string result)
    {
        FenceRecord? fence = fences.FirstOrDefault(f => f.Target == target);
        string action = fence?.Action ?? "off";
        string by = fence is { By.Length: > 0 } ? fence.By : "a person";
        string asker = now.Status.Coordinator ?? Here;
        return AlertFact.Of(
            "fencing", one.At, new AlertTopic.Event(AlertEvents.Fencing),
            ("node", target), ("task", action), ("rc", code),
            ("desc", $"Operation {action} of {target} by {by} for truce@{asker}: {result} "
                + $"(ref={fence?.Id ?? "0"})"),
            ("truce_detail", one.Detail));
    }

    private AlertFact Success(ClusterEvent one, string node, string resource, string task)
    {
        // A later operation may have replaced its record already: that it succeeded is known all the same.
        OperationRecord? last = History(node, resource).Operations
            .FirstOrDefault(o => o.Operation == task && o.IntervalMs == 0 && !HistoryReading.IsFailure(o));
        return Resource(one, node, resource, new OperationRecord("", task) { ExecTimeMs = last?.ExecTimeMs });
    }

    // The history keeps one failure of a resource on a node: of several at once, the last one's numbers
    // count.
    private AlertFact Failure(ClusterEvent one, string node, string resource)
    {
        ResourceHistory history = History(node, resource);
        if (HistoryReading.Failure(history) is not { } failed)
            failed = new OperationRecord("", "unknown") { OpStatus = (int)ExecutionStatus.Error, RcCode = 1 };
        return Resource(one, node, resource, failed);
    }

    private static AlertFact Resource(
        ClusterEvent one, string node, string resource, OperationRecord operation)
    {
        ExecutionStatus status = (ExecutionStatus)operation.OpStatus;
        return AlertFact.Of(
            "resource", one.At, new AlertTopic.Event(AlertEvents.Resources),
            ("node", node), ("rsc", resource), ("task", operation.Operation),
            ("interval", Number(operation.IntervalMs)),
            ("rc", Number(operation.RcCode)), ("target_rc", Expected(operation)),
                ("status", Number((int)status)),
            ("desc", status == ExecutionStatus.TimedOut ? "Timed Out"
                : OutcomeWords.Of(status, operation.RcCode)),
            ("exec_time", operation.ExecTimeMs is { } took ? Number(took) : ""),
                ("truce_detail", one.Detail));
    }

    // The order's third part: 8 for the monitor of what is to be promoted.
    private static string Expected(OperationRecord operation) =>
        operation.TransitionKey?.Split(':') is [_, _, { Length: > 0 } code, ..] ? code : Ok;

    private static AlertFact Own(ClusterEvent one) => AlertFact.Of(
        "truce", one.At, Topic(one.Kind, one.Resource),
        ("node", one.Node ?? ""), ("rsc", one.Resource ?? ""), ("task", one.Kind), ("desc", one.Detail));

    private IEnumerable<AlertFact> Holds()
    {
        HashSet<(string, string?, string?)> had = [.. before.Status.Holds.Select(Key)];
        HashSet<(string, string?, string?)> has = [.. now.Status.Holds.Select(Key)];
        return
        [
            .. now.Status.Holds.Where(h => !had.Contains(Key(h))).DistinctBy(Key).Select(h =>
                Of(h, "hold-begun")),
            .. before.Status.Holds.Where(h => !has.Contains(Key(h))).DistinctBy(Key).Select(h =>
                Of(h, "hold-ended")),
        ];
    }

    private AlertFact Of(HoldStatus hold, string task) => AlertFact.Of(
        "truce", at, Topic(hold.Kind, hold.Resource),
        ("node", hold.Node ?? ""), ("rsc", hold.Resource ?? ""), ("task", task), ("truce_hold", hold.Kind),
        ("desc", hold.Reason));

    private static (string, string?, string?) Key(HoldStatus hold) => (hold.Kind, hold.Resource, hold.Node);

    private static AlertTopic.Event Topic(string kind, string? resource) => new(
        kind.StartsWith("fenc", StringComparison.Ordinal) ? AlertEvents.Fencing
        : resource is not null ? AlertEvents.Resources : AlertEvents.Nodes);

    private IEnumerable<AlertFact> Attributes()
    {
        foreach (Node node in now.Cib.Configuration.Nodes)
        {
            SortedDictionary<string, string> had = NodeAttributeValues.Of(before.Cib, node.Name);
            SortedDictionary<string, string> has = NodeAttributeValues.Of(now.Cib, node.Name);
            foreach (string name in had.Keys.Union(has.Keys).Order(StringComparer.Ordinal))
            {
                string? value = has.GetValueOrDefault(name);
                if (value == had.GetValueOrDefault(name))
                    continue;
                yield return AlertFact.Of("attribute", at, new AlertTopic.Attribute(name),
                    ("node", node.Name.Value), ("attribute_name", name), ("attribute_value", value ?? ""));
            }
        }
    }

    private ResourceHistory History(string node, string resource) =>
        Uuid(node) is { } uuid
            && HistoryReading.Of(now.Cib.Status, uuid, new ResourceId(resource)) is { } history
            ? history : new ResourceHistory(new ResourceId(resource));

    private NodeUuid? Uuid(string node) =>
        now.Cib.Configuration.Nodes.FirstOrDefault(n => n.Name.Value == node)?.Id;

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
