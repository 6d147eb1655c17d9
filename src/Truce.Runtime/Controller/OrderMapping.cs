using System.Collections.Immutable;
using Truce.Contracts;
using Truce.Control;
using Truce.Model;
using Truce.Model.Fencing;
using Truce.Model.Replication;

namespace Truce.Runtime.Controller;

/// <summary>Between what control orders and what executors are asked and report.</summary>
internal static class OrderMapping
{
    private const int OutputMax = 4_096;
    private const int ReasonMax = 1_024;

    public static OperationOrder ToExecutor(Order order) => new(
        order.OperationId,
        order.Resource.Value,
        order.Agent?.Class ?? "",
        order.Agent?.Provider,
        order.Agent?.Type ?? "",
        order.Operation,
        Sorted(order.Parameters),
        Sorted(order.Meta),
        order.TimeoutMs,
        order.IntervalMs,
        order.StartDelayMs,
        order.ExpectedCode)
    {
        LookMs = order.LookMs,
        ExtensionMs = order.ExtensionMs,
    };

    public static OperationOrder ToFencer(FenceShot shot) => new(
        shot.OperationId, shot.Device.Value, shot.Agent.Class, shot.Agent.Provider, shot.Agent.Type, shot.Action,
        Sorted(shot.Parameters),
        shot.Target.Value.Length == 0
            ? ImmutableSortedDictionary<string, string>.Empty
            : ImmutableSortedDictionary<string, string>.Empty.Add(FenceDevice.TargetMeta, shot.Target.Value),
        shot.TimeoutMs, 0, 0, 0);

    public static NumberedResult FromExecutor(OperationReport report) => new(report.Number, new OperationResult
    {
        OperationId = report.Order.OperationId,
        Resource = new ResourceId(report.Order.Resource),
        Agent = new AgentName(report.Order.Class, report.Order.Provider, report.Order.Type),
        Operation = report.Order.Action,
        IntervalMs = report.Order.IntervalMs,
        CallId = report.CallId,
        Status = report.Status,
        Code = report.Code,
        ExpectedCode = report.Order.ExpectedCode,
        ExitReason = Tail(report.ExitReason, ReasonMax),
        Output = Tail(report.Output, OutputMax),
        TransitionKey = OperationKeys.TransitionKey(report.Order.OperationId, report.Order.ExpectedCode),
        Digest = OperationDigest.Of(
            report.Order.Parameters.Select(p => new NameText(p.Key, p.Value)),
            report.Order.IntervalMs > 0 ? report.Order.Meta.GetValueOrDefault("timeout") : null),
        RanAt = (long)report.BeganAtUnix,
        ChangedAt = (long)report.ChangedAtUnix,
        ExecutionMs = report.ExecutionMs,
        QueueMs = report.QueueMs,
        IsByLook = report.IsByLook,
        NeedRestart = List(report, report.Traits?.NeedRestart, inList: true),
        Secret = List(report, report.Traits?.Secret is { Length: > 0 } secret ? secret : null, inList: false),
        MigrateSource = Node(report.Order, "migrate_source"),
        MigrateTarget = Node(report.Order, "migrate_target"),
    });

    public static ExecutorInventory FromExecutor(ExecutorReply.Inventory inventory) => new(
        inventory.ExecutorSession,
        [.. inventory.Running.Concat(inventory.Recurring).Select(o => o.OperationId)],
        [.. inventory.Unacknowledged.OrderBy(r => r.Number).Select(FromExecutor)],
        inventory.Unkillable)
    {
        Started = [.. inventory.Started.Select(FromStart)],
    };

    public static ExecutorRequest.StopOrder ToExecutor(LocalStops stops) => new(
        [.. stops.Rounds.Select(r => r.Select(s => new LocalStop(
            s.Resource.Value, s.TimeoutMs, s.LookMs, s.ExtensionMs, s.DemoteTimeoutMs)).ToImmutableArray())],
        [.. stops.LeftAlone.Select(r => r.Value)]);

    // Which node that is its controller knows.
    private static StartedAs FromStart(OperationOrder order) => new()
    {
        Node = default,
        Resource = new ResourceId(order.Resource),
        Agent = new AgentName(order.Class, order.Provider, order.Type),
        Parameters = order.Parameters.Select(p => new NameText(p.Key, p.Value)).ToEquatableArray(),
    };

    // What the field writes: names between spaces, the digest of those that are
    // set, or of those that aren't listed.
    private static ParameterList? List(OperationReport report, ImmutableArray<string>? names, bool inList) => names is not { } listed
        ? null
        : new ParameterList(
            string.Concat(listed.Select(n => $" {n} ")),
            OperationDigest.Of(report.Order.Parameters.Where(p => listed.Contains(p.Key) == inList).Select(p => new NameText(p.Key, p.Value))));

    private static NodeId? Node(OperationOrder order, string name) =>
        order.Meta.GetValueOrDefault(name) is { } node ? new NodeId(node) : null;

    private static ImmutableSortedDictionary<string, string> Sorted(EquatableArray<NameText> pairs) =>
        pairs.ToImmutableSortedDictionary(p => p.Name, p => p.Text, StringComparer.Ordinal);

    private static string Tail(string text, int max) => text.Length <= max ? text : text[^max..];
}
