using System.Collections.Immutable;
using System.Globalization;
using Truce.Contracts;
using Truce.Control;
using Truce.Control.Components;
using Truce.Model;
using Truce.Model.Replication;
using Truce.Ports;

namespace Truce.Runtime.Controller;

/// <summary>Supervisors that are gone, this node's and the others'.</summary>
public sealed partial class ControllerRole
{
    private readonly SupervisorWatch _supervisors;
    private object? _expected;
    private ComponentLosses? _told;

    private void SupervisorCame(LinkId link, Instant now)
    {
        _supervisor = link;
        _told = null;
        TellLosses();
        SupervisorCame(_options.Node, now);
    }

    // What the cluster's options say of the loss of components binds each node's supervisor.
    private void TellLosses()
    {
        if (_supervisor is null || _control.State is not { View: not null } state
            || ControlOptions.Of(state).ComponentLosses is var losses && losses == _told)
            return;
        _told = losses;
        TellSupervisor(new SupervisorMessage.LossesChosen(losses));
    }

    private void SupervisorCame(NodeId node, Instant now)
    {
        if (_supervisors.Came(node))
            _desk.StateChanged(now);
    }

    private void ExpectSupervisors(Instant now)
    {
        TellLosses();
        if (_control.State is not { } state || ReferenceEquals(state.Members, _expected))
            return;
        _expected = state.Members;
        _supervisors.Expect(
            [.. state.Members.Values.Where(m => m.Phase == MemberPhase.Joined).Select(m => m.Node)], now);
    }

    private void StepSupervisors(RoleTime time)
    {
        switch (_supervisors.Step(time.Now))
        {
            case SupervisorStep.None:
                break;
            case SupervisorStep.Tell:
                _desk.StateChanged(time.Now);
                break;
            case SupervisorStep.Leave:
                StopWanted(
                    $"this node's supervisor has been gone for {Words(_options.SupervisorGrace)}", time);
                break;
        }
    }

    private ImmutableArray<HoldStatus> SupervisorHolds() =>
    [
        .. _supervisors.Missing
            .Where(n => _control.State?.Member(n) is { Phase: MemberPhase.Joined })
            .Select(n => new HoldStatus("unsupervised", null, n.Value, Words(n))),
    ];

    private string Words(NodeId node)
    {
        // What the others' graces are, only they know.
        string leaves = node != _options.Node || _options.SupervisorGrace is null
            ? ""
            : $"; after {Words(_options.SupervisorGrace)} it stops its resources in order and leaves";
        return $"truced (the supervisor) isn't running on {node}: a role that dies there isn't started again"
            + $"{leaves}; do: systemctl start truced, on {node} (journalctl -u truced says why it ended)";
    }

    private static string Words(TimeSpan? grace) =>
        string.Create(CultureInfo.InvariantCulture, $"{grace?.TotalSeconds:0} s");
}
