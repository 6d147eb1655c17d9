using System.Globalization;
using Truce.Analysis.Findings;
using Truce.Model;
using Truce.Model.Xml;

namespace Truce.Analysis.Tests.Findings;

/// <summary>What the configuration in force has too, which no change has brought.</summary>
public sealed class StandingTests
{
    private const string Constraints = """
        <constraints><rsc_location id="truce-ban-d-n1" rsc="d">
          <rule id="r" score="-INFINITY" boolean-op="and">
          <expression id="e" attribute="#uname" operation="eq" value="n1"/>
          <date_expression id="x" operation="lt" end="2026-12-01 05:09:00Z"/>
        </rule></rsc_location></constraints>
        """;

    [Theory]
    [InlineData("2026-12-01T05:08:00Z", false)]
    [InlineData("2026-12-01T05:10:00Z", true)]
    public void What_has_expired_is_found_without_any_plan(string now, bool isFound)
    {
        string xml = Given.Cib("", """<primitive id="d" class="ocf" provider="pacemaker" type="Dummy"/>""")
            .Replace("<constraints/>", Constraints, StringComparison.Ordinal);
        Cib cib = Assert.IsType<CibReadResult.Accepted>(CibReader.Parse(xml, "cib.xml")).Cib;
        RuleInput input = new(cib) { Now = DateTimeOffset.Parse(now, CultureInfo.InvariantCulture) };
        Finding? found =
            Judge.Look(input, xml, "cib.xml", []).Findings.FirstOrDefault(f => f.Id == "expired-rule");
        Assert.Equal(isFound ? "remove it: truce resource clear d --expired" : null, found?.Remedy);
    }
}
