using System.Xml.Linq;
using Truce.Contracts;

namespace Truce.Cli.Tests;

/// <summary>Switchovers of a promoted instance, with the real scheduler saying on paper what would become of
/// them.</summary>
public sealed class PromotedMoveTests
{
    private const string Xml = """
        <cib validate-with="pacemaker-3.9" admin_epoch="0" epoch="1" num_updates="0" have-quorum="1">
          <configuration>
            <crm_config><cluster_property_set id="o">
              <nvpair id="o-f" name="stonith-enabled" value="false"/>
            </cluster_property_set></crm_config>
            <nodes><node id="1" uname="n1"/><node id="2" uname="n2"/></nodes>
            <resources>
              <clone id="db-clone">
                <meta_attributes id="m"><nvpair id="m-p" name="promotable" value="true"/></meta_attributes>
                <primitive id="db" class="ocf" provider="pacemaker" type="Stateful"/>
              </clone>
            </resources>
            <constraints>CONSTRAINTS</constraints>
          </configuration>
          <status/>
        </cib>
        """;

    private readonly Terminal _terminal = new() { Cluster = new ScriptedCluster() };
    private readonly List<string> _applied = [];
    private bool _scoresFollow = true;

    private ScriptedCluster Cluster => _terminal.Cluster!;

    private bool HasMoved => _applied.Count > 0;

    [Theory]
    [InlineData("db-clone n2")]
    [InlineData("db n2")]
    [InlineData("db-clone")]
    public async Task The_promoted_instance_of_a_clone_moves_and_nothing_is_left_behind(string what)
    {
        Prepare();
        Assert.Equal(ExitCode.Done, await _terminal.RunAsync($"resource move {what} --socket s"));
        Assert.Equal("db-clone is promoted on n2; no constraint is left behind\n", _terminal.Output);
        Assert.Equal(2, _applied.Count);
        XElement rule = XElement.Parse(_applied[0]).Descendants("rule").Single();
        Assert.Equal("Promoted", (string?)rule.Attribute("role"));
        Assert.Equal("INFINITY", (string?)rule.Attribute("score"));
        Assert.Empty(XElement.Parse(_applied[1]).Descendants("rsc_location"));
    }

    [Fact]
    public async Task Where_the_configuration_draws_it_back_nothing_is_touched()
    {
        Prepare("<rsc_location id=\"l\" rsc=\"db-clone\"><rule id=\"r\" role=\"Promoted\" score=\"200\">"
            + "<expression id=\"e\" attribute=\"#uname\" operation=\"eq\" value=\"n1\"/></rule>"
            + "</rsc_location>");
        Assert.Equal(ExitCode.No, await _terminal.RunAsync("resource move db-clone n2 --socket s"));
        Assert.Empty(_applied);
        Assert.Contains("db-clone would go back", _terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_its_agent_still_prefers_the_other_node_it_is_held_and_that_is_said()
    {
        Prepare();
        _scoresFollow = false;
        Assert.Equal(ExitCode.Done, await _terminal.RunAsync("resource move db-clone n2 --socket s"));
        Assert.Contains(
            "db-clone is promoted on n2, and held there until", _terminal.Output, StringComparison.Ordinal);
        Assert.Contains("truce resource clear db-clone", _terminal.Output, StringComparison.Ordinal);
        Assert.Single(_applied);
    }

    private void Prepare(string constraints = "")
    {
        Cluster.Configuration = Xml.Replace("CONSTRAINTS", constraints, StringComparison.Ordinal);
        Cluster.Answer = request =>
        {
            if (request is ClientRequest.ApplyConfiguration apply)
                _applied.Add(apply.Xml);
            return request is ClientRequest.GetConfiguration
                ? new ClientReply.Configuration(Cluster.Version, WithStatus()) : null;
        };
        Cluster.Status = c => c.Running(("db", "n1"), ("db", "n2")) is var status ? status with
        {
            Resources = [.. status.Resources.Select(r =>
                r with { Role = r.Node == (HasMoved ? "n2" : "n1") ? "Promoted" : "Unpromoted" })],
        } : status;
    }

    private string WithStatus()
    {
        XElement cib = XElement.Parse(Cluster.Configuration);
        bool scoresMoved = HasMoved && _scoresFollow;
        cib.Element("status")!.ReplaceWith(new XElement(
            "status",
            State(1, HasMoved ? "demote" : "promote", scoresMoved ? 5 : 10),
            State(2, HasMoved ? "promote" : "start", scoresMoved ? 10 : 5)));
        return cib.ToString();
    }

    private static XElement State(int node, string last, int score) => XElement.Parse($"""
        <node_state id="{node}" uname="n{node}" in_ccm="true" crmd="online" join="member" expected="member">
          <transient_attributes id="{node}"><instance_attributes id="status-{node}">
            <nvpair id="status-{node}-s" name="master-db" value="{score}"/>
          </instance_attributes></transient_attributes>
          <lrm id="{node}"><lrm_resources>
            <lrm_resource id="db" class="ocf" provider="pacemaker" type="Stateful">
              <lrm_rsc_op id="db_last_0" operation_key="db_{last}_0" operation="{last}" call-id="3"
                rc-code="0" op-status="0" interval="0" transition-key="1:1:0:9f0b2c62-0000-0000-0000-000000000001"
                transition-magic="0:0;1:1:0:9f0b2c62-0000-0000-0000-000000000001"/>
            </lrm_resource>
          </lrm_resources></lrm>
        </node_state>
        """);
}
