using Truce.Contracts;
using Truce.Model;
using Truce.Simulator.Scenarios;
using Truce.Simulator.World;

namespace Truce.Runtime.Tests;

/// <summary>Status says "held", never "settled", while something is wanted that nobody is doing.</summary>
public sealed class HeldStatusTests
{
    [Fact]
    public void A_resource_that_the_fence_guard_blocks_is_held_until_it_is_released()
    {
        SimulatedCluster cluster = Running(fencing: true);
        Assert.Equal("settled", Status(cluster).State);
        bool broken = true;
        cluster.Agents.LooksFail = true;
        cluster.Agents.Fails = (_, resource, action) => broken && resource == "r1" && action == "stop";
        cluster.Agents.RebootAfter = TimeSpan.FromSeconds(3);
        for (int shot = 1; shot <= 2; shot++)
        {
            cluster.Agents.Crash("r1");
            Assert.True(cluster.RunUntil(() => cluster.Agents.Shots == shot, 60), cluster.Story());
            // With one shot the resource is banned from one node, and runs on another: nothing is lacking.
            Assert.True(cluster.RunUntil(cluster.IsSettled, 60), cluster.Story());
            Assert.Equal(shot == 1 ? "settled" : "held", Status(cluster).State);
        }

        HoldStatus hold = Assert.Single(Status(cluster).Holds, h => h.Kind == "fence-block");
        Assert.Contains("truce fence release r1", hold.Reason, StringComparison.Ordinal);
        broken = false;
        Assert.IsType<ClientReply.Done>(cluster.Ask(1, new ClientRequest.ReleaseFencing("r1", "fixed")));
        Assert.True(cluster.RunUntil(
            () => cluster.Agents.ActiveOn("r1").Count == 1 && cluster.IsSettled(), 60), cluster.Story());
        Assert.Equal("settled", Status(cluster).State);
    }

    [Fact]
    public void A_stop_that_failed_and_is_left_as_it_is_is_a_hold()
    {
        SimulatedCluster cluster = Running(fencing: false);
        bool broken = true;
        cluster.Agents.LooksFail = true;
        cluster.Agents.Fails = (_, resource, action) => broken && resource == "r1" && action == "stop";
        cluster.Agents.Crash("r1");
        Assert.True(cluster.RunUntil(
            () => Status(cluster).Holds.Any(h => h.Kind == "failed-stop"), 60), cluster.Story());
        Assert.Equal("held", Status(cluster).State);
        Assert.Contains(
            "truce resource cleanup r1", Status(cluster).Holds.Single().Reason, StringComparison.Ordinal);
        broken = false;
        Assert.IsType<ClientReply.Done>(
            cluster.Ask(1, new ClientRequest.Cleanup("r1", null, CleanupScope.Failures)));
        Assert.True(cluster.RunUntil(() => Status(cluster).State == "settled", 60), cluster.Story());
    }

    [Fact]
    public void A_stop_that_an_operator_asked_for_and_that_failed_is_a_hold_too()
    {
        SimulatedCluster cluster = Running(fencing: false);
        cluster.Agents.LooksFail = true;
        cluster.Agents.Fails = (_, resource, action) => resource == "r1" && action == "stop";
        cluster.Configure(Configurations.Services(2, fencing: false).Replace(
            "type=\"Service\"><operations><op id=\"r1-m\"",
            "type=\"Service\"><meta_attributes id=\"r1-x\"><nvpair id=\"r1-r\" name=\"target-role\" "
            + "value=\"Stopped\"/></meta_attributes><operations><op id=\"r1-m\"",
            StringComparison.Ordinal));
        Assert.True(cluster.RunUntil(
            () => Status(cluster).Holds.Any(h => h is { Kind: "failed-stop", Resource: "r1" }), 60),
            cluster.Story());
        Assert.Equal("held", Status(cluster).State);
    }

    [Fact]
    public void What_failed_to_start_on_every_node_is_a_hold()
    {
        SimulatedCluster cluster = Running(fencing: true);
        cluster.Agents.Fails = (_, resource, action) => resource == "r1" && action == "start";
        cluster.Agents.Crash("r1");
        Assert.True(cluster.RunUntil(
            () => Status(cluster).Holds.Any(h => h.Kind == "failures"), 120), cluster.Story());
        Assert.Equal("held", Status(cluster).State);
        // The stop that follows a failure hides it on no node.
        ResourceStatus[] seen = [.. Status(cluster).Resources.Where(r => r.Id == "r1")];
        Assert.Equal(3, seen.Count(r => r is { Failed: true, Role: "Stopped", FailCount: not "0" }));
    }

    [Fact]
    public void What_the_plan_wants_and_cannot_do_is_a_hold_on_every_node_until_it_can()
    {
        SimulatedCluster cluster = new(seed: 41, nodes: 3);
        cluster.BootAll();
        cluster.Configure(Group("", ""));
        Assert.True(cluster.RunUntil(
            () => ControllerClusterTests.AllActive(cluster, 2) && cluster.IsSettled(), 90), cluster.Story());
        NodeId node = cluster.Agents.ActiveOn("r1").Single();
        string away = $"<rsc_location id=\"away\" rsc=\"g\" node=\"{node}\" score=\"-INFINITY\"/>";
        cluster.Configure(Group("<meta_attributes id=\"r2-x\"><nvpair id=\"r2-u\" name=\"is-managed\" "
            + "value=\"false\"/></meta_attributes>", away));
        for (int asked = 1; asked <= 3; asked++)
        {
            Assert.True(cluster.RunUntil(
                () => Status(cluster, asked).Holds.Any(h => h is { Kind: "blocked", Resource: "r1" }), 60),
                cluster.Story());
            Assert.Equal("held", Status(cluster, asked).State);
        }

        HoldStatus hold = Status(cluster).Holds.Single(h => h.Resource == "r1");
        Assert.Equal(node.Value, hold.Node);
        Assert.Contains("r2 comes first, and it isn't managed", hold.Reason, StringComparison.Ordinal);
        cluster.Configure(Group("", away));
        Assert.True(cluster.RunUntil(() => Status(cluster).State == "settled", 60), cluster.Story());
        Assert.DoesNotContain(node, cluster.Agents.ActiveOn("r1"));
        Assert.Empty(Status(cluster).Holds);
    }

    [Theory]
    [InlineData("is-managed", "false", "isn't managed")]
    [InlineData("maintenance", "true", "is in maintenance")]
    public void What_is_disabled_and_left_running_is_a_hold(string name, string value, string said)
    {
        SimulatedCluster cluster = new(seed: 41, nodes: 3);
        cluster.BootAll();
        cluster.Configure(Group("", ""));
        Assert.True(cluster.RunUntil(
            () => ControllerClusterTests.AllActive(cluster, 2) && cluster.IsSettled(), 90), cluster.Story());
        cluster.Configure(Group(
            $"<meta_attributes id=\"r2-x\"><nvpair id=\"r2-u\" name=\"{name}\" value=\"{value}\"/>"
            + "<nvpair id=\"r2-role\" name=\"target-role\" value=\"Stopped\"/></meta_attributes>", ""));
        Assert.True(cluster.RunUntil(() => Status(cluster).State == "held", 60), cluster.Story());
        HoldStatus hold = Assert.Single(Status(cluster).Holds, h => h.Resource == "r2");
        Assert.Equal("blocked", hold.Kind);
        Assert.Contains($"it is disabled, and it {said}", hold.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fencing_that_was_given_up_is_shown_until_it_is_released()
    {
        SimulatedCluster cluster = Running(fencing: true);
        cluster.Agents.Fails = (_, _, action) => action is "reboot" or "off";
        Assert.IsType<ClientReply.Done>(
            cluster.Ask(1, new ClientRequest.FenceNode("n3", "reboot", "a test")));
        Assert.True(cluster.RunUntil(
            () => Status(cluster).Fencing is [{ Result: "failed", End: not null, Reason.Length: > 0 }], 600),
            cluster.Story());
        cluster.RunUntil(() => false, 3600);
        Assert.Equal("n3", Assert.Single(Status(cluster).Fencing).Target);
        Assert.IsType<ClientReply.Done>(cluster.Ask(1, new ClientRequest.ReleaseFencing("n3", "fixed")));
        Assert.True(cluster.RunUntil(() => Status(cluster).Fencing.IsEmpty, 10), cluster.Story());
        Assert.IsNotType<ClientReply.Done>(
            cluster.Ask(1, new ClientRequest.ReleaseFencing("n3", "there is nothing any more")));
    }

    private static ClusterStatusDocument Status(SimulatedCluster cluster, int node = 1) =>
        Assert.IsType<ClientReply.Status>(cluster.Ask(node, new ClientRequest.GetStatus())).Cluster;

    private static string Group(string meta, string constraint) => Configurations.Cib(
        "<nvpair id=\"o1\" name=\"stonith-enabled\" value=\"true\"/>",
        $"<group id=\"g\">{Configurations.Service("r1")}{Configurations.Service("r2", meta)}</group>"
            + Configurations.Device,
        constraint);

    private static SimulatedCluster Running(bool fencing)
    {
        SimulatedCluster cluster = new(seed: 41, nodes: 3);
        cluster.BootAll();
        cluster.Configure(Configurations.Services(2, fencing: fencing));
        Assert.True(cluster.RunUntil(
            () => ControllerClusterTests.AllActive(cluster, 2) && cluster.IsSettled(), 90), cluster.Story());
        return cluster;
    }
}
