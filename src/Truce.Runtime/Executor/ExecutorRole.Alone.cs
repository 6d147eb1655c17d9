using Truce.Contracts;
using Truce.Model;
using Truce.Ports;

namespace Truce.Runtime.Executor;

/// <summary>Stopping what runs here when the supervisor asks for it: without the cluster.</summary>
public sealed partial class ExecutorRole
{
    private bool _aloneTold;

    private void Opened(LinkId link, RoleKind peer)
    {
        if (peer == RoleKind.Supervisor)
            _supervisor = link;
        else if (peer == RoleKind.Controller && _alone is not null)
            _links.Close(link);
        else if (peer == RoleKind.Controller)
            _controllers.Add(link);
    }

    // How the other roles fare changes nothing here.
    private void FromSupervisor(ReadOnlySpan<byte> payload, RoleTime time)
    {
        if (RoleProtocol.DecodeSupervisorMessage(payload, out string _)
            is not SupervisorMessage.StopResources(var reason))
            return;
        _aloneTold = false;
        if (_alone is null)
            BeginAlone(reason);
        StepAlone(time);
    }

    // No controller may start anything meanwhile; one that comes back finds another life of this role, and
    // has everything probed. What is being stopped goes on; any other action that has not ended is ended.
    private void BeginAlone(string reason)
    {
        LogAlone(reason);
        _alone = new StoppingAlone(_options.Session);
        foreach (LinkId link in _controllers)
            _links.Close(link);
        _controllers.Clear();
        (_controller, _greeted) = (null, false);
        DropWhere(o => !o.IsRecurring
            && !(o.IsUnderWay && o.Order.Action is OperationNames.Stop or OperationNames.Demote));
    }

    private void StepAlone(RoleTime time)
    {
        if (_alone is not { } alone || !_ready)
            return;
        if (!alone.IsPlanned)
        {
            if (_held.Values.Any(o => !o.IsRecurring))
                return;
            alone.Plan(_stopOrder, _journal.LeftAlone, _journal.StartedLastFirst, MonitorOf);
        }

        foreach (OperationOrder order in alone.Next())
            Accept(order, time);
        if (!alone.IsOver || _aloneTold || _supervisor is not { } supervisor)
            return;
        _aloneTold = _links.TrySend(
            supervisor,
                RoleProtocol.Encode(new SupervisorMessage.ResourcesStopped(alone.Failed, alone.WereAny)));
        if (!alone.WereAny)
            _alone = null;
        LogAloneOver(alone.Failed.IsEmpty ? "nothing that is managed runs here"
            : $"not stopped: {string.Join(", ", alone.Failed)}");
    }

    private OperationOrder? MonitorOf(string resource) =>
        _held.Values.FirstOrDefault(o => o.IsRecurring && o.Order.Resource == resource)?.Order;
}
