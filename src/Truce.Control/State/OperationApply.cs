using System.Globalization;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>Applies orders and results to the status.</summary>
internal static class OperationApply
{
    /// <summary>
    /// Records orders as pending. Void are those of another view's plan, to another boot of
    /// the node, and those that a guard holds back: the coordinator finds them missing among
    /// the pending orders, and plans again.
    /// </summary>
    public static (ReplicatedState, CommandOutcome) Ordered(
        ReplicatedState state, Command.Ordered ordered, ApplyContext context)
    {
        if (state.View is not { } view || view.Epoch != ordered.Epoch)
            return (state, new CommandOutcome.Refused(RefusalReason.Stale, $"ordered in view {ordered.Epoch}"));
        string refusals = "";
        foreach (Order order in ordered.Orders)
        {
            if (StartGuard.Objection(state, order, ordered.FenceEpoch) is { } objection)
                refusals = $"{order}: {objection}";
            else if (!order.After.All(state.Pending.ContainsKey))
                refusals = $"{order}: its predecessor isn't in progress";
            else
                state = order.IsHeld ? Pend(state, order, context) : Begin(state, order, context);
        }

        return (state, refusals.Length == 0
            ? CommandOutcome.Plain
            : new CommandOutcome.Refused(RefusalReason.Guard, refusals));
    }

    /// <summary>Applies results of the executor's present life; those of an
    /// earlier one are history.</summary>
    public static (ReplicatedState, CommandOutcome) Results(
        ReplicatedState state, Command.Results results, ApplyContext context)
    {
        if (state.Member(results.Node) is not { Phase: not MemberPhase.Down } member
            || (results.ExecutorSession.Length > 0 && member.ExecutorSession != results.ExecutorSession))
        {
            return (state, new CommandOutcome.Refused(RefusalReason.Stale, "results of an earlier session"));
        }

        foreach (OperationResult result in results.Items)
            state = Result(state, results.Node, result, context, ResultSource.Report);
        return (state, CommandOutcome.Plain);
    }

    /// <summary>Applies one result.</summary>
    public static ReplicatedState Result(
        ReplicatedState state, NodeId node, OperationResult result, ApplyContext context, ResultSource source)
    {
        Order? order = state.Pending.GetValueOrDefault(result.OperationId);
        state = state with { Pending = state.Pending.Remove(result.OperationId) };
        if (order is { IsHeld: true } && result.Status == (int)ExecutionStatus.Cancelled)
            return state;
        if (order is { Kind: OrderTask.Cancel })
            return Cancelled(state, order);
        if (order is { Kind: OrderTask.Delete })
            return Change(state, node, n => HistoryEditing.Forget(n, result.Resource));
        if (order is { Kind: OrderTask.Shutdown })
            return state;
        if (result.Status == (int)ExecutionStatus.Cancelled)
        {
            return order is null
                ? state
                : StartedApply.Assume(ForgetTarget(Change(state, node, n => RemovePending(n, order)), order), order);
        }

        if (IsLostWatch(result))
        {
            return order is not null || IsCurrent(state, node, result)
                ? LostWatch(state, node, result, context) : state;
        }

        bool counts = order is not null || (source == ResultSource.Inventory ? IsNews(state, node, result)
            : result.IntervalMs > 0 ? IsCurrent(state, node, result) : IsLater(state, node, result));
        if (!counts)
            return state;
        ResultMeaning meaning = CannotRun.Of(result, StartedApply.Find(state, node, result.Resource));
        state = StartedApply.Note(state, node, result, order);
        return meaning switch
        {
            ResultMeaning.Plain => Measuring.Ran(
                Taken(state, node, result, context), node, result, order, context),
            ResultMeaning.NeverStarted => NeverStarted(state, node, result, context),
            ResultMeaning.NothingToStop => NothingToStop(state, node, result, context),
            ResultMeaning.MayStillRun => Taken(
                state, node, Undecided(node, result, "; it was started there before and may still run"),
                context),
            ResultMeaning.ProvesNothing => Taken(
                state, node, Undecided(node, result, "; it may run with other parameters"), context),
        };
    }

    // That a fencer no longer watches a device (it is a new one, or stopped it without quorum) says nothing
    // about the device.
    private static bool IsLostWatch(OperationResult result) => result is
    {
        Agent.Class: AgentName.Stonith, Operation: OperationNames.Monitor, IntervalMs: > 0,
        Status: (int)ExecutionStatus.NotConnected,
    };

    private static ReplicatedState LostWatch(
        ReplicatedState state, NodeId node, OperationResult result, ApplyContext context) =>
        Change(state, node, n => HistoryEditing.Forget(n, result.Resource)).Tell(
            context.At, "watch-lost",
            $"{result.Resource} is no longer watched on {node}: {result.ExitReason}", node, result.Resource);

    private static ReplicatedState Taken(
        ReplicatedState state, NodeId node, OperationResult result, ApplyContext context)
    {
        state = Change(state, node, n => HistoryEditing.End(n, node, result));
        state = Count(state, node, result, context);
        state = Tell(state, node, result, context);
        return Recoveries.Ran(state, node, result, context);
    }

    // Promise S9: what could never start needs no stop, which couldn't run either, and no shot for that.
    private static ReplicatedState NeverStarted(
        ReplicatedState state, NodeId node, OperationResult result, ApplyContext context)
    {
        string why = CannotRun.Words(result.Resource, node, result.Agent, result.Status, result.Code);
        result = result with { ExitReason = WithReason(why, result.ExitReason) };
        // No failure is counted: the ban ends when its cause does, not at a cleanup.
        state = Change(state, node, n => HistoryEditing.NeverStarted(n, node, result));
        return HistoryEditing.IsProbe(result)
            ? state
            : state.Tell(context.At, "cannot-run", result.ExitReason, node, result.Resource);
    }

    private static ReplicatedState NothingToStop(
        ReplicatedState state, NodeId node, OperationResult result, ApplyContext context)
    {
        string why = CannotRun.Words(result.Resource, node, result.Agent, result.Status, result.Code);
        result = result with
        {
            Status = (int)ExecutionStatus.Done,
            Code = result.ExpectedCode,
            ExitReason = WithReason(why, result.ExitReason),
        };
        state = Change(state, node, n => HistoryEditing.End(n, node, result));
        return state.Tell(
            context.At, "stop-done", $"stop of {result.Resource} on {node}: it was never started there ({why})",
            node, result.Resource);
    }

    // "Not installed" and "invalid parameter" would read as stopped.
    private static OperationResult Undecided(NodeId node, OperationResult result, string but) => result with
    {
        Status = (int)ExecutionStatus.Error,
        Code = (int)AgentExitCode.Error,
        ExitReason = WithReason(
            CannotRun.Words(result.Resource, node, result.Agent, result.Status, result.Code) + but,
            result.ExitReason),
    };

    private static string WithReason(string why, string said) => said.Length == 0 ? why : $"{why} ({said})";

    /// <summary>An order that never reached its executor is taken back.</summary>
    public static ReplicatedState Drop(ReplicatedState state, Order order)
    {
        state = state with { Pending = state.Pending.Remove(order.OperationId) };
        return order.IsHeld ? state : Change(state, order.Node, n => RemovePending(n, order));
    }

    /// <summary>Where a migration was taking a resource, if its result is lost:
    /// only a probe there can tell.</summary>
    public static ReplicatedState ForgetTarget(ReplicatedState state, Order order) =>
        order.Operation == OperationNames.MigrateTo && HistoryEditing.MigrateTarget(order) is { } target
            ? Change(state, target, n => HistoryEditing.Forget(n, order.Resource))
            : state;

    /// <summary>Records an order as pending: in the node's history, and as an event.</summary>
    public static ReplicatedState Begin(ReplicatedState state, Order order, ApplyContext context) =>
        Pend(Change(state, order.Node, n => HistoryEditing.Begin(n, order, context.At)), order, context);

    private static ReplicatedState Pend(ReplicatedState state, Order order, ApplyContext context)
    {
        state = state with
        {
            Pending = state.Pending.RemoveRange(Superseded(state, order)).SetItem(order.OperationId, order with { Index = state.Index }),
        };
        return order is { Kind: OrderTask.Run, IntervalMs: 0, Operation: not OperationNames.Monitor }
            ? state.Tell(
                context.At, $"{order.Operation}-asked",
                $"{order.Operation} of {order.Resource} on {order.Node}"
                    + (order.IsDelayed ? $" in {(order.StartDelayMs + 999) / 1_000} s" : ""),
                order.Node, order.Resource)
            : state;
    }

    // A monitor whose place another one takes, or that a change of role ends, is dropped by the executor
    // without a word: who went on waiting for its first result would call it a failure.
    private static IEnumerable<string> Superseded(ReplicatedState state, Order next)
    {
        if (next.Kind != OrderTask.Run || (next.IntervalMs == 0 && !HistoryEditing.EndsRecurring(next.Operation, next.IntervalMs)))
            return [];
        return
        [
            .. from order in state.Pending.Values
               where order.Resource == next.Resource && order.Node == next.Node && order.OperationId != next.OperationId
                   && order is { Kind: OrderTask.Run, IntervalMs: > 0 }
                   && (next.IntervalMs == 0 || (order.Operation == next.Operation && order.IntervalMs == next.IntervalMs))
               select order.OperationId,
        ];
    }

    private static ReplicatedState Cancelled(ReplicatedState state, Order order) => Change(
        state, order.Node,
        n => HistoryEditing.Remove(
            n, order.Resource, r => r.Operation == order.Operation && r.IntervalMs == order.IntervalMs));

    // The pending record of a start or stop has replaced the earlier one: only a probe can tell.
    private static NodeState RemovePending(NodeState node, Order order) => order switch
    {
        { Kind: not OrderTask.Run } => node,
        _ when !HistoryEditing.IsRecorded(order.Operation) => node,
        { IntervalMs: 0 } => HistoryEditing.Forget(node, order.Resource),
        _ => HistoryEditing.Remove(
            node, order.Resource,
            r => r.TransitionKey == order.TransitionKey && r.OpStatus == (int)ExecutionStatus.Pending),
    };

    // A recurring operation reports again whenever its result changes; it
    // counts as long as its record is there.
    private static bool IsCurrent(ReplicatedState state, NodeId node, OperationResult result)
    {
        return Recorded(state, node, result) is { } record
            && record.TransitionKey == result.TransitionKey && !IsSame(record, result);
    }

    // It wasn't ordered in this log, but the executor has done it: for a minority whose branch ended while it
    // was in progress. The pending order came after that and will have its own result.
    private static bool IsLater(ReplicatedState state, NodeId node, OperationResult result) =>
        Recorded(state, node, result) is not { } record
        || (record.OpStatus != (int)ExecutionStatus.Pending && record.CallId < result.CallId);

    // A result that an executor kept because it wasn't acknowledged: it may be from a
    // minority, whose log isn't trusted.
    private static bool IsNews(ReplicatedState state, NodeId node, OperationResult result) =>
        Recorded(state, node, result) is not { } record || !IsSame(record, result);

    private static bool IsSame(OperationRecord record, OperationResult result) => record.CallId == result.CallId
        && record.RcCode == result.Code && record.OpStatus == result.Status && record.LastRcChange == result.ChangedAt;

    private static OperationRecord? Recorded(ReplicatedState state, NodeId node, OperationResult result)
    {
        if (state.Member(node) is not { } member)
            return null;
        string id = HistoryReading.RecordId(result.Resource, result.Operation, result.IntervalMs);
        return HistoryReading.Of(state.Cib.Status, member.Uuid, result.Resource)?.Operations
            .FirstOrDefault(o => o.Id == id);
    }

    // As the field counts: a failed start or stop weighs as configured
    // (infinitely, by default), the rest by one.
    private static ReplicatedState Count(
        ReplicatedState state, NodeId node, OperationResult result, ApplyContext context)
    {
        if (result.IsExpected || HistoryEditing.IsProbe(result) || result.Operation == OperationNames.Notify)
            return state;
        string suffix = string.Create(
            CultureInfo.InvariantCulture, $"{result.Resource}#{result.Operation}_{result.IntervalMs}");
        bool fatal = result.Operation == OperationNames.Stop
            || (result.Operation is OperationNames.Start or OperationNames.Promote
                && ControlOptions.StartFailureIsFatal(state));
        return Change(state, node, n =>
        {
            string before = StatusEditing.Transient(n, $"fail-count-{suffix}") ?? "0";
            n = StatusEditing.SetTransient(n, $"fail-count-{suffix}", fatal ? "INFINITY" : Next(before));
            return StatusEditing.SetTransient(n, $"last-failure-{suffix}", StatusEditing.Seconds(context.At));
        });
    }

    private static string Next(string count) =>
        Score.TryParse(count, out Score score) ? (score + new Score(1)).ToString() : "1";

    private static ReplicatedState Tell(
        ReplicatedState state, NodeId node, OperationResult result, ApplyContext context)
    {
        if (!result.IsExpected && !HistoryEditing.IsProbe(result))
        {
            return state.Tell(
                context.At, "operation-failed",
                $"{result.Operation} of {result.Resource} on {node}: {OutcomeWords.Of((ExecutionStatus)result.Status, result.Code)}"
                + (result.ExitReason.Length > 0 ? $" ({result.ExitReason})" : ""),
                node, result.Resource);
        }

        if (result.IsByLook)
        {
            return state.Tell(
                context.At, "stop-proven", $"stop of {result.Resource} on {node}: {result.ExitReason}", node,
                result.Resource);
        }

        return result is { IntervalMs: 0, Operation: not OperationNames.Monitor }
            ? state.Tell(
                context.At, $"{result.Operation}-done",
                $"{result.Operation} of {result.Resource} on {node} took {result.ExecutionMs} ms"
                + (result is { Operation: OperationNames.Stop, ExitReason.Length: > 0 } ? $" ({result.ExitReason})" : ""),
                node, result.Resource)
            : state;
    }

    private static ReplicatedState Change(ReplicatedState state, NodeId node, Func<NodeState, NodeState> change) =>
        state.Member(node) is { } member
            ? state with { Cib = StatusEditing.Change(state.Cib, member.Uuid, node, change) }
            : state;
}

/// <summary>Where a result comes from.</summary>
internal enum ResultSource
{
    /// <summary>Reported when it ended.</summary>
    Report,

    /// <summary>Kept by the executor, and reported when joining.</summary>
    Inventory,
}
