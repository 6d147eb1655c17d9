using System.Xml.Linq;
using Truce.Contracts;
using Truce.Model;
using Truce.Model.Xml;

namespace Truce.Cli.Tests;

public sealed class ChangeCommandTests
{
    private readonly Terminal _terminal = new()
    {
        Cluster = new ScriptedCluster { Status = c => c.Running(("web", "n1"), ("a", "n1"), ("b", "n1")) },
    };

    private ScriptedCluster Cluster => _terminal.Cluster!;

    private static ClusterStatusDocument Status(ScriptedCluster cluster, bool managed)
    {
        ClusterStatusDocument status = cluster.Running(("web", "n1"), ("a", "n1"), ("b", "n1"));
        return status with { Resources = [.. status.Resources.Select(r => r with { Managed = managed })] };
    }

    private XElement Configuration => XElement.Parse(Cluster.Configuration);

    [Fact]
    public async Task Standby_sets_the_attribute_that_the_scheduler_reads_and_online_removes_it()
    {
        Assert.Equal(ExitCode.Done, await _terminal.RunAsync("node standby n2 --socket s"));
        Assert.Equal("n2 is in standby\n", _terminal.Output);
        XElement pair = Assert.Single(Node("n2").Descendants("nvpair"));
        Assert.Equal(("standby", "on"), ((string?)pair.Attribute("name"), (string?)pair.Attribute("value")));
        AssertReadable();

        Assert.Equal(ExitCode.Done, await _terminal.RunAsync("node online n2 --socket s"));
        Assert.Empty(Node("n2").Descendants());
    }

    [Fact]
    public async Task What_is_so_already_is_not_changed_again()
    {
        await _terminal.RunAsync("node standby n2 --socket s");
        long version = Cluster.Version;
        Assert.Equal(ExitCode.Done, await _terminal.RunAsync("node standby n2 --socket s"));
        Assert.Equal("n2 is in standby already\n", _terminal.Output);
        Assert.Equal(version, Cluster.Version);
    }

    [Theory]
    [InlineData(true, "n1 is in standby, but still running there: web, a, b\ndo: see why")]
    [InlineData(false, "web (not managed), a (not managed), b (not managed)\ndo: see why")]
    public async Task Standby_is_not_done_while_something_still_runs_there(bool managed, string said)
    {
        Cluster.Status = c => Status(c, managed) with { State = "held" };
        // Neither the first time, nor when asked for again.
        for (int time = 1; time <= 2; time++)
        {
            Assert.Equal(ExitCode.No, await _terminal.RunAsync("node standby n1 --socket s"));
            Assert.Contains(said, _terminal.Error, StringComparison.Ordinal);
        }

        Assert.Equal(ExitCode.Done, await _terminal.RunAsync("node standby n1 --no-wait --socket s"));
    }

    [Fact]
    public async Task Nothing_is_called_stopped_while_something_runs()
    {
        Cluster.Status = c => Status(c, managed: false);
        Assert.Equal(ExitCode.No, await _terminal.RunAsync("cluster stop --socket s"));
        Assert.Contains(
            "no resource may run, but still running: web on n1 (not managed)", _terminal.Error,
            StringComparison.Ordinal);
        Cluster.Status = c => c.Running();
        Assert.Equal(ExitCode.Done, await _terminal.RunAsync("cluster stop --socket s"));
    }

    [Fact]
    public async Task What_was_blocked_before_is_a_warning()
    {
        Cluster.Status = c => c.Running(("web", "n1")) with
        {
            State = "held",
            Holds = [new HoldStatus("blocked", "web", "n1", "stop on n1 can't be done: it isn't managed")],
        };
        Assert.Equal(ExitCode.Done, await _terminal.RunAsync("resource disable web --socket s"));
        Assert.Contains(
            "warning: held back: web on n1: stop on n1", _terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_node_is_bad_input_and_the_known_ones_are_named()
    {
        Assert.Equal(ExitCode.BadInput, await _terminal.RunAsync("node standby n9 --socket s"));
        Assert.Contains("name one of n1, n2, n3", _terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_is_made_again_on_the_configuration_of_whoever_was_faster()
    {
        bool interfered = false;
        Cluster.Answer = request =>
        {
            if (request is ClientRequest.ApplyConfiguration && !interfered)
            {
                interfered = true;
                Cluster.Configuration = Cluster.Configuration.Replace("<constraints/>", "<constraints><rsc_location id=\"theirs\" rsc=\"web\" node=\"n1\" score=\"5\"/></constraints>", StringComparison.Ordinal);
                Cluster.Version++;
            }

            return null;
        };
        Assert.Equal(ExitCode.Done, await _terminal.RunAsync("node standby n2 --socket s"));
        Assert.Contains("id=\"theirs\"", Cluster.Configuration, StringComparison.Ordinal);
        Assert.Single(Node("n2").Descendants("nvpair"));
    }

    [Theory]
    [InlineData(RefusalKind.BadInput, ExitCode.BadInput)]
    [InlineData(RefusalKind.NoQuorum, ExitCode.Refused)]
    [InlineData(RefusalKind.Guard, ExitCode.Refused)]
    [InlineData(RefusalKind.Permission, ExitCode.Refused)]
    [InlineData(RefusalKind.NotReady, ExitCode.Unreachable)]
    [InlineData(RefusalKind.TimedOut, ExitCode.TimedOut)]
    [InlineData(RefusalKind.Busy, ExitCode.TimedOut)]
    public async Task Each_refusal_has_its_exit_code_and_its_sentence(RefusalKind kind, ExitCode code)
    {
        Cluster.Answer = request => request is ClientRequest.ApplyConfiguration
            ? new ClientReply.Refused(kind, "no, and here is why", [new InputFinding("error", 3, 7, "op web-x", "what is wrong", "what to do")])
            : null;
        Assert.Equal(code, await _terminal.RunAsync("node standby n2 --socket s"));
        Assert.Empty(_terminal.Output);
        Assert.StartsWith("truce: no, and here is why\n", _terminal.Error, StringComparison.Ordinal);
        Assert.Contains(":3:7: op web-x: what is wrong; do: what to do", _terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ACluster_that_does_not_settle_is_a_time_out_that_says_what_is_in_force()
    {
        Cluster.Status = c => c.Running() with { State = "transition" };
        Assert.Equal(ExitCode.TimedOut, await _terminal.RunAsync("node standby n2 --timeout 5s --socket s"));
        Assert.Contains("configuration 8 is active", _terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_wait_returns_once_the_change_is_committed()
    {
        Cluster.Status = c => c.Running() with { State = "transition" };
        Assert.Equal(ExitCode.Done, await _terminal.RunAsync("node standby n2 --no-wait --socket s"));
    }

    [Theory]
    [InlineData("resource disable web", "target-role", "Stopped")]
    [InlineData("resource unmanage web", "is-managed", "false")]
    public async Task A_meta_attribute_is_put_where_the_schema_wants_it(string line, string name, string value)
    {
        Assert.Equal(ExitCode.Done, await _terminal.RunAsync(line + " --socket s"));
        XElement web = Configuration.Descendants("primitive").First();
        Assert.Equal(["meta_attributes", "operations"], web.Elements().Select(e => e.Name.LocalName));
        Assert.Equal((name, value), ((string?)web.Descendants("nvpair").Single().Attribute("name"), (string?)web.Descendants("nvpair").Single().Attribute("value")));
        AssertReadable();
    }

    [Fact]
    public async Task A_ban_carries_its_end_when_it_has_one()
    {
        Assert.Equal(ExitCode.Done, await _terminal.RunAsync("resource ban web n1 --for 2h --socket s"));
        Assert.Equal("web is banned from n1 until 2026-03-01 14:00:00Z\n", _terminal.Output);
        XElement rule = Configuration.Descendants("rule").Single();
        Assert.Equal("-INFINITY", (string?)rule.Attribute("score"));
        Assert.Equal("2026-03-01 14:00:00Z", (string?)rule.Element("date_expression")!.Attribute("end"));
        AssertReadable();
    }

    [Fact]
    public async Task What_an_operator_holds_is_read_back_from_the_configuration_for_the_status()
    {
        await _terminal.RunAsync("resource ban web n1 --for 2h --socket s");
        await _terminal.RunAsync("resource ban g n3 --socket s");
        CibReadResult.Accepted read = Assert.IsType<CibReadResult.Accepted>(CibReader.Parse(Cluster.Configuration));
        Assert.Equal(
            [
                "an operator banned it from n1 until 2026-03-01 14:00:00Z (truce-ban-web-n1): to undo this, truce resource clear web",
                "an operator banned it from n3 (truce-ban-g-n3): to undo this, truce resource clear g",
            ],
            OperatorPlacement.Of(read.Cib.Configuration).Select(p => p.ToString()));
    }

    [Fact]
    public async Task Clear_takes_away_moves_and_bans_and_those_of_crm_resource_and_nothing_else()
    {
        Cluster.Configuration = Cluster.Configuration.Replace("<constraints/>",
            """
            <constraints>
              <rsc_location id="cli-ban-web-on-n1" rsc="web" node="n1" score="-INFINITY"/>
              <rsc_location id="loc-web" rsc="web" node="n2" score="10"/>
              <rsc_location id="cli-prefer-g" rsc="g" node="n2" score="INFINITY"/>
            </constraints>
            """, StringComparison.Ordinal);
        await _terminal.RunAsync("resource ban web n3 --socket s");
        Assert.Equal(ExitCode.Done, await _terminal.RunAsync("resource clear web --socket s"));
        Assert.Equal(["loc-web", "cli-prefer-g"], Configuration.Descendants("rsc_location").Select(c => (string?)c.Attribute("id")));
    }

    [Fact]
    public async Task A_restart_is_one_wish_that_touches_no_configuration_and_waits_until_all_is_back_in_place()
    {
        List<string> seen = [];
        Cluster.Status = c =>
        {
            bool asked = c.Asked.Any(a => a is ClientRequest.Restart);
            string step = !asked ? "before" : seen.Count switch { 0 => "marked", 1 => "stopped", 2 => "elsewhere", _ => "back" };
            if (asked)
                seen.Add(step);
            ClusterStatusDocument status = c.Running(("web", step switch { "stopped" => null, "elsewhere" => "n2", _ => "n1" }));
            return step == "marked" ? status with { Resources = [status.Resources[0] with { Pending = "restart" }] } : status;
        };
        Assert.Equal(ExitCode.Done, await _terminal.RunAsync("resource restart web --socket s"));
        Assert.Equal(["marked", "stopped", "elsewhere", "back"], seen);
        Assert.Contains(new ClientRequest.Restart("web", null), Cluster.Asked);
        Assert.DoesNotContain(Cluster.Asked, a => a is ClientRequest.ApplyConfiguration);
    }

    [Fact]
    public async Task A_restart_that_does_not_end_in_time_says_so()
    {
        Cluster.Status = c => c.Running(("web", c.Asked.Any(a => a is ClientRequest.Restart) ? null : "n1"));
        Assert.Equal(ExitCode.TimedOut, await _terminal.RunAsync("resource restart web --on n1 --timeout 3s --socket s"));
        Assert.Contains(new ClientRequest.Restart("web", "n1"), Cluster.Asked);
    }

    [Fact]
    public async Task Fencing_that_failed_is_released_once_its_cause_is_mended()
    {
        Assert.Equal(ExitCode.Done, await _terminal.RunAsync("fence release n2 --reason cable --socket s"));
        Assert.Contains(new ClientRequest.ReleaseFencing("n2", "operator: cable"), Cluster.Asked);
    }

    [Fact]
    public async Task Lasting_attributes_go_into_the_configuration_and_transient_ones_do_not()
    {
        await _terminal.RunAsync("attr set n1 rack 4 --socket s");
        Assert.Single(Node("n1").Descendants("nvpair"));
        long version = Cluster.Version;
        await _terminal.RunAsync("attr set n1 load 9 --transient --socket s");
        Assert.Equal(version, Cluster.Version);
        Assert.Contains(new ClientRequest.SetTransient("n1", "load", "9"), Cluster.Asked);
    }

    [Theory]
    [InlineData("ticket grant t1", true, null)]
    [InlineData("ticket revoke t1", false, null)]
    [InlineData("ticket standby t1", null, true)]
    [InlineData("ticket activate t1", null, false)]
    public async Task Tickets_are_granted_and_put_aside(string line, bool? granted, bool? standby)
    {
        Assert.Equal(ExitCode.Done, await _terminal.RunAsync(line + " --socket s"));
        Assert.Contains(new ClientRequest.SetTicket("t1", granted, standby), Cluster.Asked);
    }

    private XElement Node(string name) => Configuration.Descendants("node").Single(n => (string?)n.Attribute("uname") == name);

    // What a command writes must be what the cluster reads.
    private void AssertReadable() => Assert.True(Reads(Cluster.Configuration), Cluster.Configuration);

    private static bool Reads(string xml) => CibReader.Parse(xml) is CibReadResult.Accepted;
}
