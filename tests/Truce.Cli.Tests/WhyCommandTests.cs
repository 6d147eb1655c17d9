using Truce.Contracts;

namespace Truce.Cli.Tests;

/// <summary>The reasons for a placement, from a file and from the running cluster.</summary>
public sealed class WhyCommandTests
{
    private const string Cluster = """
        <cib validate-with="pacemaker-3.9" admin_epoch="0" epoch="1" num_updates="0" have-quorum="1">
          <configuration>
            <crm_config><cluster_property_set id="o"><nvpair id="o1" name="stonith-enabled" value="false"/></cluster_property_set></crm_config>
            <nodes><node id="1" uname="n1"/><node id="2" uname="n2"/></nodes>
            <resources>
              <primitive id="db" class="ocf" provider="pacemaker" type="Dummy"/>
              <primitive id="ip" class="ocf" provider="pacemaker" type="Dummy"/>
            </resources>
            <constraints>
              <rsc_location id="likes-n2" rsc="db" node="n2" score="100"/>
              <rsc_order id="db-first" first="db" then="ip"/>
            </constraints>
          </configuration>
          <status>
            <node_state id="1" uname="n1" in_ccm="true" crmd="online" join="member" expected="member"><lrm id="1"><lrm_resources/></lrm></node_state>
            <node_state id="2" uname="n2" in_ccm="true" crmd="online" join="member" expected="member"><lrm id="2"><lrm_resources/></lrm></node_state>
          </status>
        </cib>
        """;

    private readonly Terminal _terminal = new() { Cluster = new ScriptedCluster() };

    [Fact]
    public async Task Names_the_constraint_that_a_score_comes_from()
    {
        Assert.Equal(ExitCode.Done, await _terminal.RunAsync("why db --xml - --details", Cluster));
        Assert.Matches(@"db on n2: 100\n(.*\n)*?\s+100\s.*likes-n2", _terminal.Output);
    }

    [Fact]
    public async Task Names_the_constraint_that_an_action_waits_for()
    {
        Assert.Equal(ExitCode.Done, await _terminal.RunAsync("why ip --xml - --details", Cluster));
        Assert.Matches(@"action ip_start_0 on n\d\n(\s+after .*\n)*?\s+after db_start_0 on n2 \(.*db-first.*\)", _terminal.Output);
    }

    [Fact]
    public async Task Tells_the_same_as_json()
    {
        Assert.Equal(ExitCode.Done, await _terminal.RunAsync("why db --xml - --json", Cluster));
        using System.Text.Json.JsonDocument json = System.Text.Json.JsonDocument.Parse(_terminal.Output);
        Assert.Equal("db", json.RootElement.GetProperty("subject").GetString());
        Assert.NotEmpty(json.RootElement.GetProperty("scores").EnumerateArray());
        Assert.StartsWith(
            "db is started on n2: location constraint likes-n2 (100)",
            json.RootElement.GetProperty("sentences")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_nobody_knows_is_bad_input()
    {
        Assert.Equal(ExitCode.BadInput, await _terminal.RunAsync("why nobody --xml -", Cluster));
        Assert.Contains("nobody", _terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Asks_the_running_cluster_where_no_file_is_named()
    {
        Assert.Equal(ExitCode.Done, await _terminal.RunAsync("why a --socket s"));
        Assert.StartsWith("a ", _terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_what_the_guards_hold_back_with_the_way_out()
    {
        _terminal.Cluster!.Status = c => c.Running(("web", "n1"), ("a", null), ("b", null)) with
        {
            State = "held",
            Holds =
            [
                new HoldStatus(
                    "fence-block", "a", null, "2 shots were fired for its stop; until truce fence release a"),
                new HoldStatus("quarantine", null, "n3", "until truce fence release n3"),
            ],
        };
        Assert.Equal(ExitCode.Done, await _terminal.RunAsync("why g --socket s"));
        Assert.Contains(
            "held back: a: 2 shots were fired for its stop; until truce fence release a", _terminal.Output,
            StringComparison.Ordinal);
        Assert.DoesNotContain("held back: n3", _terminal.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, await _terminal.RunAsync("why n3 --socket s"));
        Assert.Contains(
            "held back: n3: until truce fence release n3", _terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_was_fenced_and_is_not_back_is_told_so()
    {
        _terminal.Cluster!.Configuration = Cluster.Replace(Member(1), Down(1), StringComparison.Ordinal);
        _terminal.Cluster.Status = c => c.Running(("db", "n2")) is var status ? status with
        {
            Nodes = [.. status.Nodes.Select(n => n.Name == "n1" ? n with { State = "offline" } : n)],
        } : status;
        _terminal.Cluster.Answer = asked => asked is ClientRequest.GetEvents(0, _, _)
            ? new ClientReply.Events([.. s_past], 1) : null;
        Assert.Equal(ExitCode.Done, await _terminal.RunAsync("why n1 --socket s"));
        Assert.StartsWith(
            "n1 is offline: it was fenced at 2026-02-28 21:58:51Z and hasn't joined since "
                + "(start Truce on n1)",
            _terminal.Output, StringComparison.Ordinal);
    }

    private static string Member(int node) =>
        $"uname=\"n{node}\" in_ccm=\"true\" crmd=\"online\" join=\"member\" expected=\"member\"";

    private static string Down(int node) =>
        $"uname=\"n{node}\" in_ccm=\"false\" crmd=\"offline\" join=\"down\" expected=\"down\"";

    [Fact]
    public async Task A_node_that_left_by_itself_is_told_with_why_and_what_brings_it_back()
    {
        _terminal.Cluster!.Configuration = Cluster.Replace(Member(2), Down(2), StringComparison.Ordinal);
        _terminal.Cluster.Status = c => c.Running(("db", "n1")) with
        {
            State = "held",
            Holds =
            [
                new HoldStatus(
                    HoldStatus.Departed, null, "n2",
                    "it has left the cluster, as its store failed: no space; do: truce status --node n2"),
            ],
        };
        Assert.Equal(ExitCode.Done, await _terminal.RunAsync("why n2 --socket s"));
        Assert.StartsWith(
            "n2 is offline: it has left the cluster, as its store failed: no space (truce status --node n2)",
            _terminal.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("start Truce", _terminal.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("held back", _terminal.Output, StringComparison.Ordinal);
    }

    private static readonly ClusterEvent[] s_past =
    [
        Event(1, "21:00:00", "start-done", "n1", "web", ""),
        Event(2, "21:58:50", "node-lost", "n1", null, "n1 is no longer heard"),
        Event(3, "21:58:50", "fence-asked", "n1", null, "reboot of n1"),
        Event(4, "21:58:51", "fence-confirmed", "n1", null, "n1 is off"),
        Event(5, "21:58:51", "start-asked", "n2", "web", "start of web on n2"),
        Event(6, "21:58:51", "start-asked", "n2", "a", "start of a on n2"),
        Event(7, "21:58:52", "start-done", "n2", "web", ""),
    ];

    [Fact]
    public async Task Tells_of_a_time_where_it_was_and_what_had_led_there()
    {
        _terminal.Cluster!.Answer = asked => asked is ClientRequest.GetEvents(0, _, _)
            ? new ClientReply.Events([.. s_past], 1) : null;
        Assert.Equal(ExitCode.Done,
            await _terminal.RunAsync(["why", "web", "--at", "2026-02-28 21:59:00Z", "--socket", "s"]));
        Assert.Equal(
            """
            At 2026-02-28 21:59:00Z web was running on n2, since 2026-02-28 21:58:52Z
            What happened before:
              21:58:50Z node-lost        n1               n1 is no longer heard
              21:58:50Z fence-asked      n1               reboot of n1
              21:58:51Z fence-confirmed  n1               n1 is off
              21:58:51Z start-asked      web n2           start of web on n2
              21:58:52Z start-done       web n2
            Scores of that time aren't kept; truce why web tells today's.

            """, _terminal.Output);
    }

    [Theory]
    [InlineData("web", "2026-02-28 21:30:00Z",
        "At 2026-02-28 21:30:00Z web was running on n1, since 2026-02-28 21:00:00Z")]
    [InlineData("web", "2026-02-28 20:30:00Z",
        "Nothing is kept of 2026-02-28 20:30:00Z: the cluster's record begins at 2026-02-28 21:00:00Z")]
    [InlineData("b", "2026-02-28 21:59:00Z",
        "Nothing had happened to b by 2026-02-28 21:59:00Z, as far back as the cluster's record goes")]
    [InlineData("n1", "2026-02-28 21:59:00Z",
        "At 2026-02-28 21:59:00Z n1 was proven off, since 2026-02-28 21:58:51Z: n1 is off")]
    public async Task The_answer_of_a_time_comes_first(string subject, string at, string answer)
    {
        _terminal.Cluster!.Answer = asked => asked is ClientRequest.GetEvents(0, _, _)
            ? new ClientReply.Events([.. s_past], 1) : null;
        await _terminal.RunAsync(["why", subject, "--at", at, "--socket", "s"]);
        Assert.Equal(answer, _terminal.Output.Split('\n')[0]);
    }

    [Theory]
    [InlineData("why web --at yesterday --socket s", ExitCode.BadInput, "--at yesterday: not a time")]
    [InlineData("why web --at 2099-01-01T00:00:00Z --socket s", ExitCode.BadInput, "that is still to come")]
    [InlineData("why nowhere --at 21:58 --socket s", ExitCode.BadInput,
        "nowhere: neither a resource nor a node")]
    [InlineData("why web --at 21:58 --details --socket s", ExitCode.Usage, "leave out --xml and --details")]
    public async Task What_cannot_be_told_of_a_time_is_refused(string line, ExitCode code, string said)
    {
        Assert.Equal(code, await _terminal.RunAsync(line));
        Assert.Contains(said, _terminal.Error, StringComparison.Ordinal);
    }

    private static ClusterEvent Event(long index, string time, string kind, string? node, string? resource,
        string detail) => new(
        index, DateTimeOffset.Parse($"2026-02-28T{time}Z", System.Globalization.CultureInfo.InvariantCulture),
            index, kind, node, resource, detail);
}
