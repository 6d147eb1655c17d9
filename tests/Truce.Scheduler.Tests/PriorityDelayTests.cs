using Truce.Model;
using Truce.Model.Xml;

namespace Truce.Scheduler.Tests;

/// <summary>priority-fencing-delay: the side with what matters shoots at once, the other waits.</summary>
public sealed class PriorityDelayTests
{
    private const string Lost = "in_ccm=\"false\" crmd=\"offline\" join=\"member\" expected=\"member\"";
    private const string Here = "in_ccm=\"true\" crmd=\"online\" join=\"member\" expected=\"member\"";
    private const string Runs = """
        <lrm_resource id="db" class="ocf" provider="heartbeat" type="Dummy">
          <lrm_rsc_op id="db_last_0" operation_key="db_start_0" operation="start" interval="0" call-id="3"
            rc-code="0" op-status="0" op-digest="d" transition-key="2:1:0:a" transition-magic="0:0;2:1:0:a"/>
        </lrm_resource>
        """;

    [Theory]
    // Whose history is read first makes no difference.
    [InlineData("n1", "n2", 10, 0)]
    [InlineData("n2", "n1", 10, 0)]
    [InlineData("n1", "n1", 10, 15)]
    [InlineData("n2", "n2", 10, 15)]
    [InlineData("n1", "n1", 0, 0)]
    public void A_shot_at_the_node_with_the_higher_priority_waits(
        string lost, string active, int priority, int seconds)
    {
        GraphAction.Fence fence = Fence(lost, active, priority);
        Assert.Equal(lost, fence.Node?.Value);
        Assert.Equal(1_000 * seconds, fence.PriorityDelayMs);
        Assert.Contains(
            KeyValuePair.Create("CRM_meta_priority_fencing_delay", $"{seconds}"), fence.Attributes);
        NodePriority[] expected = priority == 0 ? [] : [new NodePriority(new NodeId(active), priority)];
        Assert.Equal(expected, fence.Priorities);
    }

    private static GraphAction.Fence Fence(string lost, string active, int priority)
    {
        string State(string node) => $"""
            <node_state id="{node[1..]}" uname="{node}" {(node == lost ? Lost : Here)}>
              <lrm id="{node[1..]}"><lrm_resources>{(node == active ? Runs : "")}</lrm_resources></lrm>
            </node_state>
            """;
        string xml = $"""
            <cib validate-with="pacemaker-3.9" admin_epoch="0" epoch="1" num_updates="0" have-quorum="1">
              <configuration>
                <crm_config><cluster_property_set id="o">
                  <nvpair id="o1" name="priority-fencing-delay" value="15s"/>
                </cluster_property_set></crm_config>
                <nodes><node id="1" uname="n1"/><node id="2" uname="n2"/></nodes>
                <resources>
                  <primitive id="power" class="stonith" type="fence_x"/>
                  <primitive id="db" class="ocf" provider="heartbeat" type="Dummy"><meta_attributes id="m">
                    <nvpair id="mp" name="priority" value="{priority}"/>
                  </meta_attributes></primitive>
                </resources>
                <constraints/>
              </configuration>
              <status>{State("n1")}{State("n2")}</status>
            </cib>
            """;
        Cib cib = Assert.IsType<CibReadResult.Accepted>(CibReader.Parse(xml, "test")).Cib;
        Plan plan = Planner.Plan(cib, new PlanOptions { Now = DateTimeOffset.FromUnixTimeSeconds(100_000) });
        return Assert.Single(plan.Graph.Actions.OfType<GraphAction.Fence>());
    }
}
