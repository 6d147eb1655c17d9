using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>Results that are overdue count as failed: of the transition under way, and of
/// orders that none waits for.</summary>
internal sealed class ResultDeadlines
{
    private readonly PendingWatch _pending = new();

    /// <summary>The earliest deadline of what no transition waits for.</summary>
    public Instant? NextTimer => _pending.NextDeadline;

    /// <summary>Starts over.</summary>
    public void Clear() => _pending.Clear();

    /// <summary>Tells what is overdue.</summary>
    public void Step(TransitionRun? run, ReplicatedState state, StepWork work)
    {
        foreach (string id in run?.Overdue(work.Time.Now) ?? [])
        {
            if (run!.Find(id) is not { } action || !state.Pending.TryGetValue(id, out Order? order))
                continue;
            run.Fail(action.Id, $"no result of {order} within its deadline");
            work.Submit(new Command.Results(order.Node, "", [Overdue(order, work.Time.Wall)]));
        }

        foreach (Order order in _pending.Overdue(state, id => run?.Find(id) is not null, work.Time.Now))
            work.Submit(new Command.Results(order.Node, "", [Overdue(order, work.Time.Wall)]));
    }

    private static OperationResult Overdue(Order order, DateTimeOffset at) =>
        OperationResult.Of(
            order, ExecutionStatus.TimedOut, AgentExitCode.Error, "no result within its deadline", 0, at) with
        {
            ExecutionMs = order.TimeoutMs,
        };
}
