using System.Globalization;

namespace Truce.Simulator.World;

/// <summary>Configurations for the tests.</summary>
internal static class Configurations
{
    /// <summary>That many resources, and a fence device.</summary>
    public static string Services(int count, bool fencing = true)
    {
        string resources = string.Concat(Enumerable.Range(1, count).Select(i => string.Create(
            CultureInfo.InvariantCulture, $"<primitive id=\"r{i}\" class=\"ocf\" provider=\"sim\" type=\"Service\"><operations><op id=\"r{i}-m\" name=\"monitor\" interval=\"5s\" timeout=\"20s\"/></operations></primitive>")));
        string device = fencing ? "<primitive id=\"power\" class=\"stonith\" type=\"fence_sim\"/>" : "";
        return $"""
            <cib validate-with="pacemaker-3.9" admin_epoch="0" epoch="1" num_updates="0"><configuration>
              <crm_config><cluster_property_set id="o"><nvpair id="o1" name="stonith-enabled" value="{(fencing ? "true" : "false")}"/></cluster_property_set></crm_config>
              <nodes/><resources>{resources}{device}</resources><constraints/></configuration><status/></cib>
            """;
    }
}
