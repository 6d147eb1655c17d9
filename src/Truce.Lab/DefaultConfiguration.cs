using System.Globalization;
using System.Text;

namespace Truce.Lab;

/// <summary>What a cluster in a lab starts with when it is given nothing else: its
/// nodes, and a fence device.</summary>
internal static class DefaultConfiguration
{
    /// <summary>The CIB.</summary>
    public static string Render(IReadOnlyList<LabNode> nodes)
    {
        StringBuilder text = new("""
            <cib validate-with="pacemaker-3.9" admin_epoch="0" epoch="1" num_updates="0">
              <configuration>
                <crm_config>
                  <cluster_property_set id="options">
                    <nvpair id="options-fencing" name="stonith-enabled" value="true"/>
                  </cluster_property_set>
                </crm_config>
                <nodes>

            """);
        foreach (LabNode node in nodes)
            text.Append(CultureInfo.InvariantCulture,
                $"      <node id=\"{node.Number}\" uname=\"{node.Name}\"/>\n");
        return text.Append($"""
                </nodes>
                <resources>
                  <primitive id="power" class="stonith" type="fence_truce_lab">
                    <instance_attributes id="power-parameters">
                      <nvpair id="power-host-list" name="pcmk_host_list" value="{string.Join(' ', nodes.Select(n => n.Name))}"/>
                      <nvpair id="power-host-check" name="pcmk_host_check" value="static-list"/>
                    </instance_attributes>
                    <operations>
                      <op id="power-monitor" name="monitor" interval="60s" timeout="20s"/>
                    </operations>
                  </primitive>
                </resources>
                <constraints/>
              </configuration>
            </cib>

            """).ToString();
    }
}
