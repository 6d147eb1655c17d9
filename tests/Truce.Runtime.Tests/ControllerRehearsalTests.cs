using Truce.Control;
using Truce.Runtime.Controller;

namespace Truce.Runtime.Tests;

/// <summary>The rehearsal of a recovery.</summary>
public sealed class ControllerRehearsalTests
{
    private const string Cluster = """
        <cib validate-with="pacemaker-3.9" admin_epoch="0" epoch="1" num_updates="0"><configuration>
        <crm_config><cluster_property_set id="o"><nvpair id="o1" name="stonith-enabled" value="true"/></cluster_property_set></crm_config>
        <nodes/><resources>FENCE<primitive id="r" class="ocf" provider="sim" type="Service"/></resources>
        <constraints><rsc_location id="l" rsc="r" node="n1" score="100"/></constraints></configuration><status/></cib>
        """;

    [Theory]
    [InlineData("<primitive id=\"f\" class=\"stonith\" type=\"fence_x\"/>", true)]
    [InlineData("", false)]
    public void Goes_from_a_start_to_the_recovery_of_a_lost_coordinators_resources(
        string fence, bool recovers) => Assert.Equal(
        recovers, ControllerRehearsal.Play(
            new SchedulerPlanner(), Cluster.Replace("FENCE", fence, StringComparison.Ordinal)));
}
