using Truce.Contracts;
using Truce.Control.Components;
using Truce.Model;
using Truce.Ports;
using Truce.Runtime.Supervisor;

namespace Truce.Runtime.Tests.Supervisor;

/// <summary>What a role's first death leads to, as this node or the cluster has chosen.</summary>
public sealed partial class SupervisorRoleTests
{
    public static TheoryData<RoleKind, ComponentLosses> Panics => new()
    {
        { RoleKind.Executor, new() { Executor = RoleFailure.Panic } },
        { RoleKind.Controller, new() { Controller = RoleFailure.Panic } },
        { RoleKind.Fencer, new() { Fencer = RoleFailure.Panic } },
        { RoleKind.Api, new() { Api = RoleFailure.Panic } },
    };

    [Theory]
    [MemberData(nameof(Panics))]
    public void A_first_death_resets_the_node_where_that_is_chosen_for_the_role(
        RoleKind kind, ComponentLosses losses)
    {
        Begin(new SupervisorOptions { Losses = losses });
        EngineComes();
        foreach (RoleKind other in s_roles.Where(r => r != kind))
            Dies(other);
        Assert.DoesNotContain(_done, IsPanic);
        Dies(kind);
        string role = kind.ToString().ToLowerInvariant();
        Assert.Contains($"panic its {role} died ({role}_loss = panic)", _done);
    }

    [Theory]
    [MemberData(nameof(Panics))]
    public void A_node_that_stays_out_or_is_stopping_is_not_reset_for_a_role(
        RoleKind kind, ComponentLosses losses)
    {
        Begin(new SupervisorOptions { Losses = losses, Need = ComponentNeed.Optional });
        Dies(kind);
        Begin(new SupervisorOptions { Losses = losses });
        EngineComes();
        Stop();
        Dies(kind);
        Assert.DoesNotContain(_done, IsPanic);
    }

    [Fact]
    public void A_controllers_first_death_stops_everything_where_that_is_chosen()
    {
        Begin(new SupervisorOptions { Losses = new() { Controller = RoleFailure.StopOrPanic } });
        EngineComes();
        LinkId executor = Ready(RoleKind.Executor);
        Dies(RoleKind.Controller);
        Assert.Equal(["its controller died (controller_loss = stop-or-panic)"], AskedToStop());
        // It stays down until everything is stopped: it would only order starts.
        int starts = Starts().Count;
        Say(executor, new SupervisorMessage.ResourcesStopped([], true));
        Assert.Equal("start Controller", Starts()[starts]);
        Assert.Contains(_done, d => d.StartsWith("out its controller died", StringComparison.Ordinal));
        Dies(RoleKind.Controller);
        Assert.DoesNotContain(_done, IsPanic);
        Assert.Single(AskedToStop());
    }

    [Fact]
    public void A_controller_that_goes_on_beside_a_stop_begins_anew_and_stays_out()
    {
        Begin(new SupervisorOptions { Losses = new() { Fencer = RoleFailure.StopOrPanic } });
        EngineComes();
        LinkId executor = Ready(RoleKind.Executor);
        Ready(RoleKind.Controller);
        Dies(RoleKind.Fencer);
        Say(executor, new SupervisorMessage.ResourcesStopped([], false));
        Assert.Contains("kill Controller", _done);
    }

    [Fact]
    public void An_end_with_code_0_is_no_death()
    {
        Begin(new SupervisorOptions { Losses = new() { Controller = RoleFailure.Panic } });
        EngineComes();
        _role.Handle(
            new RoleInput.FromProcessHost(new ProcessEvent.Exited(RoleKind.Controller, 1, 0, null)), Now);
        Assert.DoesNotContain(_done, IsPanic);
    }

    [Fact]
    public void The_cluster_chooses_for_nodes_that_do_not_and_this_is_kept_for_the_next_boot()
    {
        Kept kept = new();
        Begin(new SupervisorOptions { Kept = kept, Losses = new() { Fencer = RoleFailure.Respawn } });
        EngineComes();
        ComponentLosses cluster = new() { Fencer = RoleFailure.Panic, Api = RoleFailure.Panic };
        // Nobody but the controller speaks for the cluster.
        Say(Ready(RoleKind.Api), new SupervisorMessage.LossesChosen(cluster));
        Assert.Equal(ComponentLosses.None, kept.Losses);
        Say(Ready(RoleKind.Controller), new SupervisorMessage.LossesChosen(cluster));
        Assert.Equal(cluster, kept.Losses);
        Dies(RoleKind.Fencer);
        Assert.DoesNotContain(_done, IsPanic);
        Begin(new SupervisorOptions { Kept = kept });
        Dies(RoleKind.Api);
        Assert.Contains("panic its api died (api_loss = panic)", _done);
    }

    private sealed class Kept : IKeptLosses
    {
        public ComponentLosses Losses { get; private set; } = ComponentLosses.None;

        public ComponentLosses Load() => Losses;

        public void Keep(ComponentLosses losses) => Losses = losses;
    }
}
