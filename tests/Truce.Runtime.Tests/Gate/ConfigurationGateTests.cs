using Truce.Contracts;
using Truce.Runtime.Controller.Gate;
using Truce.Simulator.Scenarios;
using Truce.Simulator.World;

namespace Truce.Runtime.Tests.Gate;

/// <summary>Configurations are held until they are judged, and what is refused leaves no trace.</summary>
public sealed class ConfigurationGateTests
{
    private static readonly InputFinding s_error = new(
        "error", 7, 3, "primitive[@id='r2']", "it can't be run", "remove it");
    private static readonly InputFinding s_warning = s_error with { Severity = "warning" };

    [Fact]
    public void What_is_condemned_is_refused_with_its_findings_and_nothing_is_committed()
    {
        SimulatedCluster cluster = Cluster(seed: 61, new FixedJudge(new GateVerdict.Condemned([s_error])));
        long before = cluster.Node(1).Control!.State!.Configuration.Version;
        ClientReply.Refused refused = Assert.IsType<ClientReply.Refused>(Apply(cluster));
        Assert.Equal(RefusalKind.BadInput, refused.Kind);
        Assert.Equal([s_error], refused.Findings);
        Assert.Equal(before, cluster.Node(1).Control!.State!.Configuration.Version);
    }

    [Fact]
    public void What_passes_is_committed_and_its_remarks_are_told()
    {
        SimulatedCluster cluster = Cluster(seed: 62, new FixedJudge(new GateVerdict.Passed([s_warning])));
        long before = cluster.Node(1).Control!.State!.Configuration.Version;
        ClientReply.Done done = Assert.IsType<ClientReply.Done>(Apply(cluster));
        Assert.Equal(before + 1, done.Version);
        Assert.Equal([s_warning], done.Findings);
    }

    [Fact]
    public void A_check_is_judged_too_and_commits_nothing()
    {
        SimulatedCluster cluster = Cluster(seed: 63, new FixedJudge(new GateVerdict.Condemned([s_error])));
        Assert.IsType<ClientReply.Refused>(
            cluster.Ask(1, new ClientRequest.ApplyConfiguration(Configurations.Services(2), null, true, "")));
    }

    [Fact]
    public void What_nobody_can_judge_is_refused_with_the_reason()
    {
        SimulatedCluster cluster = Cluster(
            seed: 64, new FixedJudge(new GateVerdict.Undecided("it took more than 20 s")));
        ClientReply.Refused refused = Assert.IsType<ClientReply.Refused>(Apply(cluster));
        Assert.Contains("20 s", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_at_once_are_judged_one_after_the_other_and_all_are_answered()
    {
        FixedJudge judge = new(new GateVerdict.Passed([]));
        SimulatedCluster cluster = Cluster(seed: 65, judge);
        string[] ids = [.. Enumerable.Range(0, 5).Select(i => $"several{i}")];
        foreach (string id in ids)
            cluster.Node(1).Ask(
                id, new ClientRequest.ApplyConfiguration(Configurations.Services(2), null, false, id));
        Assert.True(cluster.RunUntil(() => ids.All(id => cluster.Node(1).Answers.Any(a => a.Id == id)), 60),
            cluster.Story());
        Assert.Equal(5, judge.Judged);
    }

    private static ClientReply? Apply(SimulatedCluster cluster) =>
        cluster.Ask(1, new ClientRequest.ApplyConfiguration(Configurations.Services(2), null, false, "test"));

    // The judge comes with the next life of the node's controller: the first configuration is nobody's to
    // refuse.
    private static SimulatedCluster Cluster(int seed, FixedJudge judge)
    {
        SimulatedCluster cluster = ControllerClusterTests.Running(seed, services: 1, nodes: 1);
        cluster.Judge = judge;
        cluster.Node(1).PowerOff("test");
        cluster.Node(1).Boot();
        Assert.True(cluster.RunUntil(cluster.IsSettled, 120), cluster.Story());
        return cluster;
    }

    private sealed class FixedJudge(GateVerdict verdict) : IConfigurationJudge
    {
        public int Judged { get; private set; }

        public GateVerdict Judge(GateQuestion question)
        {
            Judged++;
            return verdict;
        }
    }
}
