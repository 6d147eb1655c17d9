using System.Globalization;

namespace Truce.Verify.Corosync;

/// <summary>Configurations for measurements: the same resources that pcmk-bench makes. The fence guard's
/// limits are off: a measurement kills a node as often as it needs figures.</summary>
internal static class BenchConfiguration
{
    /// <summary>One resource with a recurring monitor.</summary>
    public static string One(string monitor) => Render(Primitive("r1", monitor), "");

    /// <summary>Many resources without monitors, all to be started or none.</summary>
    public static string Many(int count, bool grouped, bool started)
    {
        string all = string.Concat(Enumerable.Range(0, count).Select(i => Primitive($"d{i}", null)));
        return Render(grouped ? $"<group id=\"g\">{all}</group>" : all,
            $"<nvpair id=\"role\" name=\"target-role\" value=\"{(started ? "Started" : "Stopped")}\"/>");
    }

    private static string Primitive(string id, string? monitor)
    {
        string operations = monitor is null
            ? ""
            : $"<operations><op id=\"{id}-m\" name=\"monitor\" interval=\"{monitor}\" timeout=\"20s\"/></operations>";
        return $"<primitive id=\"{id}\" class=\"ocf\" provider=\"lab\" type=\"Stamp\">{operations}</primitive>";
    }

    private static string Render(string resources, string defaults) => string.Create(CultureInfo.InvariantCulture, $"""
        <cib validate-with="pacemaker-3.9" admin_epoch="0" epoch="1" num_updates="0">
          <configuration>
            <crm_config><cluster_property_set id="options">
              <nvpair id="o-fencing" name="stonith-enabled" value="true"/>
              <nvpair id="o-cause" name="truce-fence-shots-per-cause" value="0"/>
              <nvpair id="o-node" name="truce-fence-shots-per-node" value="0"/>
              <nvpair id="o-target" name="truce-fence-shots-per-target" value="0"/>
            </cluster_property_set></crm_config>
            <nodes><node id="1" uname="n1"/><node id="2" uname="n2"/><node id="3" uname="n3"/></nodes>
            <resources>
              <primitive id="power" class="stonith" type="fence_truce_lab">
                <instance_attributes id="power-p"><nvpair id="power-hosts" name="pcmk_host_list" value="n1 n2 n3"/></instance_attributes>
                <operations><op id="power-m" name="monitor" interval="120s" timeout="20s"/></operations>
              </primitive>
              {resources}
            </resources>
            <constraints/>
            <rsc_defaults><meta_attributes id="defaults">
              <nvpair id="stay" name="resource-stickiness" value="100"/>{defaults}
            </meta_attributes></rsc_defaults>
          </configuration>
          <status/>
        </cib>
        """);
}
