using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control.Tests;

/// <summary>What can't be killed may still write: nothing is started beside it (promise S1).</summary>
public sealed class UnkillableTests
{
    private readonly ReplicatedState _state = Given.Apply(
        Given.Joined(1, 2), new Command.NodeJoined(Given.Node(2), "s2", "boot2", "e2", [], [], ["r"]), 2);

    [Theory]
    [InlineData(1, "r", false)]
    [InlineData(2, "r", true)]
    [InlineData(1, "other", true)]
    public void What_is_left_of_a_resource_keeps_it_there(int node, string resource, bool mayStart)
    {
        Order start = Given.Order(node, resource, "start");
        Assert.Equal(mayStart, StartGuard.Objection(_state, start, _state.FenceEpoch) is null);
    }

    [Fact]
    public void A_reboot_ends_it()
    {
        ReplicatedState rebooted = Given.Apply(_state, new Command.FenceConfirmed(Given.Node(3), "me", "x"));
        rebooted = Given.Apply(rebooted, new Command.NodeLeft(Given.Node(2), "boot2"), 2);
        Assert.Null(StartGuard.Objection(rebooted, Given.Order(1, "r", "start"), rebooted.FenceEpoch));
    }
}
