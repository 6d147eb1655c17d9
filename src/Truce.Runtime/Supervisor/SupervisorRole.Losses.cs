using Truce.Control.Components;
using Truce.Model;
using Truce.Ports;

namespace Truce.Runtime.Supervisor;

/// <summary>What the loss of each component is to mean, by this node's configuration and the
/// cluster's.</summary>
public sealed partial class SupervisorRole
{
    private ComponentLosses _losses = ComponentLosses.None;
    private ComponentLosses _ofCluster = ComponentLosses.None;
    private bool _isOut;

    private void Choose(ComponentLosses cluster)
    {
        _ofCluster = cluster;
        _losses = _options.Losses.Over(cluster);
        _alone.Failure = _losses.Engine ?? ComponentFailure.StopOrPanic;
    }

    private void ClusterChose(ComponentLosses cluster)
    {
        if (cluster == _ofCluster)
            return;
        Choose(cluster);
        _options.Kept?.Keep(cluster);
    }

    // Whether a death leads to more than another start, as was chosen for that role.
    private bool MeansMore(SupervisedRole role, Instant now)
    {
        if (_options.Need != ComponentNeed.Essential || _stopping != StopPhase.No || _alone.IsStopping
            || _isOut || role.IsExcused)
            return false;
        string reason = $"its {role.Name} died ({role.Name}_loss = ";
        switch (Chosen(role.Kind))
        {
            case RoleFailure.Panic:
                CountedPanic($"{reason}panic)");
                return true;
            case RoleFailure.StopOrPanic:
                (role.State, role.Session, role.Turn, role.StartAt) = (SupervisedState.Down, "", 0, null);
                StopFor(role, $"{reason}stop-or-panic)", now);
                return true;
            case RoleFailure.Respawn:
                break;
        }

        return false;
    }

    private RoleFailure Chosen(RoleKind kind) => kind switch
    {
        RoleKind.Executor => _losses.Executor,
        RoleKind.Controller => _losses.Controller,
        RoleKind.Fencer => _losses.Fencer,
        RoleKind.Api => _losses.Api,
        RoleKind.Groups => _losses.Groups == GroupsFailure.Panic ? RoleFailure.Panic : null,
        _ => null,
    } ?? RoleFailure.Respawn;

    private bool StaysOut(SupervisedRole role)
    {
        if (role.Kind != RoleKind.Groups || _losses.Groups != GroupsFailure.StayOut)
            return false;
        LogGroupsOut(_options.RespawnMax);
        return true;
    }
}
