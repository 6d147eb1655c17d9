using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Truce.Gate;

/// <summary>
/// A configuration for the gate: a small file with what is added to a sound cluster of three nodes with a fence device and a
/// running service. <c>{{N:text}}</c> in it stands for N copies of the text, # for the number of each, ## for the next one:
/// so that what explodes stays small here.
/// </summary>
internal static partial class GateCase
{
    private const string Base = """
        <cib validate-with="pacemaker-3.9" admin_epoch="0" epoch="1" num_updates="0">
          <configuration>
            <crm_config><cluster_property_set id="options"><nvpair id="options-fencing" name="stonith-enabled" value="true"/></cluster_property_set></crm_config>
            <nodes><node id="1" uname="n1"/><node id="2" uname="n2"/><node id="3" uname="n3"/></nodes>
            <resources>
              <primitive id="power" class="stonith" type="fence_truce_lab">
                <instance_attributes id="power-parameters">
                  <nvpair id="power-host-list" name="pcmk_host_list" value="n1 n2 n3"/>
                  <nvpair id="power-host-check" name="pcmk_host_check" value="static-list"/>
                </instance_attributes>
                <operations><op id="power-monitor" name="monitor" interval="60s" timeout="20s"/></operations>
              </primitive>
              <primitive id="service" class="ocf" provider="heartbeat" type="Dummy">
                <meta_attributes id="service-meta"><nvpair id="service-stays" name="resource-stickiness" value="1000"/></meta_attributes>
                <operations><op id="service-monitor" name="monitor" interval="2s" timeout="20s"/></operations>
              </primitive>
            </resources>
            <constraints/>
          </configuration>
        </cib>
        """;

    /// <summary>The cluster as it is before.</summary>
    public static string Sound => Base;

    /// <summary>The files of a kind (<c>hostile</c> or <c>twins</c>), by name.</summary>
    public static string[] Files(string repository, string kind) =>
    [
        .. Directory.GetFiles(Path.Combine(repository, "tests", "Truce.Analysis.Tests", "Gate", kind), "*.xml")
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The whole configuration that a file stands for.</summary>
    public static string Load(string file)
    {
        XElement added = XElement.Parse(Expand(File.ReadAllText(file)), LoadOptions.PreserveWhitespace);
        XDocument cib = XDocument.Parse(Base);
        XElement configuration = cib.Root!.Element("configuration")!;
        foreach (XElement section in added.Elements())
        {
            XElement? present = section.Name == "crm_config"
                ? configuration.Element("crm_config")!.Element("cluster_property_set")
                : configuration.Element(section.Name);
            if (present is null)
                configuration.Add(section);
            else
                present.Add(section.Nodes());
        }

        return cib.ToString();
    }

    private static string Expand(string text) => Repeats().Replace(text, m =>
    {
        StringBuilder copies = new();
        for (int i = 0; i < int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture); i++)
        {
            copies.Append(m.Groups[2].Value
                .Replace("##", (i + 1).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
                .Replace("#", i.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        }

        return copies.ToString();
    });

    [GeneratedRegex(@"\{\{(\d+):(.*?)\}\}", RegexOptions.Singleline)]
    private static partial Regex Repeats();
}
