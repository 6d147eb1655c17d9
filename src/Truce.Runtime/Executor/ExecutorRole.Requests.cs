using Truce.Contracts;
using Truce.Model;
using Truce.Model.Fencing;
using Truce.Ports;

namespace Truce.Runtime.Executor;

/// <summary>What the controller asks.</summary>
public sealed partial class ExecutorRole
{
    private void FromLink(LinkEvent linked, RoleTime time)
    {
        switch (linked)
        {
            case LinkEvent.Opened(var link, var peer, _):
                Opened(link, peer);
                break;
            case LinkEvent.Closed(var link, _):
                _controllers.Remove(link);
                if (_controller == link)
                    (_controller, _greeted) = (null, false);
                if (_supervisor == link)
                    _supervisor = null;
                break;
            case LinkEvent.Received(var link, var payload):
                if (link == _supervisor)
                    FromSupervisor(payload.Span, time);
                if (!_controllers.Contains(link))
                    break;
                ExecutorRequest? request = RoleProtocol.DecodeExecutorRequest(payload.Span, out string error);
                if (request is null)
                    Disconnect(link, error);
                else
                    Obey(request, link, time);
                break;
        }
    }

    private void Disconnect(LinkId link, string error)
    {
        LogBadRequest(error);
        _links.Close(link);
    }

    private void Obey(ExecutorRequest request, LinkId link, RoleTime time)
    {
        if (request is ExecutorRequest.Hello hello)
            Greet(hello, link);
        else if (_controller != link || !_greeted)
            Disconnect(link, "a request without a hello, or from an earlier controller");
        else
            Obey(request, time);
    }

    private void Obey(ExecutorRequest request, RoleTime time)
    {
        switch (request)
        {
            case ExecutorRequest.Run(var order):
                Run(order, time);
                break;
            case ExecutorRequest.Cancel cancel:
                Cancel(cancel);
                break;
            case ExecutorRequest.Acknowledge(var number):
                _spool.Acknowledge(number);
                break;
            case ExecutorRequest.StopOrder order:
                _stopOrder = order;
                _journal.LeaveAlone(order.LeftAlone);
                break;
            case ExecutorRequest.Hello:
                throw new InvariantException("hellos are handled elsewhere");
        }
    }

    /// <summary>The newest controller is the one: an earlier one's link is closed.</summary>
    private void Greet(ExecutorRequest.Hello hello, LinkId link)
    {
        if (hello.Incarnation != _options.Incarnation)
        {
            Disconnect(link, $"the controller is of boot {hello.Incarnation}, this executor of {_options.Incarnation}");
            return;
        }

        if (_controller is { } old && old != link)
            _links.Close(old);
        _controller = link;
        _greeted = false;
        LogController(hello.ControllerSession, hello.Version);
        SendInventory();
    }

    /// <summary>Only once the leftovers are gone: a controller must be told what is really running.</summary>
    private void SendInventory()
    {
        if (!_ready || _controller is not { } link)
            return;
        List<HeldOperation> held = [.. _held.Values.Where(o => !o.Dropped).OrderBy(o => o.CallId)];
        _greeted = _links.TrySend(link, RoleProtocol.Encode(new ExecutorReply.Inventory(
            RoleProtocol.Version, _options.Session, _options.Incarnation,
            [.. held.Where(o => !o.IsRecurring).Select(o => o.Order)],
            [.. held.Where(o => o.IsRecurring).Select(o => o.Order)],
            _spool.Unacknowledged, _unkillable)
        { Started = _journal.Started }));
    }

    private void Run(OperationOrder order, RoleTime time)
    {
        if (_held.ContainsKey(order.OperationId))
            return;
        if (_remembered.Find(order.OperationId) is { } known)
            Send(new ExecutorReply.Ended(known));
        else if (Objection(order) is { } reason)
            Send(new ExecutorReply.Refused(order.OperationId, reason));
        else
            Accept(order, time);
    }

    private string? Objection(OperationOrder order) =>
        order.TimeoutMs <= 0 ? "an operation needs a timeout"
        : order.IntervalMs < 0 || order.StartDelayMs < 0 ? "interval and start delay can't be negative"
        : _held.Count >= _options.WaitingMax ? $"{_options.WaitingMax} operations are waiting already"
        : null;

    private void Accept(OperationOrder order, RoleTime time)
    {
        if (order.IntervalMs > 0)
            DropWhere(o => o.Is(order.Resource, order.Action, order.IntervalMs));
        HeldOperation operation = new(order, _journal.NextCallId(), time.Now)
        {
            BeganAtWall = time.Wall,
            AtOnceMax = _options.Kind == AgentKind.Fence ? FenceDevice.ActionsAtOnce(order.Parameters) : 1,
        };

        _held.Add(order.OperationId, operation);
        if (order.StartDelayMs == 0)
            Enqueue(operation, time);
    }

    private void Enqueue(HeldOperation operation, RoleTime time)
    {
        if (!IsShot(operation.Order.Action))
        {
            _queue.Add(operation, time.Now);
            return;
        }

        _queue.AddFirst(operation, time.Now);
        foreach (HeldOperation monitor in _held.Values.Where(o => o.IsUnderWay
            && o.Order.Resource == operation.Order.Resource
            && o.Order.Action is OperationNames.Monitor or OperationNames.Status
                or OperationNames.FenceMetadata))
        {
            // A monitor of the device that hangs must not hold up the shot; it reports nothing.
            monitor.Displaced = monitor.IsRecurring;
            _spawner.Cancel(monitor.RunId);
        }
    }

    private bool IsShot(string action) => _options.Kind == AgentKind.Fence && action is "off" or "reboot" or "on";

    private static bool IsMutating(string action) =>
        action is OperationNames.Stop or OperationNames.Demote or OperationNames.Promote
            or OperationNames.MigrateTo or OperationNames.MigrateFrom;

    private void Cancel(ExecutorRequest.Cancel cancel)
    {
        HeldOperation? operation = _held.Values.Where(o => o.Is(cancel.Resource, cancel.Action, cancel.IntervalMs))
            .OrderBy(o => o.Dropped).FirstOrDefault();
        if (operation is null)
        {
            TellCancelled(cancel);
            return;
        }

        operation.Cancellers.Add(cancel);
        Drop(operation);
    }

    /// <summary>A resource that stops or changes its role isn't monitored meanwhile: the plan orders
    /// new monitors afterwards.</summary>
    private void DropRecurringOf(string resource) => DropWhere(o => o.IsRecurring && o.Order.Resource == resource);

    private void DropWhere(Predicate<HeldOperation> which)
    {
        foreach (HeldOperation operation in _held.Values.Where(o => which(o)).ToList())
            Drop(operation);
    }

    /// <summary>Nothing more is reported of it; if it runs, all of it is killed,
    /// and then it is forgotten.</summary>
    private void Drop(HeldOperation operation)
    {
        operation.Dropped = true;
        if (operation.IsUnderWay)
        {
            _spawner.Cancel(operation.RunId);
            return;
        }

        _queue.Remove(operation);
        Forget(operation);
    }

    private void TellCancelled(ExecutorRequest.Cancel cancel) =>
        Send(new ExecutorReply.Cancelled(cancel.RequestId, cancel.Resource, cancel.Action, cancel.IntervalMs));

    private void Send(ExecutorReply reply)
    {
        if (_controller is { } link && _greeted)
            _links.TrySend(link, RoleProtocol.Encode(reply));
    }
}
