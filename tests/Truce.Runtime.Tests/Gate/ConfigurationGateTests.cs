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

    [Fact]
    public void Who_may_change_nothing_is_refused_before_anything_is_judged()
    {
        FixedJudge judge = new(new GateVerdict.Passed([]));
        SimulatedCluster cluster = Cluster(seed: 66, judge);
        ClientReply.Refused refused = Assert.IsType<ClientReply.Refused>(ApplyAs(cluster, "reader"));
        Assert.Equal(RefusalKind.Permission, refused.Kind);
        Assert.Equal(0, judge.Judged);
    }

    [Fact]
    public void Whose_rights_depend_on_the_change_is_judged_with_them()
    {
        FixedJudge judge = new(new GateVerdict.Passed([]));
        SimulatedCluster cluster = Cluster(seed: 67, judge);
        string acls = Configurations.Services(1).Replace(
            "</configuration>", "<acls><acl_role id=\"w\"><acl_permission id=\"w1\" kind=\"write\" "
            + "xpath=\"//nvpair[@name='foo']\"/></acl_role><acl_target id=\"writer\"><role id=\"w\"/>"
            + "</acl_target></acls></configuration>", StringComparison.Ordinal).Replace(
            "</cluster_property_set>",
            "<nvpair id=\"acl\" name=\"enable-acl\" value=\"true\"/></cluster_property_set>",
            StringComparison.Ordinal);
        Assert.IsType<ClientReply.Done>(
            cluster.Ask(1, new ClientRequest.ApplyConfiguration(acls, null, false, "")));
        Assert.Equal(1, judge.Judged);
        Assert.Null(judge.Last!.Rights);

        // Judged by the process, and again when it is committed, whatever the first said.
        ClientReply.Refused refused = Assert.IsType<ClientReply.Refused>(ApplyAs(cluster, "writer"));
        Assert.Equal(RefusalKind.Permission, refused.Kind);
        Assert.Equal(2, judge.Judged);
        Assert.Equal("writer", judge.Last!.Rights!.Caller.Name);
        refused = Assert.IsType<ClientReply.Refused>(ApplyAs(cluster, "reader"));
        Assert.Equal(RefusalKind.Permission, refused.Kind);
        Assert.Equal(2, judge.Judged);
    }

    [Fact]
    public void What_the_judge_forbids_is_refused_for_lack_of_rights()
    {
        SimulatedCluster cluster = Cluster(
            seed: 68, new FixedJudge(new GateVerdict.Forbidden("user x may not")));
        Assert.Equal(RefusalKind.Permission, Assert.IsType<ClientReply.Refused>(Apply(cluster)).Kind);
    }

    private static ClientReply? ApplyAs(SimulatedCluster cluster, string user)
    {
        string id = $"as {user}";
        cluster.Node(1).Ask(
            id, new ClientRequest.ApplyConfiguration(Configurations.Services(2), null, false, "test"),
            new ClientCaller(1000, 1000, user));
        cluster.RunUntil(() => cluster.Node(1).Answers.Any(a => a.Id == id), 60);
        return cluster.Node(1).Answers.FirstOrDefault(a => a.Id == id).Reply;
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

        public GateQuestion? Last { get; private set; }

        public GateVerdict Judge(GateQuestion question)
        {
            Judged++;
            Last = question;
            return verdict;
        }
    }
}
