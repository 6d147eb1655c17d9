using Truce.Contracts;
using Truce.Control;
using Truce.Model;
using Truce.Model.Fencing;
using Truce.Model.Replication;
using Truce.Simulator.Scenarios;
using Truce.Simulator.World;

namespace Truce.Runtime.Tests;

/// <summary>Controllers and executors as they are, over a simulated world.</summary>
public sealed class ControllerClusterTests
{
    [Fact]
    public void A_node_alone_forms_a_cluster_and_starts_what_is_configured()
    {
        SimulatedCluster cluster = new(seed: 1, nodes: 1);
        cluster.BootAll();
        cluster.Configure(Configurations.Services(1));
        Assert.True(cluster.RunUntil(() => cluster.Agents.ActiveOn("r1").Count == 1, 60), cluster.Story());
        Assert.True(cluster.RunUntil(cluster.IsSettled, 30), cluster.Story());
        Assert.Empty(cluster.Violations);
    }

    [Fact]
    public void Three_nodes_agree_and_run_each_service_once()
    {
        SimulatedCluster cluster = Running(seed: 2, services: 3);
        Assert.All(cluster.Nodes.Values, n => Assert.Equal(ViewMode.Quorate, n.Control!.Mode));
        Assert.Empty(cluster.Violations);
    }

    [Fact]
    public void A_node_that_loses_power_is_fenced_before_its_services_start_elsewhere()
    {
        SimulatedCluster cluster = Running(seed: 3, services: 3);
        NodeId lost = cluster.Agents.ActiveOn("r1").Single();
        cluster.Agents.RebootAfter = null;
        cluster.Nodes[lost].PowerOff();
        Assert.True(
            cluster.RunUntil(() => cluster.Agents.ActiveOn("r1").Count == 1, 60), cluster.Story());
        Assert.Equal(1, cluster.Agents.Shots);
        ReplicatedState state = cluster.Nodes.Values.First(n => n.Id != lost).Control!.State!;
        long fenced = state.Events.Last(e => e.Kind == "fence-confirmed" && e.Node == lost).Index;
        long started = state.Events.Last(e => e.Kind == "start-asked" && e.Resource == "r1").Index;
        Assert.True(fenced < started);
        Assert.Empty(cluster.Violations);
    }

    [Fact]
    public void A_fenced_node_comes_back_as_another_boot_and_isnt_shot_again()
    {
        SimulatedCluster cluster = Running(seed: 4, services: 3);
        cluster.Agents.RebootAfter = TimeSpan.FromMilliseconds(1_500);
        cluster.Node(2).PowerOff();
        Assert.True(cluster.RunUntil(() => cluster.Agents.Shots > 0 && cluster.IsSettled(), 120),
            cluster.Story());
        cluster.Clock.Run(TimeSpan.FromSeconds(60));
        Assert.Equal(1, cluster.Agents.Shots);
        Assert.True(cluster.IsSettled(), cluster.Story());
    }

    [Fact]
    public void A_controller_that_dies_alone_comes_back_and_nothing_is_restarted()
    {
        SimulatedCluster cluster = Running(seed: 5, services: 3);
        int starts = cluster.Agents.Starts;
        foreach (SimulatedNode node in cluster.Nodes.Values)
        {
            node.KillController(TimeSpan.FromMilliseconds(300));
            cluster.Clock.Run(TimeSpan.FromSeconds(5));
        }

        Assert.True(cluster.RunUntil(cluster.IsSettled, 60), cluster.Story());
        Assert.Equal(starts, cluster.Agents.Starts);
        Assert.Equal(0, cluster.Agents.Shots);
    }

    [Fact]
    public void The_minority_of_a_split_stops_and_is_fenced_and_the_majority_takes_over()
    {
        SimulatedCluster cluster = Running(seed: 6, services: 3);
        NodeId alone = cluster.Agents.ActiveOn("r1").Single();
        cluster.Engine.Split(n => n == alone ? 1 : 0);
        Assert.True(cluster.RunUntil(
            () => cluster.Agents.Shots == 1 && cluster.Agents.ActiveOn("r1").Count == 1, 60),
            cluster.Story());
        cluster.Engine.Split(_ => 0);
        Assert.True(cluster.RunUntil(cluster.IsSettled, 120), cluster.Story());
        Assert.Empty(cluster.Violations);
    }

    [Fact]
    public void An_acknowledged_configuration_survives_the_loss_of_power_everywhere()
    {
        SimulatedCluster cluster = Running(seed: 7, services: 2);
        foreach (SimulatedNode node in cluster.Nodes.Values)
            node.PowerOff();
        cluster.Clock.Run(TimeSpan.FromSeconds(5));
        cluster.BootAll();
        Assert.True(cluster.RunUntil(
            () => cluster.IsSettled() && cluster.Agents.ActiveOn("r2").Count == 1, 120), cluster.Story());
        Assert.Equal(1, cluster.Node(1).Control!.State!.Configuration.Version);
    }

    [Fact]
    public void A_node_asked_to_stop_gives_its_services_away_and_leaves_without_a_shot()
    {
        SimulatedCluster cluster = Running(seed: 8, services: 3);
        NodeId leaving = cluster.Agents.ActiveOn("r1").Single();
        cluster.Nodes[leaving].Stop();
        Assert.True(
            cluster.RunUntil(
                () => cluster.Nodes[leaving].Controller is null
                    && cluster.Agents.ActiveOn("r1").Any(n => n != leaving), 60),
            cluster.Story());
        cluster.Clock.Run(TimeSpan.FromSeconds(30));
        Assert.Equal(0, cluster.Agents.Shots);
        Assert.Empty(cluster.Violations);
    }

    [Fact]
    public void A_failed_monitor_counts_and_the_service_is_recovered()
    {
        SimulatedCluster cluster = Running(seed: 9, services: 1);
        cluster.Agents.Crash("r1");
        Assert.True(cluster.RunUntil(() => cluster.Agents.ActiveOn("r1").Count == 1, 60), cluster.Story());
        Assert.Contains(
            cluster.Node(1).Control!.State!.Cib.Status.NodeStates,
            s => s.TransientAttributes?.Sets.SelectMany(a => a.Pairs).Any(
                p => p.Name == "fail-count-r1#monitor_5000") == true);
    }

    [Fact]
    public void A_node_on_which_a_stop_fails_is_fenced()
    {
        SimulatedCluster cluster = Running(seed: 10, services: 2);
        NodeId bad = cluster.Agents.ActiveOn("r1").Single();
        cluster.Agents.LooksFail = true;
        cluster.Agents.Fails = (node, resource, action) =>
            node == bad && resource == "r1" && action == "stop";
        cluster.Agents.Crash("r1");
        Assert.True(cluster.RunUntil(() => cluster.Agents.Shots == 1, 60), cluster.Story());
        cluster.Agents.Fails = (_, _, _) => false;
        Assert.True(cluster.RunUntil(
            () => cluster.IsSettled() && cluster.Agents.ActiveOn("r1").Count == 1, 120), cluster.Story());
        FenceState fence = cluster.Node(1).Control!.State!.Fences.Last();
        FenceCause.FailedStop cause = Assert.IsType<FenceCause.FailedStop>(fence.Intent.Cause);
        Assert.Equal(("r1", "stop"), (cause.Failure.Resource.Value, cause.Failure.Operation));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public void A_stop_that_fails_everywhere_costs_two_shots_and_then_only_its_resource(int nodes)
    {
        SimulatedCluster cluster = Running(seed: 41, services: 3, nodes);
        cluster.Agents.LooksFail = true;
        cluster.Agents.Fails = (_, resource, action) => resource == "r1" && action == "stop";
        for (int i = 0; i < 6; i++)
        {
            if (cluster.Agents.ActiveOn("r1").Count > 0)
                cluster.Agents.Crash("r1");
            cluster.RunUntil(() => false, 60);
        }

        Assert.Equal(2, cluster.Agents.Shots);
        ReplicatedState state = cluster.Nodes.Values.First(n => n.Control?.State is not null).Control!.State!;
        Assert.Equal(["r1"], HeldBack.Of(state).Blocks.Select(b => b.Resource.Value).Distinct());
        Assert.All(cluster.Nodes.Values, n => Assert.True(n.Powered));
        Assert.All(["r2", "r3"], r => Assert.Single(cluster.Agents.ActiveOn(r)));
        Assert.Empty(cluster.Ledger.Violations);
    }

    [Fact]
    public void Without_limits_the_same_stop_costs_shot_after_shot()
    {
        SimulatedCluster cluster = new(41, 3);
        cluster.BootAll();
        cluster.Configure(Configurations.Services(1).Replace(
            "<crm_config>",
                "<crm_config><cluster_property_set id=\"off\"><nvpair id=\"off1\" name=\"truce-fence-shots-per-cause\" value=\"0\"/>"
                + "<nvpair id=\"off2\" name=\"truce-fence-shots-per-target\" value=\"0\"/></cluster_property_set>", StringComparison.Ordinal));
        Assert.True(cluster.RunUntil(() => AllActive(cluster, 1) && cluster.IsSettled(), 90),
            cluster.Story());
        cluster.Agents.LooksFail = true;
        cluster.Agents.Fails = (_, resource, action) => resource == "r1" && action == "stop";
        for (int i = 0; i < 6; i++)
        {
            if (cluster.Agents.ActiveOn("r1").Count > 0)
                cluster.Agents.Crash("r1");
            cluster.RunUntil(() => false, 60);
        }

        Assert.True(cluster.Agents.Shots > 3, cluster.Story());
    }

    [Fact]
    public void A_death_that_the_device_confirmed_is_acted_on_while_the_dead_nodes_token_still_runs()
    {
        SimulatedCluster cluster = Running(seed: 26, services: 1);
        NodeId bad = cluster.Agents.ActiveOn("r1").Single();
        cluster.Agents.LooksFail = true;
        cluster.Agents.Fails = (node, resource, action) =>
            node == bad && resource == "r1" && action == "stop";
        cluster.Agents.Crash("r1");
        Assert.True(cluster.RunUntil(() => !cluster.Nodes[bad].Powered, 60), cluster.Story());
        // The token runs for a second and no message is delivered meanwhile.
        Assert.True(cluster.RunUntil(() => cluster.Agents.ActiveOn("r1").Count == 1, 0.5), cluster.Story());
        Assert.True(cluster.RunUntil(() => !cluster.Nodes[bad].Powered || cluster.IsSettled(), 120),
            cluster.Story());
        Assert.Equal(1, cluster.Agents.Shots);
    }

    [Fact]
    public void Without_a_working_device_recovery_waits_and_a_person_can_vouch()
    {
        SimulatedCluster cluster = Running(seed: 11, services: 3);
        cluster.Agents.Fails = (_, resource, _) => resource == "power";
        NodeId lost = cluster.Agents.ActiveOn("r1").Single();
        cluster.Nodes[lost].PowerOff();
        Assert.False(cluster.RunUntil(() => cluster.Agents.ActiveOn("r1").Count > 0, 120));
        int other = cluster.Node(1).Id == lost ? 2 : 1;
        ClientReply? reply = cluster.Ask(other, new ClientRequest.ConfirmFenced(lost.Value, "I looked"));
        Assert.IsType<ClientReply.Done>(reply);
        Assert.True(cluster.RunUntil(() => cluster.Agents.ActiveOn("r1").Count == 1, 60), cluster.Story());
    }

    [Fact]
    public void With_fencing_switched_off_a_lost_nodes_services_stay_where_they_were()
    {
        SimulatedCluster cluster = new(seed: 12, nodes: 3);
        cluster.BootAll();
        cluster.Configure(Configurations.Services(3, fencing: false));
        Assert.True(cluster.RunUntil(() => AllActive(cluster, 3) && cluster.IsSettled(), 60),
            cluster.Story());
        NodeId lost = cluster.Agents.ActiveOn("r1").Single();
        cluster.Engine.Split(n => n == lost ? 1 : 0);
        cluster.Nodes[lost].Executor!.Pause(TimeSpan.FromHours(1));
        Assert.False(cluster.RunUntil(() => cluster.Agents.ActiveOn("r1").Any(n => n != lost), 60));
        int other = cluster.Node(1).Id == lost ? 2 : 1;
        ClientReply.Status status = Assert.IsType<ClientReply.Status>(
            cluster.Ask(other, new ClientRequest.GetStatus()));
        Assert.Contains(status.Cluster.Holds, h => h.Kind == "lost-node" && h.Resource == "r1");
    }

    [Fact]
    public void A_coordinator_that_is_stopped_is_demoted_by_the_others()
    {
        SimulatedCluster cluster = Running(seed: 13, services: 3);
        NodeId coordinator = CoordinatorRule.Choose(cluster.Node(1).Control!.State!)!.Value;
        cluster.Nodes[coordinator].Controller!.Pause(TimeSpan.FromMinutes(2));
        int other = cluster.Node(1).Id == coordinator ? 2 : 1;
        Assert.True(
            cluster.RunUntil(
                () => CoordinatorRule.Choose(cluster.Node(other).Control!.State!) is { } now
                && now != coordinator, 30),
            cluster.Story());
    }

    [Fact]
    public void A_fence_device_is_watched_again_after_its_fencer_died_even_under_another_controller()
    {
        string watched = Configurations.Services(1).Replace(
            "type=\"fence_sim\"/>",
            "type=\"fence_sim\"><operations><op id=\"p-m\" name=\"monitor\" interval=\"10s\" timeout=\"20s\"/></operations></primitive>",
            StringComparison.Ordinal);
        SimulatedCluster cluster = new(seed: 14, nodes: 3);
        int looks = 0;
        cluster.Agents.Fails = (_, resource, action) =>
        {
            looks += resource == "power" && action == "monitor" ? 1 : 0;
            return false;
        };
        cluster.BootAll();
        cluster.Configure(watched);
        Assert.True(cluster.RunUntil(() => AllActive(cluster, 1) && cluster.IsSettled(), 90),
            cluster.Story());
        foreach (SimulatedNode node in cluster.Nodes.Values)
        {
            node.KillController(TimeSpan.FromMilliseconds(300));
            cluster.Clock.Run(TimeSpan.FromSeconds(15));
            node.KillFencer(TimeSpan.FromMilliseconds(300));
            cluster.Clock.Run(TimeSpan.FromSeconds(15));
        }

        Assert.True(cluster.RunUntil(cluster.IsSettled, 60), cluster.Story());
        looks = 0;
        cluster.Clock.Run(TimeSpan.FromSeconds(60));
        Assert.InRange(looks, 4, 8);
    }

    [Fact]
    public void A_restart_stops_and_starts_the_service_where_it_is_whoever_dies_meanwhile()
    {
        SimulatedCluster cluster = Running(seed: 15, services: 4);
        for (int round = 0; round < 3; round++)
        {
            NodeId where = cluster.Agents.ActiveOn("r1").Single();
            int starts = cluster.Agents.Starts;
            Assert.IsType<ClientReply.Done>(cluster.Ask(1 + round, new ClientRequest.Restart("r1", null)));
            if (round == 1)
                cluster.Nodes[CoordinatorRule.Choose(cluster.Node(1).Control!.State!)!.Value].KillController(
                    TimeSpan.FromMilliseconds(300));
            Assert.True(cluster.RunUntil(() => cluster.Agents.Starts > starts && cluster.IsSettled(), 60),
                cluster.Story());
            cluster.Clock.Run(TimeSpan.FromSeconds(20));
            Assert.Equal(starts + 1, cluster.Agents.Starts);
            Assert.Equal(where, cluster.Agents.ActiveOn("r1").Single());
        }

        Assert.Empty(cluster.Violations);
        Assert.DoesNotContain(
            cluster.Node(1).Control!.State!.Cib.Status.NodeStates.SelectMany(
                n => n.History?.Resources ?? []), RestartApply.IsMarked);
        ClientReply.Refused refused = Assert.IsType<ClientReply.Refused>(
            cluster.Ask(1,
                new ClientRequest.Restart(
                "r1", cluster.Nodes.Keys.First(n => n != cluster.Agents.ActiveOn("r1").Single()).Value)));
        Assert.Contains("nothing to restart", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Earlier_configurations_can_be_read_back_also_after_the_power_was_lost_everywhere()
    {
        SimulatedCluster cluster = Running(seed: 16, services: 1);
        string first = Assert.IsType<ClientReply.Configuration>(
            cluster.Ask(2, new ClientRequest.GetConfiguration(1, false))).Xml;
        for (int services = 2; services <= 4; services++)
            cluster.Configure(Configurations.Services(services));
        Assert.True(cluster.RunUntil(() => AllActive(cluster, 4) && cluster.IsSettled(), 90),
            cluster.Story());
        Assert.Equal(
            first, Assert.IsType<ClientReply.Configuration>(
            cluster.Ask(2, new ClientRequest.GetConfiguration(1, false))).Xml);
        foreach (SimulatedNode node in cluster.Nodes.Values)
            node.PowerOff();
        cluster.Clock.Run(TimeSpan.FromSeconds(5));
        cluster.BootAll();
        Assert.True(cluster.RunUntil(() => AllActive(cluster, 4) && cluster.IsSettled(), 120),
            cluster.Story());
        for (int node = 1; node <= 3; node++)
        {
            ClientReply.ConfigurationHistory history =
                Assert.IsType<ClientReply.ConfigurationHistory>(
                    cluster.Ask(node, new ClientRequest.GetConfigurationHistory()));
            Assert.Equal([4L, 3L, 2L, 1L], history.Versions.Select(v => v.Version));
            Assert.Equal(
                first, Assert.IsType<ClientReply.Configuration>(
                cluster.Ask(node, new ClientRequest.GetConfiguration(1, false))).Xml);
        }

        Assert.IsType<ClientReply.Refused>(cluster.Ask(1, new ClientRequest.GetConfiguration(9, false)));
    }

    [Fact]
    public void While_a_node_rejoins_the_others_stay_quorate_and_take_wishes()
    {
        SimulatedCluster cluster = Running(seed: 17, services: 2);
        SimulatedNode joiner = cluster.Node(3);
        joiner.KillController(TimeSpan.FromMilliseconds(500));
        int looks = 0;
        int between = 0;
        for (int i = 0; i < 4_000; i++)
        {
            cluster.Clock.Run(TimeSpan.FromMilliseconds(1));
            foreach (SimulatedNode node in cluster.Nodes.Values.Where(n => n != joiner))
            {
                looks++;
                between += node.Control!.Mode is null ? 1 : 0;
                Assert.True(node.Control.Mode is ViewMode.Quorate || node.Control.IsRegathering,
                    cluster.Story());
            }
        }

        Assert.True(between > 0 && between < looks, $"{between} of {looks} looks were between two views");
        joiner.KillController(TimeSpan.FromMilliseconds(500));
        for (int i = 0; i < 20_000 && !cluster.Node(1).Control!.IsRegathering; i++)
            cluster.Clock.Run(TimeSpan.FromMilliseconds(0.1));
        Assert.True(cluster.Node(1).Control!.IsRegathering, cluster.Story());
        Assert.IsType<ClientReply.Done>(cluster.Ask(1, new ClientRequest.SetTransient("n1", "load", "7")));
        Assert.True(cluster.RunUntil(cluster.IsSettled, 60), cluster.Story());
    }

    internal static SimulatedCluster Running(int seed, int services, int nodes = 3)
    {
        SimulatedCluster cluster = new(seed, nodes);
        cluster.BootAll();
        cluster.Configure(Configurations.Services(services));
        Assert.True(cluster.RunUntil(() => AllActive(cluster, services) && cluster.IsSettled(), 90),
            cluster.Story());
        return cluster;
    }

    internal static bool AllActive(SimulatedCluster cluster, int services) =>
        Enumerable.Range(1, services).All(i => cluster.Agents.ActiveOn($"r{i}").Count == 1);
}
