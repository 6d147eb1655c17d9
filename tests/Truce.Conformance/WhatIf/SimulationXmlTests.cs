using System.Globalization;
using System.Runtime.CompilerServices;
using System.Xml.Linq;

using Truce.Analysis.Execution;
using Truce.Analysis.Rendering;
using Truce.Analysis.WhatIf;
using Truce.Model;
using Truce.Model.Xml;

namespace Truce.Conformance.WhatIf;

/// <summary>A simulation as XML, compared with what Pacemaker's crm_simulate 2.1.5 printed for the
/// same.</summary>
public sealed class SimulationXmlTests
{
    [Fact]
    public void A_simulation_is_the_xml_that_crm_simulate_prints()
    {
        SimulationRequest request = new()
        {
            Cib = Assert.IsType<CibReadResult.Accepted>(
                CibReader.Parse(File.ReadAllText(Path("failed-promotion.xml")))).Cib,
            Now = DateTimeOffset.FromUnixTimeSeconds(1000),
            Modifications =
            [
                new Modification.NodeFail(new NodeId("n2")),
                new Modification.Inject(OperationSpec.Parse("ip_monitor_10000@n1=1")!),
            ],
            Failures = [OperationSpec.Parse("db_promote_0@n1=1")!],
        };
        StringWriter text = new(CultureInfo.InvariantCulture);
        SimulationXml.Write(text, request, Simulator.Run(request), "truce simulate");
        Assert.Equal(
            XElement.Load(Path("failed-promotion.expected.xml")).ToString().Split('\n'),
            text.ToString().TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public void A_quiet_one_has_only_what_was_asked_for()
    {
        SimulationRequest request = new()
        {
            Cib = Assert.IsType<CibReadResult.Accepted>(
                CibReader.Parse(File.ReadAllText(Path("failed-promotion.xml")))).Cib,
            Now = DateTimeOffset.FromUnixTimeSeconds(1000),
            Quiet = true,
            Parts = SummaryParts.Scores,
        };
        StringWriter text = new(CultureInfo.InvariantCulture);
        SimulationXml.Write(text, request, Simulator.Run(request), "truce simulate");
        XElement root = XElement.Parse(text.ToString());
        Assert.Equal(["allocations", "status"], root.Elements().Select(e => e.Name.LocalName));
        Assert.Contains(
            root.Element("allocations")!.Elements("node_weight"),
            w => (string?)w.Attribute("id") == "ip" && (string?)w.Attribute("node") == "n2");
    }

    private static string Path(string name, [CallerFilePath] string here = "") =>
        System.IO.Path.Combine(System.IO.Path.GetDirectoryName(here)!, name);
}
