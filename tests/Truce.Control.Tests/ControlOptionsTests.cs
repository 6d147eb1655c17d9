using Truce.Model;
using Truce.Model.Replication;
using Truce.Scheduler;

namespace Truce.Control.Tests;

/// <summary>Live decisions and the plan read the same cluster options, rules included.</summary>
public sealed class ControlOptionsTests
{
    private const string Nights = """
        <cluster_property_set id="night" score="10"><rule id="nr" score="10">
        <date_expression id="nd" operation="gt" start="2026-11-01 20:00:00Z"/></rule>
        <nvpair id="nf" name="stonith-enabled" value="false"/></cluster_property_set>
        <cluster_property_set id="day"><nvpair id="df" name="stonith-enabled" value="true"/></cluster_property_set>
        """;

    [Theory]
    [InlineData(12, true)]
    [InlineData(21, false)]
    public void A_rule_decides_alike_for_both_whether_nodes_are_fenced(int hour, bool fenced)
    {
        DateTimeOffset at = new(2026, 11, 1, hour, 0, 0, TimeSpan.Zero);
        ReplicatedState state = Given.Joined(1, 2) with { Cib = WithOptions(Nights), At = at };
        Assert.Equal(fenced, ControlOptions.FencingEnabled(state));
        Plan plan = new SchedulerPlanner().Plan(state.Cib, new PlanOptions { Now = at, Quorum = true });
        Assert.Equal(fenced, plan.Graph.Actions.Any(a => a is GraphAction.Fence));
    }

    [Fact]
    public void Of_several_sets_the_one_with_the_highest_score_counts() =>
        Assert.Equal(
            TimeSpan.FromSeconds(7),
            ControlOptions.ClusterDelay(Given.Joined(1) with
            {
                Cib = WithOptions("""
                    <cluster_property_set id="a"><nvpair id="a1" name="cluster-delay" value="5s"/></cluster_property_set>
                    <cluster_property_set id="b" score="3"><nvpair id="b1" name="cluster-delay" value="7s"/></cluster_property_set>
                    """),
            }));

    [Fact]
    public void The_time_of_the_rules_is_that_of_the_last_entry() =>
        Assert.Equal(Given.Noon, Given.Joined(1).At);

    // A node that is lost, and something that ran there.
    private static Cib WithOptions(string sets) => StateText.ReadCib(
        $"""
        <cib validate-with="pacemaker-3.9" admin_epoch="0" epoch="1" num_updates="0" have-quorum="1"><configuration>
        <crm_config>{sets}</crm_config><nodes><node id="1" uname="n1"/><node id="2" uname="n2"/></nodes>
        <resources><primitive id="r" class="ocf" provider="sim" type="Service"/>
        <primitive id="f" class="stonith" type="fence_sim"/></resources><constraints/></configuration>
        <status><node_state id="1" uname="n1" in_ccm="true" crmd="online" join="member" expected="member"/>
        <node_state id="2" uname="n2" in_ccm="false" crmd="offline" join="down" expected="member"/></status></cib>
        """, "test");
}
