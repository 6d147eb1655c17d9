using Truce.Model;
using Truce.Model.Replication;
using Truce.Scheduler;

namespace Truce.Control;

/// <summary>Turns a graph's actions into orders, and knows them again by their operation ids.</summary>
internal sealed class OrderFactory(long transition, string id)
{
    private const string MetaPrefix = "CRM_meta_";
    private const long TimeoutDefaultMs = 20_000;

    /// <summary>The operation id of an action.</summary>
    public string IdOf(int action) => OperationKeys.OperationId(id, transition, action);

    /// <summary>The action that an operation id names; null: it is of another transition.</summary>
    public int? ActionOf(string operationId) => OperationKeys.ActionOf(operationId, id, transition);

    /// <summary>The order for an action; null: it isn't something that a node's
    /// executor or controller does.</summary>
    public Order? Make(GraphAction action, ReplicatedState state) => action switch
    {
        GraphAction.ResourceOperation operation => Make(operation, operation.Resource, state),
        GraphAction.ClusterAction { Operation: "do_shutdown" } cluster => Shutdown(cluster, state),
        GraphAction.ClusterAction or GraphAction.Pseudo or GraphAction.Fence => null,
    };

    /// <summary>How often an action repeats; 0: it doesn't, or it ends one that does.</summary>
    public static long IntervalMs(GraphAction action) => Number(action, "interval") ?? 0;

    /// <summary>Whether an action waits before it begins.</summary>
    public static bool IsDelayed(GraphAction action) => Number(action, "start_delay") > 0;

    private Order? Make(GraphAction.ResourceOperation action, GraphResource resource, ReplicatedState state)
    {
        if ((action.Router ?? action.Node) is not { } node)
            return null;
        (string operation, OrderTask kind) = Kind(action);
        int expected = (int)(Number(action, "op_target_rc") ?? 0);
        return AsStop(state, AsStarted(state, new Order
        {
            OperationId = IdOf(action.Id),
            Node = node,
            Incarnation = state.Member(node)?.Incarnation ?? "",
            Kind = kind,
            Resource = new ResourceId(resource.Id),
            Agent = new AgentName(resource.Class, resource.Provider, resource.Type),
            Operation = operation,
            IntervalMs = IntervalMs(action),
            TimeoutMs = Number(action, "timeout") is { } timeout and > 0 ? timeout : TimeoutDefaultMs,
            StartDelayMs = Number(action, "start_delay") ?? 0,
            ExpectedCode = expected,
            TransitionKey = Key(action, expected),
            Parameters = action.Parameters.Select(a => new NameText(a.Key, a.Value)).ToEquatableArray(),
            Meta = action.Meta.Select(a => new NameText(a.Key, a.Value)).ToEquatableArray(),
        }));
    }

    private static Order AsStop(ReplicatedState state, Order order)
    {
        if (order is not { Kind: OrderTask.Run, Operation: OperationNames.Stop, Agent.Class: var agentClass })
            return order;
        ClusterOptions options = ControlOptions.Of(state);
        return order with
        {
            ExtensionMs = StopExtension.MaxMs(options, agentClass, order.TimeoutMs),
            LookMs = StopLook.TimeoutMs(options, agentClass, order.TimeoutMs),
        };
    }

    // The configuration may name another agent by now, or other parameters: what runs is ended, and looked
    // at, by those that started it, as in the field.
    private static Order AsStarted(ReplicatedState state, Order order) =>
        order is
        {
            Kind: OrderTask.Run, IntervalMs: 0,
            Operation: OperationNames.Stop or OperationNames.Demote or OperationNames.Monitor,
            Agent.Class: not AgentName.Stonith,
        }
            && StartedApply.Find(state, order.Node, order.Resource) is { } started
            ? order with
            {
                Agent = started.Agent,
                Parameters = started.ParametersKnown ? started.Parameters : order.Parameters,
            }
            : order;

    private Order? Shutdown(GraphAction.ClusterAction action, ReplicatedState state) => action.Node is not { } node
        ? null
        : new Order
        {
            OperationId = IdOf(action.Id),
            Node = node,
            Incarnation = state.Member(node)?.Incarnation ?? "",
            Kind = OrderTask.Shutdown,
            Resource = new ResourceId(""),
            Agent = null,
            Operation = action.Operation,
            IntervalMs = 0,
            TimeoutMs = TimeoutDefaultMs,
            StartDelayMs = 0,
            ExpectedCode = 0,
            TransitionKey = Key(action, 0),
            Parameters = [],
            Meta = [],
        };

    // A cancel names in its attributes what it ends.
    private static (string Operation, OrderTask Kind) Kind(GraphAction.ResourceOperation action) =>
        action.Operation switch
        {
            "cancel" => (Text(action, "operation") ?? OperationNames.Monitor, OrderTask.Cancel),
            "delete" or "lrm_delete" => (action.Operation, OrderTask.Delete),
            _ => (action.Operation, OrderTask.Run),
        };

    private string Key(GraphAction action, int expected) =>
        OperationKeys.TransitionKey(IdOf(action.Id), expected);

    private static long? Number(GraphAction action, string name) => Numbers.ParseLong(Text(action, name));

    private static string? Text(GraphAction action, string name)
    {
        foreach ((string key, string value) in action.Attributes)
        {
            if (key.AsSpan().StartsWith(MetaPrefix) && key.AsSpan(MetaPrefix.Length).SequenceEqual(name))
                return value;
        }

        return null;
    }
}
