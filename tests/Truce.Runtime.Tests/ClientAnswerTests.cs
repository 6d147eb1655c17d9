using Truce.Contracts;
using Truce.Simulator.Scenarios;
using Truce.Simulator.World;

namespace Truce.Runtime.Tests;

/// <summary>What a client is told: names that don't exist, roles, who is in whose hands.</summary>
public sealed class ClientAnswerTests
{
    [Fact]
    public void A_resource_that_nobody_knows_is_refused_instead_of_forgotten()
    {
        SimulatedCluster cluster = ControllerClusterTests.Running(seed: 21, services: 1, nodes: 1);
        ClientReply.Refused refused = Assert.IsType<ClientReply.Refused>(
            cluster.Ask(1, new ClientRequest.Cleanup("nosuch", null, CleanupScope.Failures)));
        Assert.Equal(RefusalKind.BadInput, refused.Kind);
        Assert.Contains("nosuch", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_resource_that_was_taken_out_but_is_remembered_can_be_forgotten()
    {
        SimulatedCluster cluster = ControllerClusterTests.Running(seed: 22, services: 2, nodes: 1);
        cluster.Configure(Configurations.Services(1).Replace(
            "<nvpair id=\"o1\"",
                "<nvpair id=\"o2\" name=\"stop-orphan-resources\" value=\"false\"/><nvpair id=\"o1\"",
                StringComparison.Ordinal));
        Assert.True(cluster.RunUntil(cluster.IsSettled, 60), cluster.Story());
        ClientReply? reply = cluster.Ask(1, new ClientRequest.Cleanup("r2", null, CleanupScope.Everything));
        Assert.True(reply is ClientReply.Done, $"{reply}");
    }

    [Fact]
    public void A_node_that_nobody_knows_is_not_shot_at()
    {
        SimulatedCluster cluster = ControllerClusterTests.Running(seed: 23, services: 1);
        ClientReply.Refused refused = Assert.IsType<ClientReply.Refused>(
            cluster.Ask(1, new ClientRequest.FenceNode("n9", "reboot", "test")));
        Assert.Equal(RefusalKind.BadInput, refused.Kind);
        Assert.Contains("n1, n2, n3", refused.Message, StringComparison.Ordinal);
        Assert.Empty(cluster.Node(1).Control!.State!.Fences);
    }

    [Fact]
    public void An_instance_that_could_be_promoted_is_shown_as_unpromoted()
    {
        ResourceStatus[] instances = Status(
            """<clone id="c"><meta_attributes id="m"><nvpair id="m1" name="promotable" value="true"/></meta_attributes>""", "</clone>");
        Assert.All(instances, r => Assert.Equal("Unpromoted", r.Role));
    }

    [Fact]
    public void A_resource_is_unmanaged_where_its_group_is()
    {
        ResourceStatus[] instances = Status(
            """<group id="g"><meta_attributes id="m"><nvpair id="m1" name="is-managed" value="false"/></meta_attributes>""", "</group>");
        Assert.All(instances, r => Assert.False(r.Managed));
    }

    [Fact]
    public void A_resource_that_was_recovered_is_not_shown_as_failed_but_its_failure_counts()
    {
        SimulatedCluster cluster = ControllerClusterTests.Running(seed: 25, services: 1, nodes: 1);
        cluster.Agents.Crash("r1");
        Assert.True(cluster.RunUntil(() => StatusOf(cluster).FailCount == "1", 60), cluster.Story());
        Assert.True(cluster.RunUntil(
            () => cluster.Agents.ActiveOn("r1").Count == 1 && cluster.IsSettled(), 60), cluster.Story());
        Assert.False(StatusOf(cluster).Failed);
        Assert.Equal("1", StatusOf(cluster).FailCount);
    }

    private static ResourceStatus StatusOf(SimulatedCluster cluster) =>
        Assert.IsType<ClientReply.Status>(
            cluster.Ask(1, new ClientRequest.GetStatus())).Cluster.Resources.First(r => r.Id == "r1");

    // r1 runs by itself first; then the configuration puts it into something.
    private static ResourceStatus[] Status(string open, string close)
    {
        SimulatedCluster cluster = ControllerClusterTests.Running(seed: 24, services: 1, nodes: 1);
        string xml = Configurations.Services(1);
        int begin = xml.IndexOf("<primitive id=\"r1\"", StringComparison.Ordinal);
        int end = xml.IndexOf("</primitive>", begin, StringComparison.Ordinal) + "</primitive>".Length;
        cluster.Configure(xml[..begin] + open + xml[begin..end] + close + xml[end..]);
        cluster.RunUntil(cluster.IsSettled, 60);
        ClientReply.Status reply = Assert.IsType<ClientReply.Status>(
            cluster.Ask(1, new ClientRequest.GetStatus()));
        ResourceStatus[] instances = [.. reply.Cluster.Resources.Where(r => r.Id == "r1")];
        Assert.NotEmpty(instances);
        return instances;
    }
}
