using Truce.Analysis.Execution;
using Truce.Model;
using Truce.Model.Xml;
using Truce.Scheduler;

namespace Truce.Analysis.Tests;

/// <summary>What a transition on paper leaves behind.</summary>
public sealed class PaperRunTests
{
    private static readonly DateTimeOffset s_now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // A resource that is no longer configured, its failures, and two entries of a clone's instance.
    private const string Xml = """
        <cib validate-with="pacemaker-3.9" admin_epoch="0" epoch="1" num_updates="0" have-quorum="1">
          <configuration>
            <crm_config><cluster_property_set id="o">
              <nvpair id="o1" name="stonith-enabled" value="false"/>
            </cluster_property_set></crm_config>
            <nodes><node id="1" uname="n1"/></nodes>
            <resources/><constraints/>
          </configuration>
          <status>
            <node_state id="1" uname="n1" in_ccm="true" crmd="online" join="member" expected="member">
              <transient_attributes id="1"><instance_attributes id="t">
                <nvpair id="f" name="fail-count-gone#monitor_10000" value="1"/>
              </instance_attributes></transient_attributes>
              <lrm id="1"><lrm_resources>
                <lrm_resource id="gone" class="ocf" provider="heartbeat" type="Dummy">
                  <lrm_rsc_op id="gone_last_0" operation_key="gone_start_0" operation="start" interval="0"
                    call-id="1" rc-code="0" op-status="0" transition-key="1:1:0:a"/>
                </lrm_resource>
                <lrm_resource id="gone" class="ocf" provider="heartbeat" type="Dummy">
                  <lrm_rsc_op id="gone_last_0" operation_key="gone_monitor_0" operation="monitor" interval="0"
                    call-id="1" rc-code="7" op-status="0" transition-key="1:1:7:a"/>
                </lrm_resource>
              </lrm_resources></lrm>
            </node_state>
          </status>
        </cib>
        """;

    [Fact]
    public void A_simulation_still_shows_the_failures_that_the_graph_forgets_and_a_settled_cluster_does_not()
    {
        (Cib cib, TransitionGraph graph) = Planned();
        Assert.Contains(graph.Actions, a => a.Operation == "clear_failcount");
        string simulated = CibWriter.Write(PaperRun.Execute(cib, graph, [], s_now).After);
        Assert.Contains("fail-count-gone", simulated, StringComparison.Ordinal);
        string carried = CibWriter.Write(PaperRun.Carry(cib, graph, s_now));
        Assert.DoesNotContain("fail-count-gone", carried, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_a_history_lists_a_resource_twice_the_last_entry_goes_on()
    {
        (Cib cib, TransitionGraph graph) = Planned();
        Assert.Contains(graph.Actions, a => a.OperationKey == "gone_stop_0");
        ResourceHistory[] entries =
            [.. PaperRun.Execute(cib, graph, [], s_now).After.Status.NodeStates[0].History!.Resources];
        Assert.Equal("start", Assert.Single(entries[0].Operations).Operation);
        Assert.Contains(entries[1].Operations, o => o.Operation == "stop");
    }

    private static (Cib Cib, TransitionGraph Graph) Planned()
    {
        Cib cib = Assert.IsType<CibReadResult.Accepted>(CibReader.Parse(Xml)).Cib;
        return (cib, Planner.Plan(cib, new PlanOptions { Now = s_now }).Graph);
    }
}
