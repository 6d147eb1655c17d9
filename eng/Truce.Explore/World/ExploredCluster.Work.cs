using Truce.Contracts;
using Truce.Control;
using Truce.Model;
using Truce.Model.Replication;
using Truce.Ports;
using Truce.Runtime.Controller;
using Truce.Simulator.World;

namespace Truce.Explore.World;

/// <summary>What controllers want of the world, and what agents and devices do.</summary>
internal sealed partial class ExploredCluster
{
    private const int Failed = 1;
    private const int NotRunning = 7;

    private void Do(ExploredNode node, ControlOutput output)
    {
        switch (output)
        {
            case ControlOutput.Multicast(var message):
                Send(node, message);
                break;
            case ControlOutput.Persist(var request, var items):
                node.Disk.Write(items);
                Feed(node, new ControlInput.Synced(request));
                break;
            case ControlOutput.Run(var kind, var order):
                Run(node, kind, order);
                break;
            case ControlOutput.Cancel(var kind, var order):
                Of(node, kind).Recurring.RemoveAll(o => o.Resource == order.Resource
                    && o.Operation == order.Operation && o.IntervalMs == order.IntervalMs);
                Feed(node, new ControlInput.CancelDone(order.OperationId));
                break;
            case ControlOutput.Acknowledge(var kind, var number):
                Of(node, kind).Acknowledged(number);
                break;
            case ControlOutput.AskInventory(var kind):
                Feed(node, new ControlInput.ExecutorUp(kind, Of(node, kind).Inventory()));
                break;
            case ControlOutput.Shoot(var shot):
                Shoot(node, shot);
                break;
            case ControlOutput.AskAgent(var question):
                Report(node, ExecutorKind.Fencing, OrderMapping.ToFencer(question), node.Fencer.NextCall(),
                    0);
                break;
            case ControlOutput.RequestPlan request:
                node.Plans.Add(request);
                break;
            case ControlOutput.Panic(var reason):
                PowerOff(node, $"panic: {reason}");
                break;
            case ControlOutput.Leave leave:
                EndController(node, leave.Reason);
                node.StaysOut = leave.Return != LeaveReturn.WithNextController;
                node.StartsController = !node.StaysOut;
                break;
            case ControlOutput.Answer or ControlOutput.Pause or ControlOutput.StoppedCleanly
                or ControlOutput.TellStops:
                break;
        }
    }

    private static ExploredExecutor Of(ExploredNode node, ExecutorKind kind) =>
        kind == ExecutorKind.Resources ? node.Executor : node.Fencer;

    private void Run(ExploredNode node, ExecutorKind kind, Order order)
    {
        ExploredExecutor executor = Of(node, kind);
        OperationOrder asked = OrderMapping.ToExecutor(order);
        Tell(new WorldEvent.OrderSent(
            node.Id, kind == ExecutorKind.Resources ? RoleKind.Executor : RoleKind.Fencer, asked));
        if (!executor.Known.Add(order.OperationId))
            return;
        if (order.IntervalMs > 0)
        {
            executor.Recurring.RemoveAll(o => o.Resource == order.Resource && o.Operation == order.Operation
                && o.IntervalMs == order.IntervalMs);
            executor.Recurring.Add(order);
        }

        if (kind == ExecutorKind.Fencing || order.Operation == OperationNames.Monitor)
        {
            // A look takes no time.
            int code = kind == ExecutorKind.Fencing || IsActive(node, order.Resource.Value) ? 0 : NotRunning;
            Report(node, kind, asked, executor.NextCall(), code);
            return;
        }

        executor.Operations.Add(new RunningOperation(order, asked) { Call = executor.NextCall() });
        BeginNext(node, order.Resource);
    }

    private bool IsActive(ExploredNode node, string resource) =>
        _active.TryGetValue(resource, out List<NodeId>? nodes) && nodes.Contains(node.Id);

    private void BeginNext(ExploredNode node, ResourceId resource)
    {
        RunningOperation? next = node.Executor.Operations.FirstOrDefault(o => o.Order.Resource == resource);
        if (next is null or { HasBegun: true })
            return;
        next.HasBegun = true;
        if (next.Order.Operation != OperationNames.Start)
            node.Executor.Recurring.RemoveAll(o => o.Resource == resource);
        Tell(new WorldEvent.AgentBegan(node.Id, node.Incarnation, Spec(next)));
        // From its first instruction on.
        if (next.Order.Operation == OperationNames.Start)
            Set(node, resource.Value, ServiceState.Active, "started");
    }

    private static RunningOperation Operation(ExploredNode node, string what) =>
        node.Executor.Operations.First(o => o.HasBegun && What(o) == what);

    private static string What(RunningOperation operation) =>
        $"{operation.Order.Operation} {operation.Order.Resource}";

    private void End(ExploredNode node, RunningOperation operation, bool succeeds)
    {
        string resource = operation.Order.Resource.Value;
        bool done = succeeds && !(operation.Order.Operation == OperationNames.Stop
            && _stopsFail.Contains(resource));
        if (operation.Order.Operation == OperationNames.Stop && done)
        {
            Set(node, resource, ServiceState.Inactive, "stopped");
            node.Executor.Stopped(resource);
        }
        else if (operation.Order.Operation == OperationNames.Start && !done)
        {
            Set(node, resource, ServiceState.Inactive, "its start failed");
        }

        Ended(node, operation, done ? 0 : Failed);
    }

    private void FailHalf(ExploredNode node, RunningOperation operation) => Ended(node, operation, Failed);

    private void Ended(ExploredNode node, RunningOperation operation, int code)
    {
        if (operation.Order.Operation == OperationNames.Start)
            node.Executor.Started(StartedBy(operation));
        node.Executor.Operations.Remove(operation);
        Tell(new WorldEvent.AgentEnded(
            node.Id, node.Incarnation, Spec(operation), OperationStatus.Done, code));
        Report(node, ExecutorKind.Resources, operation.Asked, operation.Call, code);
        BeginNext(node, operation.Order.Resource);
    }

    private static StartedAs StartedBy(RunningOperation operation) => new()
    {
        Node = default,
        Resource = operation.Order.Resource,
        Agent = operation.Order.Agent!,
        Parameters = operation.Order.Parameters,
    };

    private void Die(ExploredNode node, string resource)
    {
        Set(node, resource, ServiceState.Inactive, "died");
        Order monitor = node.Executor.Recurring.First(o => o.Resource.Value == resource);
        Report(node, ExecutorKind.Resources, OrderMapping.ToExecutor(monitor), node.Executor.LastCall,
            NotRunning);
    }

    private void Report(ExploredNode node, ExecutorKind kind, OperationOrder asked, int call, int code,
        int status = 0)
    {
        double now = Wall.ToUnixTimeSeconds();
        NumberedResult result = Of(node, kind).Tell(number => OrderMapping.FromExecutor(
            new OperationReport(number, asked, call, status, code, "", "", now, now, 0, 0)));
        Feed(node, new ControlInput.OperationEnded(kind, result));
    }

    private void KillExecutor(ExploredNode node)
    {
        ExploredExecutor old = node.Executor;
        node.Executor = old.Successor(NextLife(node, "e"));
        Feed(node, new ControlInput.ExecutorDown(ExecutorKind.Resources));
        foreach (RunningOperation operation in old.Operations)
        {
            if (operation is { HasBegun: true, Order.Operation: OperationNames.Start })
            {
                Set(node, operation.Order.Resource.Value, ServiceState.Inactive, "its start was killed");
                node.Executor.Started(StartedBy(operation));
            }

            if (operation.HasBegun)
            {
                Tell(new WorldEvent.AgentEnded(
                    node.Id, node.Incarnation, Spec(operation), OperationStatus.Cancelled, Failed));
                double now = Wall.ToUnixTimeSeconds();
                node.Executor.Tell(number => OrderMapping.FromExecutor(new OperationReport(
                    number, operation.Asked, operation.Call, (int)ExecutionStatus.Error, Failed,
                    "interrupted", "",
                    now, now, 0, 0)));
            }
        }

        Feed(node, new ControlInput.ExecutorUp(ExecutorKind.Resources, node.Executor.Inventory()));
    }

    private void KillFencer(ExploredNode node)
    {
        foreach (RunningOperation shot in node.Fencer.Operations.Where(o => o.SwitchedOff is null))
            _lateShots.Add(new LateShot(node.Id, new NodeId(shot.Asked.Meta["target"]), shot.Asked.Resource));
        node.Fencer = new ExploredExecutor(NextLife(node, "f"));
        Feed(node, new ControlInput.ExecutorDown(ExecutorKind.Fencing));
        Feed(node, new ControlInput.ExecutorUp(ExecutorKind.Fencing, node.Fencer.Inventory()));
    }

    private void Shoot(ExploredNode node, FenceShot shot)
    {
        OperationOrder asked = OrderMapping.ToFencer(shot);
        Tell(new WorldEvent.OrderSent(node.Id, RoleKind.Fencer, asked));
        Order order = new()
        {
            OperationId = shot.OperationId,
            Node = node.Id,
            Incarnation = node.Incarnation,
            Kind = OrderTask.Run,
            Resource = shot.Device,
            Agent = shot.Agent,
            Operation = shot.Action,
            IntervalMs = 0,
            TimeoutMs = shot.TimeoutMs,
            StartDelayMs = 0,
            ExpectedCode = 0,
            TransitionKey = "",
            Parameters = shot.Parameters,
            Meta = [],
        };
        if (node.Fencer.Known.Add(shot.OperationId))
            node.Fencer.Operations.Add(new RunningOperation(order, asked) { Call = node.Fencer.NextCall() });
    }

    private static RunningOperation Shot(ExploredNode node, string target) =>
        node.Fencer.Operations.First(o => o.Asked.Meta["target"] == target);

    private void Switch(ExploredNode node, RunningOperation shot)
    {
        ExploredNode target = Node(new NodeId(shot.Asked.Meta["target"]));
        shot.SwitchedOff = target.Incarnation;
        if (_bounds.DevicesLie)
            return;
        Tell(new WorldEvent.Shot(node.Id, target.Id, shot.Asked.Resource, shot.Asked.Action));
        PowerOff(target, $"switched off by {shot.Asked.Resource}");
    }

    private void SwitchLate(string target)
    {
        LateShot shot = _lateShots.First(s => s.Target.Value == target);
        _lateShots.Remove(shot);
        Tell(new WorldEvent.Shot(shot.By, shot.Target, shot.Device, "reboot"));
        PowerOff(Node(shot.Target), $"switched off by {shot.Device}");
    }

    private void Confirm(ExploredNode node, RunningOperation shot)
    {
        node.Fencer.Operations.Remove(shot);
        Tell(new WorldEvent.ShotConfirmed(
            node.Id, new NodeId(shot.Asked.Meta["target"]), shot.Asked.Resource, shot.SwitchedOff!,
            IsTrue: !_bounds.DevicesLie));
        Report(node, ExecutorKind.Fencing, shot.Asked, shot.Call, 0);
    }

    private void DeviceFails(ExploredNode node, RunningOperation shot)
    {
        node.Fencer.Operations.Remove(shot);
        Report(node, ExecutorKind.Fencing, shot.Asked, shot.Call, Failed);
    }

    private void Set(ExploredNode node, string resource, ServiceState state, string why)
    {
        if (!_active.TryGetValue(resource, out List<NodeId>? nodes))
            _active[resource] = nodes = [];
        bool isActive = state != ServiceState.Inactive;
        if (nodes.Contains(node.Id) == isActive)
            return;
        if (isActive)
            nodes.Add(node.Id);
        else
            nodes.Remove(node.Id);
        Tell(new WorldEvent.ServiceChanged(node.Id, resource, state, why));
    }

    private static OperationSpec Spec(RunningOperation operation)
    {
        OperationOrder order = operation.Asked;
        return new OperationSpec(
            order.OperationId, AgentKind.Resource, order.Resource, order.Class, order.Provider, order.Type,
            order.Action, order.Parameters, order.Meta, TimeSpan.FromMilliseconds(order.TimeoutMs),
            order.IntervalMs);
    }
}
