using Truce.Control;
using Truce.Runtime.Controller;

namespace Truce.Daemon.Roles;

/// <summary>
/// Plays a lost node's recovery once, in memory, when the controller starts: code that has never run
/// takes several times as long, and otherwise a new coordinator's first recovery, with a node dead
/// and its services down, would be it.
/// </summary>
internal static class Rehearsal
{
    private const string Cluster = """
        <cib validate-with="pacemaker-3.9" admin_epoch="0" epoch="1" num_updates="0">
          <configuration>
            <crm_config><cluster_property_set id="o"><nvpair id="o-f" name="stonith-enabled" value="true"/></cluster_property_set></crm_config>
            <nodes><node id="1" uname="n1"/><node id="2" uname="n2"/><node id="3" uname="n3"/></nodes>
            <resources>
              <primitive id="f" class="stonith" type="fence_x"><operations><op id="f-m" name="monitor" interval="60s"/></operations></primitive>
              <primitive id="r" class="ocf" provider="pacemaker" type="Dummy"><operations><op id="r-m" name="monitor" interval="10s"/></operations></primitive>
              <group id="g"><primitive id="g1" class="ocf" provider="pacemaker" type="Dummy"/><primitive id="g2" class="ocf" provider="pacemaker" type="Dummy"/></group>
              <clone id="k"><primitive id="k1" class="ocf" provider="pacemaker" type="Dummy"/></clone>
            </resources>
            <constraints>
              <rsc_location id="l" rsc="r" node="n1" score="100"/>
              <rsc_colocation id="c" rsc="g" with-rsc="r" score="INFINITY"/>
              <rsc_order id="d" first="r" then="g"/>
            </constraints>
          </configuration>
          <status/>
        </cib>
        """;

    /// <summary>Does it in parallel; the caller doesn't wait.</summary>
    public static void Begin(IPlanner planner) => new Thread(() => ControllerRehearsal.Play(planner, Cluster), 16 * 1024 * 1024)
    {
        IsBackground = true,
        Name = "rehearsal",
    }.Start();
}
