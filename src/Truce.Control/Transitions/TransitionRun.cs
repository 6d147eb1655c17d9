using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Replication;
using Truce.Scheduler;

namespace Truce.Control;

/// <summary>
/// Carries out one transition graph: an action is ready once its inputs are done; what is ordered is done
/// when its result is committed. An abort orders nothing more; what is under way goes on to its end.
/// </summary>
internal sealed class TransitionRun
{
    private const int BehindMax = 128;

    private readonly Dictionary<int, ActionStage> _stages;
    private readonly Dictionary<int, Instant> _deadlines = [];
    private readonly OrderFactory _orders;
    private readonly Dictionary<int, GraphAction> _actions;
    private readonly Lazy<ILookup<int, GraphAction>> _successors;
    private readonly RestartPauses _pauses;
    private readonly ImmutableDictionary<int, ImmutableHashSet<int>> _heldMoves;
    private readonly int _batchMax;
    private bool _following;

    // Both follow from the stages, and are asked for far more often than one changes.
    private List<GraphAction>? _ready;
    private bool? _isOver;

    public TransitionRun(
        TransitionGraph graph, long number, string id, RestartPauses? pauses = null,
        ReplicatedState? state = null)
    {
        _pauses = pauses ?? new RestartPauses();
        Graph = graph;
        Number = number;
        _stages = graph.Actions.ToDictionary(a => a.Id, _ => ActionStage.Waiting);
        _actions = graph.Actions.ToDictionary(a => a.Id);
        _successors = new(() => graph.Actions.SelectMany(a => a.Inputs.Select(i => (i.Action, Next: a))).ToLookup(p => p.Action, p => p.Next));
        _heldMoves = state is null
            ? ImmutableDictionary<int, ImmutableHashSet<int>>.Empty
            : MovesBehindFencing.Of(_actions, _successors, state);
        _orders = new OrderFactory(number, id);
        _batchMax = Numbers.ParseInt(graph.BatchLimit) is { } limit and > 0 ? limit : int.MaxValue;
    }

    /// <summary>What is carried out.</summary>
    public TransitionGraph Graph { get; }

    /// <summary>Its number.</summary>
    public long Number { get; }

    /// <summary>Why nothing more is ordered; null: it goes on.</summary>
    public string? AbortReason { get; private set; }

    /// <summary>Actions done.</summary>
    public int Done { get; private set; }

    /// <summary>Actions under way.</summary>
    public int InFlight { get; private set; }

    /// <summary>
    /// Nothing is under way, and nothing more will be. After an abort two kinds aren't waited for, so that
    /// what hangs or fails again and again holds up no recovery: the first results of recurring
    /// operations, on which no other plan depends, and fencings, which the next plan finds and follows.
    /// </summary>
    public bool IsOver => _isOver ??= AbortReason is null
        ? InFlight == 0 && Ready.Count == 0
        : !Graph.Actions.Any(
            a => _stages[a.Id] == ActionStage.InFlight && a is not GraphAction.Fence && !IsRecurring(a));

    /// <summary>Whether every action was done.</summary>
    public bool IsComplete => Done == _stages.Count;

    /// <summary>The earliest instant at which a result is overdue.</summary>
    public Instant? NextDeadline => _deadlines.Count == 0 ? null : _deadlines.Values.Min();

    /// <summary>Orders nothing more.</summary>
    public void Abort(string reason)
    {
        AbortReason ??= reason;
        _isOver = null;
    }

    /// <summary>What is to be done now. Points in the order pass at once, and may make more ready.</summary>
    public ImmutableArray<GraphAction> TakeReady()
    {
        ImmutableArray<GraphAction>.Builder ready = ImmutableArray.CreateBuilder<GraphAction>();
        while (AbortReason is null && Ready is { Count: > 0 } next)
        {
            foreach (GraphAction action in next)
            {
                bool passes = action is GraphAction.Pseudo;
                Put(action.Id, passes ? ActionStage.Done : ActionStage.InFlight);
                if (!passes)
                    ready.Add(action);
            }
        }

        return ready.ToImmutable();
    }

    /// <summary>
    /// The starts on a node that nothing but this fencing holds up: what would be ready there, one after the
    /// other, if the fencing were done. Each comes with those of them that it waits for.
    /// </summary>
    public IEnumerable<(GraphAction Start, ImmutableSortedSet<int> After)> StartsBehind(int fence, NodeId node) =>
        Behind(new() { [fence] = [] }, a => IsStart(a, node));

    /// <summary>
    /// These orders, and behind them those for what waits for nothing but them, and each other, on
    /// the same node: it begins them by itself, without a way through the log in between. A batch
    /// limit is kept by ordering one by one.
    /// </summary>
    public ImmutableArray<Order> WithFollowers(IReadOnlyCollection<Order> given, ReplicatedState state, Instant now)
    {
        if (_batchMax != int.MaxValue)
            return [.. given];
        ImmutableArray<Order>.Builder all = ImmutableArray.CreateBuilder<Order>();
        all.AddRange(given);
        foreach (IGrouping<NodeId, Order> there in given.Where(IsLeader).GroupBy(o => o.Node))
            AddFollowers(there, all, state, now);
        HashSet<int> ordered = [.. all.Select(o => _orders.ActionOf(o.OperationId)!.Value)];
        Dictionary<int, bool> known = [];
        return [.. all.Select(o => o with { IsAwaited = IsAwaited(_orders.ActionOf(o.OperationId)!.Value, ordered, known) })];
    }

    /// <summary>Whether orders that follow others, or wait for their time, are to be taken back: once, if any
    /// were given and the run is aborted.</summary>
    public bool TakeWithdrawal()
    {
        bool withdraws = _following && AbortReason is not null;
        _following &= !withdraws;
        return withdraws;
    }

    /// <summary>The order for a start that is allowed ahead of its fencing: under way
    /// from now on, with more time.</summary>
    public Order? Allow(GraphAction start, IEnumerable<int> after, ReplicatedState state, TimeSpan more, Instant now)
    {
        if (Order(start, state, now.Plus(more)) is not { } order)
            return null;
        Put(start.Id, ActionStage.InFlight);
        return order with { After = after.Select(_orders.IdOf).ToEquatableArray() };
    }

    /// <summary>The order for an action, and from when on its result is overdue. What begins only much later
    /// counts as done once it is ordered.</summary>
    public Order? Order(GraphAction action, ReplicatedState state, Instant now)
    {
        Order? order = Paused(_orders.Make(action, state), now);
        if (order is { IsPostponed: true })
        {
            Complete(action.Id);
        }
        else if (order is not null)
        {
            _following |= order.IsDelayed;
            _deadlines[action.Id] = now.Plus(
                TimeSpan.FromMilliseconds(order.PatienceMs) + ControlOptions.ClusterDelay(state));
        }

        return order;
    }

    /// <summary>The action that an operation id names, if it is under way here.</summary>
    public GraphAction? Find(string operationId)
    {
        int? id = _orders.ActionOf(operationId);
        return id is { } known && _stages.GetValueOrDefault(known) == ActionStage.InFlight ? _actions[known] : null;
    }

    /// <summary>An action is done.</summary>
    public void Complete(int action) => Settle(action, ActionStage.Done);

    /// <summary>An action failed: what depends on it will never be ready, so a new plan is needed.</summary>
    public void Fail(int action, string reason)
    {
        Settle(action, ActionStage.Failed);
        Abort(reason);
    }

    /// <summary>Operation ids under way, with whether each is overdue.</summary>
    public ImmutableArray<string> Overdue(Instant now) =>
        [.. _deadlines.Where(d => d.Value.CompareTo(now) <= 0).OrderBy(d => d.Key).Select(d => _orders.IdOf(d.Key))];

    /// <summary>Gives up actions on a node that is gone: their results won't come.</summary>
    public void GiveUpOn(NodeId node)
    {
        foreach (GraphAction action in Graph.Actions.Where(a => a.Node == node && a is not GraphAction.Fence))
        {
            if (_stages[action.Id] == ActionStage.InFlight)
                Fail(action.Id, $"{node} is gone");
        }
    }

    /// <summary>The fence actions under way.</summary>
    public IEnumerable<GraphAction.Fence> FencesInFlight =>
        Graph.Actions.OfType<GraphAction.Fence>().Where(a => _stages[a.Id] == ActionStage.InFlight);

    private static bool IsRecurring(GraphAction action) =>
        action is GraphAction.ResourceOperation && OrderFactory.IntervalMs(action) > 0;

    private Order? Paused(Order? order, Instant now) =>
        order is { Kind: OrderTask.Run, Operation: OperationNames.Start }
            && (long)_pauses.Left(order.Resource, now).TotalMilliseconds is var left
            && left > order.StartDelayMs
            ? order with { StartDelayMs = left }
            : order;

    private bool IsDelayed(GraphAction action) => OrderFactory.IsDelayed(action)
        || (action is GraphAction.ResourceOperation { Operation: OperationNames.Start } start
            && _pauses.Holds(new ResourceId(start.Resource.Id)));

    private bool IsStart(GraphAction action, NodeId node) => action is GraphAction.ResourceOperation
    {
        Operation: OperationNames.Start,
        Resource.Class: not AgentName.Stonith,
    } && action.Node == node && action.Router is null && !IsDelayed(action);

    // What follows others on a node, and what may be followed: no fence devices,
    // nothing that goes through another node.
    private bool IsFollower(GraphAction action, NodeId node) => IsStart(action, node)
        || (action is GraphAction.ResourceOperation
            { Resource.Class: not AgentName.Stonith, Router: null } operation
            && action.Node == node && !IsDelayed(action)
            && (operation.Operation == OperationNames.Stop
                || (operation.Operation == OperationNames.Monitor && IsRecurring(action))));

    private static bool IsLeader(Order order) =>
        order is { Kind: OrderTask.Run, IntervalMs: 0 } && order.Agent?.Class != AgentName.Stonith;

    private void AddFollowers(IGrouping<NodeId, Order> leaders, ImmutableArray<Order>.Builder all, ReplicatedState state, Instant now)
    {
        Dictionary<int, long> patience = leaders.ToDictionary(o => _orders.ActionOf(o.OperationId)!.Value, o => o.PatienceMs);
        Dictionary<int, ImmutableSortedSet<int>> passed = patience.Keys.ToDictionary(id => id, id => ImmutableSortedSet.Create(id));
        foreach ((GraphAction action, ImmutableSortedSet<int> after) in Behind(passed, a => IsFollower(a, leaders.Key)).Take(BehindMax))
        {
            long ahead = after.Max(id => patience[id]);
            if (Order(action, state, now.Plus(TimeSpan.FromMilliseconds(ahead))) is not { } order)
                break;
            order = order with { After = after.Select(_orders.IdOf).ToEquatableArray(), AheadMs = ahead };
            patience[action.Id] = order.PatienceMs;
            Put(action.Id, ActionStage.InFlight);
            _following = true;
            all.Add(order);
        }
    }

    // Whether something waits for it, points in the order passed over, that isn't ordered along with it.
    private bool IsAwaited(int id, HashSet<int> ordered, Dictionary<int, bool> known)
    {
        if (known.TryGetValue(id, out bool awaited))
            return awaited;
        known[id] = false;
        foreach (GraphAction next in _successors.Value[id])
            awaited |= next is GraphAction.Pseudo ? IsAwaited(next.Id, ordered, known) : !ordered.Contains(next.Id);
        return known[id] = awaited;
    }

    // What would be ready if those were done, each behind those it waits for: with those of them, and of what
    // is found, that stand right before it.
    private IEnumerable<(GraphAction Action, ImmutableSortedSet<int> After)> Behind(
        Dictionary<int, ImmutableSortedSet<int>> passed, Predicate<GraphAction> isWanted)
    {
        Queue<int> next = new(passed.Keys.Order());
        while (next.TryDequeue(out int id))
        {
            foreach (GraphAction action in _successors.Value[id])
            {
                bool wanted = isWanted(action);
                if (_stages[action.Id] != ActionStage.Waiting || passed.ContainsKey(action.Id) || (action is not GraphAction.Pseudo && !wanted)
                    || IsHeldMove(action)
                        || !action.Inputs.All(i => IsDone(i) || passed.ContainsKey(i.Action)))
                    continue;
                ImmutableSortedSet<int> after = [.. action.Inputs.SelectMany(i => passed.GetValueOrDefault(i.Action, []))];
                passed[action.Id] = wanted ? [action.Id] : after;
                next.Enqueue(action.Id);
                if (wanted)
                    yield return (action, after);
            }
        }
    }

    private void Settle(int action, ActionStage stage)
    {
        Put(action, stage);
        _deadlines.Remove(action);
    }

    private void Put(int action, ActionStage stage)
    {
        ActionStage before = _stages.GetValueOrDefault(action);
        _stages[action] = stage;
        Done += Convert.ToInt32(stage == ActionStage.Done) - Convert.ToInt32(before == ActionStage.Done);
        InFlight += Convert.ToInt32(stage == ActionStage.InFlight)
            - Convert.ToInt32(before == ActionStage.InFlight);
        (_ready, _isOver) = (null, null);
    }

    // A graph lets a node leave in parallel with the probes there. What a probe finds has to be stopped
    // first: a restarted executor doesn't know what is running (promise S2).
    private bool IsHeldByProbes(GraphAction action) => action is GraphAction.ClusterAction { Operation: "do_shutdown", Node: { } leaving }
        && Graph.Actions.Any(a => a is GraphAction.ResourceOperation
            { Operation: OperationNames.Monitor, Resource.Class: not AgentName.Stonith } probe
            && (probe.Router ?? probe.Node) == leaving && !IsRecurring(probe) && _stages[probe.Id] != ActionStage.Done);

    private bool IsHeldMove(GraphAction action) =>
        _heldMoves.TryGetValue(action.Id, out ImmutableHashSet<int>? fences)
        && fences.Any(f => _stages[f] != ActionStage.Done);

    private List<GraphAction> Ready => _ready ??= FindReady();

    private List<GraphAction> FindReady()
    {
        int room = _batchMax - InFlight;
        List<GraphAction> ready = [];
        foreach (GraphAction action in Graph.Actions)
        {
            if (_stages[action.Id] != ActionStage.Waiting || !action.Inputs.All(IsDone)
                || IsHeldByProbes(action)
                || IsHeldMove(action))
                continue;
            if (action is GraphAction.Pseudo || room-- > 0)
                ready.Add(action);
        }

        return ready;
    }

    private bool IsDone(GraphInput input) =>
        !_stages.TryGetValue(input.Action, out ActionStage stage) || stage == ActionStage.Done;

    private enum ActionStage
    {
        Waiting,
        InFlight,
        Done,
        Failed,
    }
}
