using System.Collections.Immutable;
using System.Globalization;
using Truce.Analysis.Failover;
using Truce.Analysis.Findings;
using Truce.Control;
using Truce.Model;
using Truce.Model.Corosync;
using Truce.Model.Xml;
using Truce.Scheduler;

namespace Truce.Analysis.Tests;

public sealed class FailoverTimesTests
{
    private static readonly DateTimeOffset s_now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_example_takes_130_seconds_at_worst_and_13_usually_by_the_same_four_addends()
    {
        FailoverBound bound = Bound(Example(), "db", FailoverCause.ResourceFailure);
        Assert.Equal((130_000, 13_000), (bound.WorstMs, bound.UsualMs));
        Assert.Equal(
            [("monitor interval", 20_000, 10_000), ("monitor timeout", 30_000, 1_000),
                ("stop timeout", 60_000, 1_000), ("start timeout", 20_000, 1_000)],
            bound.Terms.Select(t => (t.Name, t.WorstMs, t.UsualMs)));
    }

    [Fact]
    public void The_example_is_followed_to_the_other_node_and_then_it_cannot_run_any_more()
    {
        FailoverChain chain = Bound(Example(), "db", FailoverCause.ResourceFailure).Chain!;
        Assert.Equal(["n1", "n2"], chain.Nodes.Select(n => n.Value));
        Assert.StartsWith("then it can't run any more", chain.End, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failed_stop_counts_the_stop_and_the_fencing_and_is_told_apart()
    {
        FailoverBound bound = Bound(Example(), "db", FailoverCause.StopFailure);
        Assert.Equal(20_000 + 30_000 + 60_000 + 120_000 + 10_000 + 40_000 + 20_000, bound.WorstMs);
        Assert.Contains(bound.Terms, t => (t.Name, t.WorstMs) == ("monitor after the failed stop", 10_000));
    }

    [Theory]
    [InlineData("truce-stop-look", "false", 10_000)]
    [InlineData("truce-stop-extension", "0", 40_000)]
    [InlineData("truce-stop-extension", "15s", 25_000)]
    public void A_failed_stop_counts_the_look_and_the_extension_that_are_configured(
        string option, string value, long less)
    {
        Cib cib = Cluster(Service("a"), options: Option(option, value));
        long? bound = Bound(cib, "a", FailoverCause.StopFailure).WorstMs;
        Assert.Equal(bound + less, Bound(Cluster(Service("a")), "a", FailoverCause.StopFailure).WorstMs);
    }

    [Fact]
    public void Node_death_counts_token_consensus_fencing_and_start()
    {
        FailoverBound bound = Bound(Example(), "db", FailoverCause.NodeDeath);
        // Of two nodes the other one may be cut off only, and is the first by name: its head start is waited
        // for.
        Assert.Equal(3_000 + 3_600 + 50 + 15_000 + 40_000 + 20_000, bound.WorstMs);
    }

    [Fact]
    public void A_measured_start_takes_the_place_of_the_guess()
    {
        FailoverBound guessed = Bound(Cluster(Service("a")), "a", FailoverCause.NodeDeath);
        Cib ran = Cluster(Service("a"),
            status: Online(
                "<lrm id=\"1\"><lrm_resources><lrm_resource id=\"a\" class=\"ocf\" provider=\"heartbeat\" type=\"Dummy\">"
            + "<lrm_rsc_op id=\"a_last_0\" operation=\"start\" operation_key=\"a_start_0\" call-id=\"1\" rc-code=\"0\" op-status=\"0\" interval=\"0\" exec-time=\"4200\"/>"
            + "</lrm_resource></lrm_resources></lrm>"));
        Assert.Equal(guessed.UsualMs + 3_200, Bound(ran, "a", FailoverCause.NodeDeath).UsualMs);
    }

    [Fact]
    public void What_the_cluster_measured_takes_the_place_of_the_last_run()
    {
        FailoverBound bound = Bound(Measured("<times resource=\"a\" kind=\"operation\" name=\"start\" "
            + "took=\"3000 9000 5000\" limit=\"20000 20000 20000\"/>"), "a", FailoverCause.NodeDeath);
        FailoverTerm start = bound.Terms.Single(t => t.Name == "start timeout");
        Assert.Equal((5_000, UsualBasis.Measured, 3), (start.UsualMs, start.Basis, start.Runs));
        Assert.Contains("; usual by 3 runs", FailoverText.Details(bound), StringComparison.Ordinal);
    }

    [Fact]
    public void A_test_of_the_agent_takes_the_place_of_a_guess_and_only_of_that()
    {
        FailoverRequest request = Request(Measured("<times resource=\"a\" kind=\"operation\" name=\"stop\" "
            + "took=\"3000\" limit=\"20000\"/>"), "a", FailoverCause.Move) with
        {
            Tested = new Dictionary<AgentName, TestedAgent>
            {
                [new(AgentName.Ocf, "heartbeat", "Dummy")] = new([], TimeSpan.FromSeconds(9))
                {
                    UsualMs = ImmutableDictionary<string, long>.Empty.Add("start", 2_500).Add("stop", 7_000),
                },
            },
        };
        Assert.Equal(
            [("stop timeout", 3_000, UsualBasis.Measured), ("start timeout", 2_500, UsualBasis.Tested)],
            Assert.Single(FailoverTimes.Compute(request)).Terms
                .Select(t => (t.Name, t.UsualMs, t.Basis)));
    }

    [Theory]
    [InlineData("2000 4000 3000", false)]
    [InlineData("2000 900000", true)]
    public void Recoveries_that_were_measured_stand_against_the_bound_from_their_detection_on(
        string took, bool isBeyond)
    {
        string limits = string.Join(' ', took.Split(' ').Select(_ => "0"));
        FailoverBound bound = Bound(Measured($"<times resource=\"a\" kind=\"recovery\" name=\"node-death\" "
            + $"took=\"{took}\" limit=\"{limits}\"/>"), "a", FailoverCause.NodeDeath);
        MeasuredRecovery measured = bound.Measured!;
        // Token, consensus and join come before it.
        Assert.Equal(bound.PromisedMs - 3_000 - 3_600 - 50, measured.BoundMs);
        Assert.Equal(isBeyond, measured.IsBeyond);
        Assert.Equal(isBeyond,
            FailoverText.Table([bound]).Contains("BEYOND THE BOUND", StringComparison.Ordinal));
        Assert.Contains(
            isBeyond ? "<p class=\"bad\">node-death: 2 recoveries"
                : "<p>node-death: 3 recoveries measured, from detection on: 2 s to 4 s, half within 3 s",
            FailoverHtml.Page("c", [bound]), StringComparison.Ordinal);
    }

    [Fact]
    public void Recoveries_from_another_cause_or_of_another_resource_are_not_this_bounds()
    {
        Cib cib = Measured(
            "<times resource=\"a\" kind=\"recovery\" name=\"node-death\" took=\"2000\" limit=\"0\"/>"
            + "<times resource=\"b\" kind=\"recovery\" name=\"move\" took=\"2000\" limit=\"0\"/>");
        Assert.Null(Bound(cib, "a", FailoverCause.Move).Measured);
    }

    [Fact]
    public void Parts_that_are_alike_have_their_own_usual_times()
    {
        Cib cib = Cluster(string.Concat(Enumerable.Range(0, 30).Select(i => Service($"s{i}"))));
        cib = cib with
        {
            Status = cib.Status with
            {
                Measured = [new(new ResourceId("s7"), MeasuredKind.Operation, "start")
                {
                    Runs = [new MeasuredRun(6_000, 20_000)],
                }],
            },
        };
        Assert.Equal(
            [(1_000, UsualBasis.Assumed), (6_000, UsualBasis.Measured), (1_000, UsualBasis.Assumed)],
            Enumerable.Range(6, 3).Select(i => Bound(cib, $"s{i}", FailoverCause.Move).Terms
                .Single(t => t.Name == "start timeout")).Select(t => (t.UsualMs, t.Basis)));
    }

    [Fact]
    public void A_cause_that_a_cluster_measures_has_the_word_of_its_bound() => Assert.All(
        Enum.GetValues<RecoveryCause>(), c => Assert.NotNull(FailoverCauses.Parse(RecoveryCauses.Word(c))));

    [Theory]
    [InlineData("7", 7, 7, 7, 7)]
    [InlineData("9 1 5", 1, 5, 9, 9)]
    [InlineData("1 2 3 4 5 6 7 8 9 10", 1, 6, 9, 10)]
    [InlineData("1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20", 1, 11, 18, 20)]
    public void A_spread_has_its_middle_and_where_nine_in_ten_end(
        string took, long least, long median, long ninety, long most)
    {
        MeasuredTimes times = new(new ResourceId("a"), MeasuredKind.Recovery, "node-death")
        {
            Runs = [.. took.Split(' ').Select(t => new MeasuredRun(
                long.Parse(t, CultureInfo.InvariantCulture), 0))],
        };
        Assert.Equal(
            new MeasuredSpread(times.Runs.Count, least, median, ninety, most), MeasuredSpread.Of(times));
    }

    [Fact]
    public void A_group_member_waits_for_those_after_it_to_stop_and_starts_behind_those_before_it()
    {
        Cib cib = Cluster($"<group id=\"g\">{Service("a", stop: 5)}{Service("b", stop: 7)}{Service("c", stop: 11)}</group>");
        FailoverBound bound = Bound(cib, "b", FailoverCause.ResourceFailure);
        Assert.Equal(["monitor interval", "monitor timeout", "stop timeout of c", "stop timeout",
            "start timeout"], bound.Terms.Select(t => t.Name));
        FailoverBound moved = Bound(cib, "b", FailoverCause.Maintenance);
        Assert.Equal((5 + 7 + 11 + 20 + 20) * 1_000, moved.WorstMs);
    }

    [Fact]
    public void What_is_bound_to_nothing_holds_up_nobody()
    {
        long? alone = Bound(Cluster(Service("a")), "a", FailoverCause.NodeDeath).WorstMs;
        Assert.Equal(alone, Bound(Cluster(Service("a") + Service("slow", start: 500)), "a",
            FailoverCause.NodeDeath).WorstMs);
    }

    [Fact]
    public void More_resources_on_a_node_than_its_executor_runs_at_once_wait_for_a_slot()
    {
        string many = string.Concat(Enumerable.Range(0, 40).Select(i => Service($"s{i}")));
        FailoverBound bound = Bound(Cluster(many), "s0", FailoverCause.NodeDeath);
        FailoverTerm wait = Assert.Single(bound.Terms, t => t.Kind == FailoverTermKind.Queue);
        Assert.Equal(19 * 20_000 / 8, wait.WorstMs);
    }

    [Fact]
    public void Starts_that_fail_in_turn_are_added_up_to_the_last_node()
    {
        Cib cib = Cluster(Service("a"), nodes: 4);
        FailoverBound bound = Bound(cib, "a", FailoverCause.StartFailure);
        Assert.Equal(4, bound.Terms.Single(t => t.Name == "start timeout").Count);
        Assert.Equal(10_000 + 20_000 + (4 * 20_000) + (4 * 20_000), bound.WorstMs);
    }

    [Theory]
    [InlineData("the monitor is missing", FailoverCause.ResourceFailure, "no recurring monitor")]
    [InlineData("fencing is off", FailoverCause.NodeDeath, "fencing is off")]
    [InlineData("fencing is off", FailoverCause.StopFailure, "fencing is off")]
    [InlineData("no device", FailoverCause.NodeDeath, "no fence device can fence n1")]
    [InlineData("one node", FailoverCause.NodeDeath, "there is no other node")]
    [InlineData("no end", FailoverCause.Move, "has no end")]
    [InlineData("unmanaged", FailoverCause.ResourceFailure, "isn't managed")]
    [InlineData("ignored", FailoverCause.ResourceFailure, "no node is left|ignored")]
    [InlineData("forever", FailoverCause.StartFailure, "forever")]
    public void What_has_no_bound_is_said_to_have_none_and_why(string what, FailoverCause cause, string why)
    {
        Cib cib = what switch
        {
            "the monitor is missing" => Cluster(Service("a", monitor: "")),
            "fencing is off" => Cluster(Service("a"), options: Option("fencing-enabled", "false")),
            "no device" => Cluster(Service("a"), device: Device("n9")),
            "one node" => Cluster(Service("a"), nodes: 1),
            "no end" => Cluster(Service("a", stop: 9_000_000)),
            "unmanaged" => Cluster(Service("a"), options: Option("maintenance-mode", "true"),
                status: Online(Running)),
            "ignored" => Cluster(Service("a",
                monitor: "<op id=\"a-m\" name=\"monitor\" interval=\"10s\" timeout=\"20s\" on-fail=\"ignore\"/>")),
            _ => Cluster(Service("a"), options: Option("start-failure-is-fatal", "false")),
        };
        FailoverBound bound = Bound(cib, "a", cause);
        FailoverVerdict.Unbounded verdict = Assert.IsType<FailoverVerdict.Unbounded>(bound.Verdict);
        Assert.Contains(why.Split('|'), w => verdict.Why.Contains(w, StringComparison.Ordinal));
        Assert.Null(bound.WorstMs);
    }

    [Fact]
    public void Without_the_votes_of_the_others_nobody_takes_over()
    {
        CorosyncTimes three = CorosyncTimes.Default(2) with { VotesNeeded = 2 };
        FailoverBound bound = Bound(Example(), "db", FailoverCause.NodeDeath, three);
        Assert.Contains("no quorum (1 of 2 votes, 2 are needed)",
            Assert.IsType<FailoverVerdict.Unbounded>(bound.Verdict).Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_clones_other_instances_go_on()
    {
        FailoverBound bound = Bound(Cluster($"<clone id=\"c\">{Service("a")}</clone>"), "a",
            FailoverCause.NodeDeath);
        Assert.IsType<FailoverVerdict.Unaffected>(bound.Verdict);
        Assert.Equal(0, bound.WorstMs);
    }

    [Fact]
    public void Levels_that_fail_and_delays_are_part_of_the_fencing()
    {
        string devices = Device("n1 n2", "first",
            "<nvpair id=\"first-d\" name=\"pcmk_delay_max\" value=\"9s\"/><nvpair id=\"first-t\" name=\"pcmk_reboot_timeout\" value=\"30s\"/>")
            + Device("n1 n2", "second",
                "<nvpair id=\"second-t\" name=\"pcmk_reboot_timeout\" value=\"70s\"/>");
        string topology = "<fencing-topology><fencing-level id=\"l1\" target=\"n1\" index=\"1\" devices=\"first\"/><fencing-level id=\"l2\" target=\"n1\" index=\"2\" devices=\"second\"/></fencing-topology>";
        FailoverBound bound = Bound(Cluster(Service("a"), device: devices, topology: topology), "a",
            FailoverCause.NodeDeath);
        // The other's shot may be held back by chance as well: so much longer it has a head start.
        Assert.Equal(6_650 + 24_000 + 9_000 + 30_000 + 70_000 + 20_000, bound.WorstMs);
        Assert.Equal(6_650 + 24_000 + 4_500 + 1_000 + 1_000, bound.UsualMs);
    }

    [Fact]
    public void An_objective_that_cannot_be_kept_names_the_cheapest_changes_and_they_keep_it()
    {
        string meta = "<meta_attributes id=\"a-meta\"><nvpair id=\"a-rto\" name=\"truce-recovery-time-objective\" value=\"60s\"/></meta_attributes>";
        FailoverBound bound = Bound(Cluster(Service("a", meta: meta)), "a", FailoverCause.ResourceFailure);
        FailoverObjective objective = bound.Objective!;
        Assert.False(objective.IsKept);
        Assert.Contains("op monitor of a, timeout: at most 9 s (now 20 s)", objective.Changes);
        string shorter = "<op id=\"a-m\" name=\"monitor\" interval=\"10s\" timeout=\"9s\"/>";
        Assert.True(Bound(Cluster(Service("a", meta: meta, monitor: shorter)), "a",
            FailoverCause.ResourceFailure).Objective!.IsKept);
    }

    [Fact]
    public void Its_own_times_are_those_that_the_daemons_run_with()
    {
        ControlLimits limits = new();
        ClusterTimes times = new();
        Assert.Equal(limits.ControllerGrace.TotalMilliseconds, times.ControllerGraceMs);
        Assert.Equal(limits.Stuck.TotalMilliseconds, times.StuckMs);
        Assert.Equal(limits.Tick.TotalMilliseconds, times.TickMs);
    }

    private const string Running = "<lrm id=\"1\"><lrm_resources><lrm_resource id=\"a\" class=\"ocf\" provider=\"heartbeat\" type=\"Dummy\">"
        + "<lrm_rsc_op id=\"a_last_0\" operation=\"start\" operation_key=\"a_start_0\" call-id=\"1\" rc-code=\"0\" op-status=\"0\" interval=\"0\"/>"
        + "</lrm_resource></lrm_resources></lrm>";

    private static FailoverBound Bound(Cib cib, string resource, FailoverCause cause,
        CorosyncTimes? corosync = null) => Assert.Single(
        FailoverTimes.Compute(Request(cib, resource, cause) with { Corosync = corosync }));

    private static FailoverRequest Request(Cib cib, string resource, FailoverCause cause) => new()
    {
        Cib = cib,
        Now = s_now,
        Planner = Planner.Plan,
        Resources = [new ResourceId(resource)],
        Causes = [cause],
    };

    private static Cib Measured(string times) => Cluster(
        Service("a"), status: $"{Online(Running)}<truce_measured>{times}</truce_measured>");

    private static Cib Example() =>
        Read(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "example", "cluster.xml")));

    private static Cib Cluster(
        string resources, int nodes = 2, string options = "", string? device = null, string topology = "",
            string status = "")
    {
        string list = string.Concat(Enumerable.Range(1, nodes)
            .Select(i => $"<node id=\"{i}\" uname=\"n{i}\"/>"));
        return Read(
            "<cib validate-with=\"pacemaker-3.9\" admin_epoch=\"0\" epoch=\"1\" num_updates=\"0\"><configuration>"
            + $"<crm_config><cluster_property_set id=\"o\">{options}</cluster_property_set></crm_config><nodes>{list}</nodes>"
            + $"<resources>{resources}{device ?? Device("n1 n2 n3 n4")}</resources><constraints/>{topology}</configuration><status>{status}</status></cib>");
    }

    private static Cib Read(string xml) => Assert.IsType<CibReadResult.Accepted>(CibReader.Parse(xml)).Cib;

    private static string Online(string history) =>
        $"<node_state id=\"1\" uname=\"n1\" in_ccm=\"true\" crmd=\"online\" join=\"member\" expected=\"member\">{history}</node_state>"
        + "<node_state id=\"2\" uname=\"n2\" in_ccm=\"true\" crmd=\"online\" join=\"member\" expected=\"member\"/>";

    private static string Option(string name, string value) =>
        $"<nvpair id=\"o-{name}\" name=\"{name}\" value=\"{value}\"/>";

    private static string Device(string hosts, string id = "power", string more = "") =>
        $"<primitive id=\"{id}\" class=\"stonith\" type=\"fence_ipmilan\"><instance_attributes id=\"{id}-p\">"
        + $"<nvpair id=\"{id}-h\" name=\"pcmk_host_list\" value=\"{hosts}\"/>{more}</instance_attributes></primitive>";

    private static string Service(string id, int start = 20, int stop = 20, string? monitor = null,
        string meta = "") =>
        $"<primitive id=\"{id}\" class=\"ocf\" provider=\"heartbeat\" type=\"Dummy\">{meta}<operations>"
        + (monitor ?? $"<op id=\"{id}-m\" name=\"monitor\" interval=\"10s\" timeout=\"20s\"/>")
        + $"<op id=\"{id}-s\" name=\"start\" interval=\"0\" timeout=\"{start}s\"/><op id=\"{id}-t\" name=\"stop\" interval=\"0\" timeout=\"{stop}s\"/>"
        + "</operations></primitive>";
}
