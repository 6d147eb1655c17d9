using Truce.Analysis.Findings;
using Truce.Model;
using Truce.Model.Xml;

namespace Truce.Analysis.Tests.Findings;

/// <summary>Configurations to be judged.</summary>
internal static class Given
{
    /// <summary>Judges a whole document.</summary>
    public static Judgement Judged(string xml)
    {
        CibReadResult read = CibReader.Parse(xml, "cib.xml");
        if (read is not CibReadResult.Accepted accepted)
            throw new InvalidOperationException($"refused: {string.Join('\n', read.Findings)}");
        return Judge.Look(new RuleInput(accepted.Cib), xml, "cib.xml", accepted.Findings);
    }

    /// <summary>A document of these cluster options and resources.</summary>
    public static string Cib(string options, string resources = "") => $"""
        <cib admin_epoch="0" epoch="1" num_updates="0" validate-with="pacemaker-3.9">
          <configuration>
            <crm_config><cluster_property_set id="o">{options}</cluster_property_set></crm_config>
            <nodes><node id="1" uname="n1"/><node id="2" uname="n2"/></nodes>
            <resources>{resources}</resources>
            <constraints/>
          </configuration>
        </cib>
        """;
}
