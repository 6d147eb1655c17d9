using Truce.Contracts;
using Truce.Model;
using Truce.Ports;

namespace Truce.Runtime.Supervisor;

/// <summary>What the roles say, and stopping in order.</summary>
public sealed partial class SupervisorRole
{
    private void FromLink(LinkEvent linked, Instant now)
    {
        switch (linked)
        {
            case LinkEvent.Opened(var link, _, var credentials):
                if (credentials.User == _options.ApiUser)
                    _confined.Add(link);
                break;
            case LinkEvent.Closed(var link, _):
                _confined.Remove(link);
                foreach (SupervisedRole role in _roles.Where(r => r.Link == link))
                    role.Link = null;
                break;
            case LinkEvent.Received(var link, var payload):
                SupervisorMessage? message = RoleProtocol.DecodeSupervisorMessage(payload.Span, out string error);
                if (message is null)
                    Disconnect(link, error);
                else if (_confined.Contains(link) && !IsForApi(message, link))
                    Disconnect(link, $"{message.GetType().Name} isn't allowed for the API's user");
                else
                    Take(message, link, now);
                break;
        }
    }

    // An attacker who has taken over the API must not be able to reset the
    // node, nor to speak for the controller.
    private bool IsForApi(SupervisorMessage message, LinkId link) => message switch
    {
        SupervisorMessage.Ready(_, var name, _) => name == Role(RoleKind.Api).Name,
        SupervisorMessage.Alive => Role(RoleKind.Api).Link == link,
        SupervisorMessage.PanicWanted or SupervisorMessage.StoppedCleanly or SupervisorMessage.RoleState
            or SupervisorMessage.StopWanted or SupervisorMessage.PeerState or SupervisorMessage.StopResources
            or SupervisorMessage.ResourcesStopped or SupervisorMessage.LossesChosen => false,
    };

    private void Disconnect(LinkId link, string error)
    {
        LogBadMessage(error);
        _links.Close(link);
    }

    private void Take(SupervisorMessage message, LinkId link, Instant now)
    {
        switch (message)
        {
            case SupervisorMessage.Ready(_, var name, var session):
                Ready(name, session, link, now);
                break;
            case SupervisorMessage.Alive(var turn):
                if (_roles.FirstOrDefault(r => r.Link == link) is { State: SupervisedState.Running } alive)
                    (alive.Since, alive.Turn) = (now, turn);
                break;
            case SupervisorMessage.PanicWanted(var reason):
                Panic($"requested: {reason}");
                break;
            case SupervisorMessage.StoppedCleanly:
                if (Role(RoleKind.Controller).Link == link)
                    EndRoles(now);
                break;
            case SupervisorMessage.ResourcesStopped stopped:
                if (Role(RoleKind.Executor).Link == link && _alone.IsStopping)
                    ResourcesStopped(stopped, now);
                break;
            case SupervisorMessage.LossesChosen(var losses):
                if (Role(RoleKind.Controller).Link == link)
                    ClusterChose(losses);
                break;
            case SupervisorMessage.RoleState or SupervisorMessage.StopWanted or SupervisorMessage.PeerState
                or SupervisorMessage.StopResources:
                Disconnect(link, $"{message.GetType().Name} may only come from a supervisor");
                break;
        }
    }

    private void Ready(string name, string session, LinkId link, Instant now)
    {
        if (_roles.FirstOrDefault(r => r.Name == name) is not { } role)
        {
            Disconnect(link, "unknown role");
            return;
        }

        if (role.State is SupervisedState.Starting or SupervisedState.Down)
            role.State = SupervisedState.Running;
        (role.Link, role.Session, role.Since) = (link, session, now);
        LogReady(name, session);
        foreach (SupervisedRole other in _roles.Where(r => r != role))
            SendTo(role, new SupervisorMessage.RoleState(other.Name, other.Said, other.Session));
        TellState(role);
        if (role.Kind == RoleKind.Controller)
            WelcomeController(role);
        if (role.Kind == RoleKind.Executor && _alone.IsStopping)
            SendTo(role, new SupervisorMessage.StopResources(_alone.Reason));
    }

    private void WelcomeController(SupervisedRole controller)
    {
        _group.TellAll();
        if (_stopping == StopPhase.ControllerStops)
            SendTo(controller, new SupervisorMessage.StopWanted(_stopReason));
    }

    private void TellState(SupervisedRole role)
    {
        foreach (SupervisedRole other in _roles.Where(r => r != role))
            SendTo(other, new SupervisorMessage.RoleState(role.Name, role.Said, role.Session));
        if (role.Kind == RoleKind.Controller)
            _group.Say(role.Said);
    }

    private void SendTo(SupervisedRole role, SupervisorMessage message)
    {
        if (role.Link is { } link)
            _links.TrySend(link, RoleProtocol.Encode(message));
    }

    /// <summary>First the resources, then the roles. Asked again, all end at once: without
    /// a word to the engine, so that the peers take this node for lost and fence it, since
    /// its resources still run.</summary>
    private void StopAsked(string reason, Instant now)
    {
        LogStopAsked(reason);
        switch (_stopping)
        {
            case StopPhase.No:
                _stopping = StopPhase.ControllerStops;
                _stopReason = reason;
                // Without an engine the controller can stop nothing.
                if (IsWithoutEngine)
                    Do(_alone.StopNow(reason, now));
                else
                    SendTo(Role(RoleKind.Controller), new SupervisorMessage.StopWanted(reason));
                break;
            case StopPhase.ControllerStops:
                _stopping = StopPhase.AtOnce;
                foreach (SupervisedRole role in _roles.Where(r => r.HasProcess))
                    _processes.Kill(role.Kind);
                HasEnded = true;
                break;
            case StopPhase.RolesEnd or StopPhase.AtOnce:
                break;
        }
    }

    private void EndRoles(Instant now)
    {
        _stopping = StopPhase.RolesEnd;
        foreach (SupervisedRole role in _roles.Where(r => r.HasProcess))
        {
            (role.State, role.Since) = (SupervisedState.Ending, now);
            _processes.Terminate(role.Kind);
        }

        EndIfAllEnded();
    }

    private void EndIfAllEnded()
    {
        if (_roles.Any(r => r.HasProcess))
            return;
        _watchdog.Disarm();
        _engine.Leave();
        HasEnded = true;
        LogEndedInOrder();
    }
}
