using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>
/// Keeps what may have been started where, and by what. It errs to one side: who may have
/// started something counts as having done so, until a stop has succeeded, its agent has looked
/// and found nothing, or the boot has ended.
/// </summary>
internal static class StartedApply
{
    /// <summary>What may have been started of a resource on a node; null: nothing.</summary>
    public static StartedAs? Find(ReplicatedState state, NodeId node, ResourceId resource) =>
        state.Started.GetValueOrDefault((node, resource));

    /// <summary>Applies a result. The order gives the parameters; null if it
    /// wasn't ordered in this log.</summary>
    public static ReplicatedState Note(ReplicatedState state, NodeId node, OperationResult result, Order? order)
    {
        if (result.Agent.Class == AgentName.Stonith || result.IntervalMs > 0)
            return state;
        StartedAs? known = Find(state, node, result.Resource);
        bool ran = CannotRun.Judge(result.Status, result.Code) == AgentAnswer.Ran;
        bool done = result.Status == (int)ExecutionStatus.Done;
        return (result.Operation, (AgentExitCode)result.Code) switch
        {
            (OperationNames.Start or OperationNames.MigrateFrom, _) when ran =>
                Put(state, Made(state, node, result, order)),
            (OperationNames.ReloadAgent, AgentExitCode.Ok) when done =>
                Put(state, Made(state, node, result, order)),
            (OperationNames.Promote, AgentExitCode.Ok) when done && known is not null =>
                Put(state, known with { SinceMs = state.ClusterTimeMs }),
            (OperationNames.Promote, _) when ran && known is null =>
                Put(state, Made(state, node, result, order)),
            (OperationNames.Monitor, AgentExitCode.Ok or AgentExitCode.Promoted
                or AgentExitCode.PromotedFailed
                or AgentExitCode.Degraded or AgentExitCode.PromotedDegraded) when done && known is null =>
                    Put(state, Made(state, node, result, order)),
            (OperationNames.Monitor, var code) when done && known is { SinceMs: null }
                && HistoryReading.Runs((int)code) =>
                Put(state, known with { SinceMs = state.ClusterTimeMs }),
            (OperationNames.Monitor, AgentExitCode.NotRunning) when done && known?.Agent == result.Agent =>
                Remove(state, known),
            (OperationNames.Stop, AgentExitCode.Ok) when done && known is { SinceMs: not null }
                && !result.IsByLook =>
                    Probation.Passed(Remove(state, known), known.Resource),
            (OperationNames.Stop, AgentExitCode.Ok) when done && known is not null => Remove(state, known),
            _ => state,
        };
    }

    /// <summary>An order whose result is lost: it may have run.</summary>
    public static ReplicatedState Assume(ReplicatedState state, Order order) =>
        StartGuard.Activates(order)
            && order is { Operation: OperationNames.Start or OperationNames.MigrateFrom, Agent: { } agent }
            ? Put(state, new StartedAs
            {
                Node = order.Node,
                Resource = order.Resource,
                Agent = agent,
                Parameters = order.Parameters,
            })
            : state;

    /// <summary>What an executor says of itself beats what anyone remembers; it may lack
    /// what an earlier one had.</summary>
    public static ReplicatedState Merge(ReplicatedState state, EquatableArray<StartedAs> told) =>
        told.Aggregate(state, (s, t) => Put(s, t with
        {
            SinceMs = Find(s, t.Node, t.Resource) is { } known ? known.SinceMs : s.ClusterTimeMs,
        }));

    /// <summary>The boot has ended, and all that ran with it.</summary>
    public static ReplicatedState Forget(ReplicatedState state, NodeId node) => state with
    {
        Started = state.Started.RemoveRange(state.Started.Keys.Where(k => k.Node == node)),
    };

    private static StartedAs Made(
        ReplicatedState state, NodeId node, OperationResult result, Order? order) => new()
    {
        Node = node,
        Resource = result.Resource,
        Agent = result.Agent,
        Parameters = order?.Parameters ?? [],
        ParametersKnown = order is not null,
        SinceMs = result.Status == (int)ExecutionStatus.Done && HistoryReading.Runs(result.Code)
            ? state.ClusterTimeMs
            : null,
    };

    private static ReplicatedState Put(ReplicatedState state, StartedAs started) => state with
    {
        Started = state.Started.SetItem((started.Node, started.Resource), started),
    };

    private static ReplicatedState Remove(ReplicatedState state, StartedAs started) => state with
    {
        Started = state.Started.Remove((started.Node, started.Resource)),
    };
}
