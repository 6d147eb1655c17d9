using Truce.Control.Components;
using Truce.Model;
using Truce.Ports;
using Truce.Runtime.Supervisor;

namespace Truce.Runtime.Tests.Supervisor;

/// <summary>What the death of the server of Group Services leads to.</summary>
public sealed partial class SupervisorRoleTests
{
    [Theory]
    [InlineData(GroupsFailure.Respawn, 1)]
    [InlineData(GroupsFailure.StayOut, 0)]
    public void A_server_that_dies_too_often_comes_back_later_or_stays_out(GroupsFailure loss, int later)
    {
        WithGroups(new SupervisorOptions { Losses = new() { Groups = loss } });
        for (int i = 0; i < 3; i++)
            Dies(RoleKind.Groups);
        int starts = GroupsStarts();
        PassAllAlive(61_000);
        Assert.Equal(starts + later, GroupsStarts());
        Assert.DoesNotContain(_done, IsPanic);
    }

    [Fact]
    public void A_reset_is_the_answer_to_the_first_death_where_that_was_chosen()
    {
        WithGroups(new SupervisorOptions { Losses = new() { Groups = GroupsFailure.Panic } });
        Dies(RoleKind.Groups);
        Assert.Contains(_done, IsPanic);
    }

    [Fact]
    public void An_end_in_order_is_no_death()
    {
        WithGroups(new SupervisorOptions { Losses = new() { Groups = GroupsFailure.Panic } });
        _role.Handle(
            new RoleInput.FromProcessHost(new ProcessEvent.Exited(RoleKind.Groups, 1, 0, null)), Now);
        Assert.DoesNotContain(_done, IsPanic);
        Assert.Equal(2, GroupsStarts());
    }

    [Fact]
    public void A_node_that_stays_out_isnt_reset_for_its_server()
    {
        WithGroups(new SupervisorOptions
        {
            Losses = new() { Groups = GroupsFailure.Panic },
            Need = ComponentNeed.Optional,
        });
        Dies(RoleKind.Groups);
        Assert.DoesNotContain(_done, IsPanic);
    }

    private void WithGroups(SupervisorOptions options)
    {
        _done.Clear();
        _role = Begin(options with { Groups = GroupsChoice.Server });
        EngineComes();
    }

    private int GroupsStarts() => Starts().Count(s => s == "start Groups");
}
