using System.Collections.Immutable;
using Truce.Contracts;
using Truce.Control;
using Truce.Model;
using Truce.Model.Replication;
using Truce.Simulator.Scenarios;
using Truce.Simulator.World;

namespace Truce.Simulator.Tests;

/// <summary>One member applies one entry wrongly: its memory lies, its log is the others' (promise S6).</summary>
public sealed class DifferingStateTests
{
    /// <summary>What is applied wrongly; the entry is one that the test causes.</summary>
    public enum Wrong
    {
        Attribute,
        ClusterTime,
        Result,
    }

    public static TheoryData<int, bool, Wrong> Outvoted => new MatrixTheoryData<int, bool, Wrong>([3, 4], [true, false], Enum.GetValues<Wrong>());

    public static TheoryData<int, bool, Wrong> Tied => new MatrixTheoryData<int, bool, Wrong>([2, 4], [true, false], Enum.GetValues<Wrong>());

    [Theory]
    [MemberData(nameof(Outvoted))]
    public void Who_is_outvoted_takes_a_snapshot_and_the_others_go_on(int nodes, bool onCoordinator, Wrong wrong)
    {
        SimulatedCluster cluster = Running(nodes);
        SimulatedNode liar = Liars(cluster, onCoordinator, 1).Single();
        string before = liar.Control!.State!.Member(liar.Id)!.ControllerSession;
        Lie(cluster, wrong, liar);
        Assert.True(cluster.RunUntil(() => liar.Control?.State?.Member(liar.Id)?.ControllerSession is { } now && now != before, 20), cluster.Story());
        Assert.True(cluster.RunUntil(cluster.IsSettled, 60), cluster.Story());
        AssertRepaired(cluster);
        Assert.True(cluster.Agents.Shots == 0, cluster.Story());
    }

    [Theory]
    [MemberData(nameof(Tied))]
    public void On_a_tie_everybody_holds_until_an_operator_chooses(int nodes, bool onCoordinator, Wrong wrong)
    {
        SimulatedCluster cluster = Running(nodes);
        ImmutableArray<SimulatedNode> liars = Liars(cluster, onCoordinator, nodes / 2);
        Lie(cluster, wrong, [.. liars]);
        HoldsAndDoesNothing(cluster);
        string liar = liars[0].Id.Value;
        Assert.IsType<ClientReply.Refused>(cluster.Ask(1, new ClientRequest.ResyncNode("n9", "test")));
        Assert.IsType<ClientReply.Done>(cluster.Ask(1, new ClientRequest.ResyncNode(liar, "test")));
        Assert.True(cluster.RunUntil(() => cluster.IsSettled() && AllAgree(cluster), 90), cluster.Story());
        Assert.IsType<ClientReply.Refused>(cluster.Ask(1, new ClientRequest.ResyncNode(liar, "test")));
        AssertRepaired(cluster);
    }

    [Fact]
    public void A_controller_that_begins_anew_has_given_up_its_state()
    {
        SimulatedCluster cluster = Running(2);
        SimulatedNode liar = Liars(cluster, onCoordinator: true, 1).Single();
        Lie(cluster, Wrong.Attribute, liar);
        HoldsAndDoesNothing(cluster);
        liar.KillController(TimeSpan.FromMilliseconds(300));
        Assert.True(cluster.RunUntil(() => cluster.IsSettled() && AllAgree(cluster), 90), cluster.Story());
        AssertRepaired(cluster);
    }

    [Fact]
    public void A_side_that_is_gone_has_given_up_nothing()
    {
        SimulatedCluster cluster = Running(2);
        SimulatedNode liar = Liars(cluster, onCoordinator: false, 1).Single();
        Lie(cluster, Wrong.Attribute, liar);
        HoldsAndDoesNothing(cluster);
        cluster.Agents.RebootAfter = null;
        liar.PowerOff();
        SimulatedNode left = cluster.Nodes.Values.Single(n => n != liar);
        Assert.True(cluster.RunUntil(() => left.Control is { Mode: ViewMode.Quorate, State: { } s } && s.Member(liar.Id)!.IsLost, 30), cluster.Story());
        cluster.Clock.Run(TimeSpan.FromSeconds(60));
        Assert.NotNull(left.Control!.StateHold);
        Assert.Equal(0, cluster.Agents.Shots);
        Assert.IsType<ClientReply.Done>(cluster.Ask(int.Parse(left.Id.Value[1..], System.Globalization.CultureInfo.InvariantCulture), new ClientRequest.ResyncNode(liar.Id.Value, "it is dead")));
        Assert.True(cluster.RunUntil(() => Enumerable.Range(1, 2).All(i => cluster.Agents.ActiveOn($"r{i}").Count == 1), 90), cluster.Story());
        Assert.Equal(1, cluster.Agents.Shots);
    }

    // Something that is wanted meanwhile (a resource has ended) isn't done, and status doesn't say that all is well.
    private static void HoldsAndDoesNothing(SimulatedCluster cluster)
    {
        Assert.True(cluster.RunUntil(() => cluster.Nodes.Values.All(n => n.Control?.StateHold?.Contains("truce node resync", StringComparison.Ordinal) == true), 20), cluster.Story());
        int starts = cluster.Agents.Starts;
        cluster.Agents.Crash("r1");
        Assert.IsType<ClientReply.Done>(cluster.Ask(1, new ClientRequest.FenceNode("n1", "reboot", "test")));
        cluster.Clock.Run(TimeSpan.FromSeconds(60));
        Assert.Equal(starts, cluster.Agents.Starts);
        Assert.Equal(0, cluster.Agents.Shots);
        ClusterStatusDocument status = Assert.IsType<ClientReply.Status>(cluster.Ask(1, new ClientRequest.GetStatus())).Cluster;
        Assert.Contains(status.Holds, h => h.Kind == "states-differ");
        Assert.NotEqual("settled", status.State);
    }

    private static void AssertRepaired(SimulatedCluster cluster)
    {
        cluster.Clock.Run(TimeSpan.FromSeconds(30));
        Assert.True(AllAgree(cluster), cluster.Story());
        Assert.All(cluster.Violations, v => Assert.Contains("S6", v, StringComparison.Ordinal));
        int before = cluster.Violations.Count;
        cluster.CompareAll();
        Assert.Equal(before, cluster.Violations.Count);
        Assert.All(Enumerable.Range(1, 2), i => Assert.Single(cluster.Agents.ActiveOn($"r{i}")));
    }

    private static bool AllAgree(SimulatedCluster cluster) => cluster.Nodes.Values.All(n => n.Control is { StateHold: null });

    private static ImmutableArray<SimulatedNode> Liars(SimulatedCluster cluster, bool onCoordinator, int count)
    {
        NodeId coordinator = CoordinatorRule.Choose(cluster.Node(1).Control!.State!)!.Value;
        return [.. cluster.Nodes.Values.OrderBy(n => n.Id == coordinator != onCoordinator).ThenBy(n => n.Id).Take(count)];
    }

    private static void Lie(SimulatedCluster cluster, Wrong wrong, params SimulatedNode[] liars)
    {
        foreach (SimulatedNode liar in liars)
            liar.Misread = submission => Misread(submission, wrong);
        switch (wrong)
        {
            case Wrong.Attribute:
                cluster.Ask(1, new ClientRequest.SetTransient("n1", "site", "left"));
                break;
            case Wrong.ClusterTime:
                break;
            case Wrong.Result:
                cluster.Agents.Crash("r2");
                break;
        }

        Assert.True(cluster.RunUntil(() => liars.All(l => l.Misread is null), 30), cluster.Story());
    }

    private static Submission? Misread(Submission submission, Wrong wrong)
    {
        foreach (Command command in submission.Commands)
        {
            Command? other = (wrong, command) switch
            {
                (Wrong.Attribute, Command.SetTransient { Name: "site" } set) => set with { Value = "right" },
                (Wrong.ClusterTime, Command.Tick tick) => tick with { ElapsedMs = tick.ElapsedMs + 1 },
                (Wrong.Result, Command.Results { HasSurprise: true } results) =>
                    results with { Items = results.Items.Select(i => i with { Code = 1 }).ToEquatableArray() },
                _ => null,
            };
            if (other is not null)
                return submission with { Commands = submission.Commands.Select(c => c == command ? other : c).ToEquatableArray() };
        }

        return null;
    }

    private static SimulatedCluster Running(int nodes)
    {
        SimulatedCluster cluster = new(seed: 40 + nodes, nodes, nodes == 2 ? QuorumRule.TwoNode : QuorumRule.Majority);
        cluster.BootAll();
        cluster.Configure(Configurations.Services(2));
        Assert.True(cluster.RunUntil(() => cluster.IsSettled() && Enumerable.Range(1, 2).All(i => cluster.Agents.ActiveOn($"r{i}").Count == 1), 90), cluster.Story());
        cluster.Clock.Run(TimeSpan.FromSeconds(5));
        return cluster;
    }
}
