using Truce.Contracts;
using Truce.Control.Components;
using Truce.Model;
using Truce.Ports;

namespace Truce.Runtime.Supervisor;

/// <summary>What is done without the cluster: stop-or-panic.</summary>
public sealed partial class SupervisorRole
{
    // A role that is given up for good, until everything is stopped; null: none.
    private SupervisedRole? _givenUp;

    private void FollowEngine(EngineEvent told, Instant now)
    {
        if (told is EngineEvent.View)
            _alone.Came();
        else if (told is EngineEvent.Died)
            _alone.Went(now);
    }

    // A controller begins its work when it has joined the engine, and ends with it.
    private bool IsWithoutEngine => _alone.IsAway && Role(RoleKind.Controller).Turn == 0;

    // A node that stays out runs nothing.
    private void StepAlone(Instant now)
    {
        bool mayStop = _options.Need == ComponentNeed.Essential
            && _stopping is StopPhase.No or StopPhase.ControllerStops;
        if (mayStop && (_alone.IsStopping || IsWithoutEngine))
            Do(_alone.Step(now));
    }

    private void Do(StoppingStep step)
    {
        switch (step)
        {
            case StoppingStep.None:
                break;
            case StoppingStep.Stop:
                LogStopsAlone(_alone.Reason);
                SendTo(Role(RoleKind.Executor), new SupervisorMessage.StopResources(_alone.Reason));
                break;
            case StoppingStep.Panic:
                CountedPanic(_alone.Reason);
                break;
        }
    }

    private void ResourcesStopped(SupervisorMessage.ResourcesStopped said, Instant now)
    {
        if (!said.Failed.IsEmpty)
        {
            string left = string.Join(", ", said.Failed);
            CountedPanic($"{left} couldn't be stopped without the cluster ({_alone.Reason})");
            return;
        }

        LogStoppedAlone(_alone.Reason);
        _alone.Stopped();
        if (_stopping == StopPhase.ControllerStops)
        {
            EndRoles(now);
            return;
        }

        if (_givenUp is { } role)
            GoOut(role, now);
        if (!said.WereAny)
            return;
        // Another life of it: everything is probed before a controller goes by what it knows.
        SupervisedRole executor = Role(RoleKind.Executor);
        executor.IsExcused = true;
        _processes.Kill(executor.Kind);
    }

    private void GiveUp(SupervisedRole role, string reason, Instant now)
    {
        // Without its executor a node can stop nothing.
        if (_losses.Role != ComponentFailure.StopOrPanic || role.Kind == RoleKind.Executor)
        {
            CountedPanic(reason);
            return;
        }

        StopFor(role, reason, now);
    }

    private void StopFor(SupervisedRole role, string reason, Instant now)
    {
        TellState(role);
        _givenUp = role;
        Do(_alone.StopNow(reason, now));
    }

    // Nothing runs here any more: no death of a role is worth a reset, and the next controller says why this
    // node stays out.
    private void GoOut(SupervisedRole role, Instant now)
    {
        (_givenUp, _isOut) = (null, true);
        _options.StayOut($"{_alone.Reason}, and its resources were stopped; "
            + "do: remove the cause (see the role's log), then truce node repair, on this node");
        foreach (SupervisedRole any in _roles)
            any.Policy = Policy(ComponentNeed.Optional);
        StartRole(role, now);
        SupervisedRole controller = Role(RoleKind.Controller);
        if (role == controller || !controller.HasProcess)
            return;
        // One that goes on would start everything here again.
        controller.IsExcused = true;
        _processes.Kill(controller.Kind);
    }

    private void CountedPanic(string reason)
    {
        _options.Resets?.Add(reason);
        Reset(reason);
    }
}
