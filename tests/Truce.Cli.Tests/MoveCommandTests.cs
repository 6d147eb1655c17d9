using System.Xml.Linq;
using Truce.Contracts;

namespace Truce.Cli.Tests;

/// <summary>Moves, with the real scheduler saying on paper what would become of them.</summary>
public sealed class MoveCommandTests
{
    private const string Xml = """
        <cib validate-with="pacemaker-3.9" admin_epoch="0" epoch="1" num_updates="0" have-quorum="1" dc-uuid="1">
          <configuration>
            <crm_config><cluster_property_set id="o"><nvpair id="o-f" name="stonith-enabled" value="false"/></cluster_property_set></crm_config>
            <nodes><node id="1" uname="n1"/><node id="2" uname="n2"/></nodes>
            <resources>
              <primitive id="web" class="ocf" provider="pacemaker" type="Dummy">
                <meta_attributes id="web-meta"><nvpair id="web-sticky" name="resource-stickiness" value="STICKINESS"/></meta_attributes>
              </primitive>
            </resources>
            <constraints>CONSTRAINTS</constraints>
          </configuration>
          <status>
            <node_state id="1" uname="n1" in_ccm="true" crmd="online" join="member" expected="member">
              <lrm id="1"><lrm_resources><lrm_resource id="web" class="ocf" provider="pacemaker" type="Dummy">
                <lrm_rsc_op id="web_last_0" operation_key="web_start_0" operation="start" call-id="2" rc-code="0" op-status="0" interval="0"
                  transition-key="1:1:0:9f0b2c62-0000-0000-0000-000000000001" transition-magic="0:0;1:1:0:9f0b2c62-0000-0000-0000-000000000001"/>
              </lrm_resource></lrm_resources></lrm>
            </node_state>
            <node_state id="2" uname="n2" in_ccm="true" crmd="online" join="member" expected="member">
              <lrm id="2"><lrm_resources><lrm_resource id="web" class="ocf" provider="pacemaker" type="Dummy">
                <lrm_rsc_op id="web_last_0" operation_key="web_monitor_0" operation="monitor" call-id="2" rc-code="7" op-status="0" interval="0"
                  transition-key="2:1:7:9f0b2c62-0000-0000-0000-000000000001" transition-magic="0:7;2:1:7:9f0b2c62-0000-0000-0000-000000000001"/>
              </lrm_resource></lrm_resources></lrm>
            </node_state>
          </status>
        </cib>
        """;

    private readonly Terminal _terminal = new() { Cluster = new ScriptedCluster() };

    private ScriptedCluster Cluster => _terminal.Cluster!;

    [Fact]
    public async Task A_move_that_lasts_leaves_nothing_behind()
    {
        List<string> applied = Prepare(stickiness: 100);
        Assert.Equal(ExitCode.Done, await _terminal.RunAsync("resource move web n2 --socket s"));
        Assert.Equal("web is on n2; no constraint is left behind\n", _terminal.Output);
        Assert.Equal(2, applied.Count);
        Assert.Contains("truce-move-web", applied[0], StringComparison.Ordinal);
        Assert.Contains("operation=\"lt\"", applied[0], StringComparison.Ordinal);
        Assert.DoesNotContain("truce-move-web", applied[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_move_that_would_not_last_is_refused_before_anything_is_touched()
    {
        List<string> applied = Prepare(stickiness: 10, "<rsc_location id=\"l\" rsc=\"web\" node=\"n1\" score=\"200\"/>");
        Assert.Equal(ExitCode.No, await _terminal.RunAsync("resource move web n2 --socket s"));
        Assert.Empty(applied);
        Assert.Contains("web would go back as soon as nothing holds it on n2: it would be on n1", _terminal.Error, StringComparison.Ordinal);
        Assert.Contains("--for 2h", _terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_move_for_a_time_holds_it_there_and_says_until_when()
    {
        List<string> applied = Prepare(stickiness: 10, "<rsc_location id=\"l\" rsc=\"web\" node=\"n1\" score=\"200\"/>");
        Assert.Equal(ExitCode.Done, await _terminal.RunAsync("resource move web n2 --for 2h --socket s"));
        Assert.Single(applied);
        Assert.Contains("held there until 2026-03-01 14:00:00Z; to end this: truce resource clear web", _terminal.Output, StringComparison.Ordinal);
        Assert.Equal("2026-03-01 14:00:00Z", (string?)XElement.Parse(applied[0]).Descendants("date_expression").Single().Attribute("end"));
    }

    [Fact]
    public async Task A_move_to_where_it_may_not_be_is_refused_before_anything_is_touched()
    {
        List<string> applied = Prepare(stickiness: 100, "<rsc_location id=\"never\" rsc=\"web\" node=\"n2\" score=\"-INFINITY\"/>");
        Assert.Equal(ExitCode.No, await _terminal.RunAsync("resource move web n2 --socket s"));
        Assert.Empty(applied);
        Assert.Contains(
            "web would not go to n2: web can't run on n2: location constraint never keeps it off n2; it "
                + "would be on n1",
            _terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_move_that_fails_ends_with_the_cluster_and_tells_the_agents_words()
    {
        List<string> applied = Prepare(stickiness: 100);
        Cluster.Status = c => c.Running(("web", "n1")) is var status ? status with
        {
            Resources =
            [
                status.Resources[0],
                status.Resources[0] with { Node = "n2", Role = "Stopped", Failed = true, Reason =
                    "port 80 is taken" },
            ],
        } : status;
        Assert.Equal(ExitCode.No, await _terminal.RunAsync("resource move web n2 --timeout 30s --socket s"));
        Assert.Contains(
            "web did not get to n2: web failed there (\"port 80 is taken\"); it is on n1, and no "
                + "constraint is left behind",
            _terminal.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("truce-move-web", applied[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_node_it_goes_to_the_next_best()
    {
        Prepare(stickiness: 100);
        Assert.Equal(ExitCode.Done, await _terminal.RunAsync("resource move web --socket s"));
        Assert.Equal("web is on n2; no constraint is left behind\n", _terminal.Output);
    }

    [Fact]
    public async Task Without_a_node_and_nowhere_to_go_nothing_is_touched()
    {
        List<string> applied = Prepare(
            stickiness: 100, "<rsc_location id=\"never\" rsc=\"web\" node=\"n2\" score=\"-INFINITY\"/>");
        Assert.Equal(ExitCode.No, await _terminal.RunAsync("resource move web --socket s"));
        Assert.Empty(applied);
        Assert.Contains("web can't leave n1", _terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_what_has_expired_is_cleared_where_that_is_asked_for()
    {
        List<string> applied =
            Prepare(stickiness: 100, Ended("old", "2026-02-01") + Ended("new", "2027-02-01"));
        Assert.Equal(ExitCode.Done, await _terminal.RunAsync("resource clear --expired --socket s"));
        Assert.DoesNotContain("truce-ban-web-old", applied[^1], StringComparison.Ordinal);
        Assert.Contains("truce-ban-web-new", applied[^1], StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, await _terminal.RunAsync("resource clear --socket s"));
    }

    private static string Ended(string name, string end) =>
        $"<rsc_location id=\"truce-ban-web-{name}\" rsc=\"web\"><rule id=\"{name}-r\" score=\"-INFINITY\" "
            + $"boolean-op=\"and\">"
        + $"<expression id=\"{name}-e\" attribute=\"#uname\" operation=\"eq\" value=\"n2\"/>"
        + $"<date_expression id=\"{name}-d\" operation=\"lt\" end=\"{end} "
            + $"00:00:00Z\"/></rule></rsc_location>";

    [Fact]
    public async Task A_resource_that_does_not_arrive_is_a_time_out_that_says_when_the_wish_ends()
    {
        Prepare(stickiness: 100);
        Cluster.Status = c => c.Running(("web", "n1")) with { State = "transition" };
        Assert.Equal(ExitCode.TimedOut, await _terminal.RunAsync("resource move web n2 --timeout 30s --socket s"));
        Assert.Contains("truce resource clear web", _terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_move_that_is_interrupted_says_what_it_leaves_behind()
    {
        Terminal terminal = await InterruptedAsync("resource move web n2 --socket s");
        Assert.Contains(
            "interrupted: web may still get to n2, where a constraint holds it until 2026-03-01",
            terminal.Error, StringComparison.Ordinal);
        Assert.Contains("truce resource clear web", terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_that_is_interrupted_says_that_it_may_still_be_made()
    {
        Terminal terminal = await InterruptedAsync("resource disable web --socket s");
        Assert.Contains("interrupted: what was asked for may still be done", terminal.Error,
            StringComparison.Ordinal);
    }

    // Ctrl-C comes once the change is made, and before the cluster has settled.
    private async Task<Terminal> InterruptedAsync(string line)
    {
        using CancellationTokenSource interruption = new();
        Terminal terminal = new() { Cluster = Cluster, Interrupted = interruption.Token };
        List<string> applied = Prepare(stickiness: 100);
        Cluster.Status = c =>
        {
            if (applied.Count > 0)
                interruption.Cancel();
            return c.Running(("web", "n1")) with { State = "transition" };
        };
        Assert.Equal(ExitCode.TimedOut, await terminal.RunAsync(line));
        return terminal;
    }

    // The cluster goes where it is sent, and stays there.
    private List<string> Prepare(int stickiness, string constraints = "")
    {
        List<string> applied = [];
        Cluster.Configuration = Xml
            .Replace("STICKINESS", stickiness.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("CONSTRAINTS", constraints, StringComparison.Ordinal);
        Cluster.Answer = request =>
        {
            if (request is ClientRequest.ApplyConfiguration apply)
                applied.Add(apply.Xml);
            return null;
        };
        Cluster.Status = c => c.Running(("web", applied.Count > 0 ? "n2" : "n1"));
        return applied;
    }
}
