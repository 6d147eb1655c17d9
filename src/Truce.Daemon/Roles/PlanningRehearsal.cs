using Truce.Model.Xml;
using Truce.Scheduler;

namespace Truce.Daemon.Roles;

/// <summary>
/// Plans a lost node's recovery once, on paper, when the controller starts: code that has never run takes several
/// times as long, and otherwise a new coordinator's first plan, with a node dead and its services down, would be it.
/// </summary>
internal static class PlanningRehearsal
{
    private const string Cluster = """
        <cib validate-with="pacemaker-3.9" admin_epoch="0" epoch="1" num_updates="0" have-quorum="1" dc-uuid="1">
          <configuration>
            <crm_config><cluster_property_set id="o"><nvpair id="o-f" name="stonith-enabled" value="true"/></cluster_property_set></crm_config>
            <nodes><node id="1" uname="a"/><node id="2" uname="b"/><node id="3" uname="c"/></nodes>
            <resources>
              <primitive id="f" class="stonith" type="fence_x"><operations><op id="f-m" name="monitor" interval="60s"/></operations></primitive>
              <primitive id="r" class="ocf" provider="pacemaker" type="Dummy"><operations><op id="r-m" name="monitor" interval="10s"/></operations></primitive>
              <group id="g"><primitive id="g1" class="ocf" provider="pacemaker" type="Dummy"/><primitive id="g2" class="ocf" provider="pacemaker" type="Dummy"/></group>
              <clone id="k"><primitive id="k1" class="ocf" provider="pacemaker" type="Dummy"/></clone>
            </resources>
            <constraints>
              <rsc_location id="l" rsc="r" node="b" score="100"/>
              <rsc_colocation id="c" rsc="g" with-rsc="r" score="INFINITY"/>
              <rsc_order id="d" first="r" then="g"/>
            </constraints>
          </configuration>
          <status>
            <node_state id="1" uname="a" in_ccm="true" crmd="online" join="member" expected="member"/>
            <node_state id="2" uname="b" in_ccm="false" crmd="offline" join="down" expected="member">
              <lrm id="2"><lrm_resources><lrm_resource id="r" class="ocf" provider="pacemaker" type="Dummy">
                <lrm_rsc_op id="r_last_0" operation="start" operation_key="r_start_0" transition-key="1:1:0:x" transition-magic="0:0;1:1:0:x" call-id="1" rc-code="0" op-status="0" interval="0"/>
              </lrm_resource></lrm_resources></lrm>
            </node_state>
            <node_state id="3" uname="c" in_ccm="true" crmd="online" join="member" expected="member"/>
          </status>
        </cib>
        """;

    /// <summary>Does it beside the caller, which doesn't wait.</summary>
    public static void Begin() =>
        new Thread(Run, 16 * 1024 * 1024) { IsBackground = true, Name = "rehearsal" }.Start();

    private static void Run()
    {
        if (CibReader.Parse(Cluster, "rehearsal") is CibReadResult.Accepted accepted)
        {
            PlanOptions options = new() { Now = DateTimeOffset.UnixEpoch, Quorum = true };
            Planner.Plan(accepted.Cib, options);
            _ = CibWriter.Write(accepted.Cib);
        }
    }
}
