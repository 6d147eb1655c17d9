using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control.Tests;

/// <summary>How long recoveries took, and which are counted.</summary>
public sealed class RecoveriesTests
{
    private const string Resources =
        "<primitive id=\"db\" class=\"ocf\" provider=\"sim\" type=\"Service\"><operations>"
        + "<op id=\"m\" name=\"monitor\" interval=\"10s\"/>"
        + "<op id=\"i\" name=\"monitor\" interval=\"20s\" on-fail=\"ignore\"/></operations></primitive>"
        + "<clone id=\"c\"><meta_attributes id=\"cm\"><nvpair id=\"p\" name=\"promotable\" value=\"true\"/>"
        + "</meta_attributes><primitive id=\"web\" class=\"ocf\" provider=\"sim\" type=\"Service\"/></clone>";

    private ReplicatedState _state = Given.Joined(1, 2, 3) with { Cib = Given.Cib(Resources) };
    private DateTimeOffset _now = Given.Noon;
    private int _calls;

    [Fact]
    public void A_failure_is_measured_until_the_resource_is_started()
    {
        Run("db", "start");
        Fail("db");
        Later(1.5);
        Run("db", "stop");
        Later(0.7);
        Run("db", "start", node: 2);
        Assert.Equal([2_200], Took("resource-failure"));
        EventState told = Assert.Single(_state.Events, e => e.Kind == "recovered");
        Assert.Equal(
            "db is available again after 2.2 s (resource-failure, counted from its detection; it ran on n1)",
            told.Detail);
        Assert.Empty(_state.Recovering);
    }

    [Fact]
    public void A_failed_start_makes_it_a_failure_to_start()
    {
        Run("db", "start");
        Fail("db");
        Run("db", "stop");
        Run("db", "start", code: 1);
        Run("db", "stop");
        Later(3);
        Run("db", "start", node: 2);
        Assert.Equal([3_000], Took("start-failure"));
    }

    [Fact]
    public void A_failed_stop_and_the_fencing_that_follows_are_one_recovery()
    {
        Run("db", "start", node: 3);
        Fail("db", node: 3);
        Run("db", "stop", node: 3, code: 1);
        Lose(3);
        Fence(3);
        Later(9);
        Run("db", "start", node: 1);
        Assert.Equal([9_000], Took("stop-failure"));
    }

    [Theory]
    [InlineData(3, "node-death")]
    [InlineData(1, "coordinator-death")]
    public void A_lost_node_is_measured_until_its_resource_runs_elsewhere(int lost, string cause)
    {
        Run("db", "start", node: lost);
        Lose(lost);
        Fence(lost);
        Later(4);
        Run("db", "start", node: 2);
        Assert.Equal([4_000], Took(cause));
    }

    [Fact]
    public void A_controller_that_is_lost_while_its_node_is_heard_is_a_cause_of_its_own()
    {
        Run("db", "start", node: 3);
        Apply(Given.Formed(12, 3, 1, 2) with { Heard = [Given.Node(1), Given.Node(2), Given.Node(3)] });
        Assert.Empty(_state.Recovering);
        Apply(new Command.GraceEnded(Given.Node(3), "s3"));
        Fence(3);
        Later(4);
        Run("db", "start", node: 2);
        Assert.Equal([4_000], Took("process-death"));
    }

    [Fact]
    public void A_promoted_instance_is_back_when_another_one_is_promoted()
    {
        Run("web", "start", node: 3);
        Run("web", "promote", node: 3);
        Run("web", "start", node: 2);
        Lose(3);
        Fence(3);
        Later(1);
        Run("web", "start", node: 1);
        Later(1);
        Run("web", "promote", node: 2);
        Assert.Equal([2_000], Took("node-death", "web"));
    }

    [Fact]
    public void An_instance_that_others_stand_in_for_is_not_measured()
    {
        Run("web", "start", node: 3);
        Lose(3);
        Assert.Empty(_state.Recovering);
    }

    [Fact]
    public void A_failure_that_is_ignored_is_not_measured()
    {
        Run("db", "start");
        Fail("db", interval: 20_000);
        Assert.Empty(_state.Recovering);
    }

    [Fact]
    public void A_move_is_no_recovery()
    {
        Run("db", "start");
        Run("db", "stop");
        Run("db", "start", node: 2);
        Assert.DoesNotContain(_state.Measured.Values, m => m.Kind == MeasuredKind.Recovery);
    }

    [Fact]
    public void A_second_cause_ends_the_measurement()
    {
        Run("db", "start", node: 3);
        Lose(3);
        Fence(3);
        Run("db", "start", node: 2, code: 1);
        Assert.Empty(_state.Recovering);
        Run("db", "stop", node: 2);
        Run("db", "start", node: 1);
        Assert.DoesNotContain(_state.Measured.Values, m => m.Kind == MeasuredKind.Recovery);
    }

    [Fact]
    public void A_node_that_survived_was_never_away()
    {
        Run("db", "start", node: 3);
        Lose(3);
        Apply(Given.Formed(16, 3, 1, 2, 3));
        Assert.Empty(_state.Recovering);
    }

    [Theory]
    [InlineData("cleanup")]
    [InlineData("disabled")]
    [InlineData("unmanaged")]
    [InlineData("removed")]
    public void What_waits_for_a_person_is_not_the_clusters_time(string what)
    {
        Run("db", "start");
        Fail("db");
        Assert.NotEmpty(_state.Recovering);
        Apply(what switch
        {
            "cleanup" => new Command.Forget([new ResourceId("db")], null, false, null),
            "disabled" => Configuration(Meta("target-role", "Stopped")),
            "unmanaged" => Configuration(Meta("is-managed", "false")),
            _ => Configuration(Resources.Replace("\"db\"", "\"other\"", StringComparison.Ordinal)),
        });
        Assert.Empty(_state.Recovering);
    }

    [Fact]
    public void Another_change_of_the_configuration_leaves_the_measurement_alone()
    {
        Run("db", "start");
        Fail("db");
        Apply(Configuration(Meta("resource-stickiness", "1")));
        Assert.NotEmpty(_state.Recovering);
    }

    [Fact]
    public void More_than_an_hour_is_a_persons_time()
    {
        Run("db", "start");
        Fail("db");
        Later(3_601);
        Run("db", "start");
        Assert.DoesNotContain(_state.Measured.Values, m => m.Kind == MeasuredKind.Recovery);
        Assert.Empty(_state.Recovering);
    }

    // Cluster time began at 100 s; the failure was told at noon.
    [Theory]
    [InlineData(3_200, 103_000, 3_200, "wall clocks know milliseconds")]
    [InlineData(11_000, 104_000, 11_000, "cluster time stood still without a coordinator")]
    [InlineData(-5_000, 103_000, 3_000, "the clocks of two nodes disagree")]
    [InlineData(900_000, 103_000, 3_000, "by a quarter of an hour")]
    [InlineData(1_000, 109_000, 9_000, "or by seconds")]
    [InlineData(0, 90_000, 0, "no time is negative")]
    public void Wall_clocks_count_unless_cluster_time_contradicts_them(
        long wallMs, long clusterMs, long elapsedMs, string why)
    {
        OpenRecovery recovery = new()
        {
            Resource = new ResourceId("db"), Cause = RecoveryCause.NodeLost, Node = Given.Node(1),
            Until = RecoveryEnd.Start, At = Given.Noon, SinceMs = 100_000,
        };
        long elapsed = Recoveries.ElapsedMs(recovery, Given.Noon.AddMilliseconds(wallMs), clusterMs);
        Assert.True(elapsed == elapsedMs, $"{why}: {elapsed}");
    }

    private static string Meta(string name, string value) => Resources.Replace(
        "type=\"Service\"><operations>",
        $"type=\"Service\"><meta_attributes id=\"dm\"><nvpair id=\"dp\" name=\"{name}\" value=\"{value}\"/>"
            + "</meta_attributes><operations>", StringComparison.Ordinal);

    private static Command.ChangeConfiguration Configuration(string resources) => new(
        Truce.Model.Xml.CibWriter.Write(Given.Cib(resources)), null, null, "root", "");

    private long[] Took(string cause, string resource = "db") =>
    [
        .. _state.Measured[MeasuredTimes.KeyOf(new ResourceId(resource), MeasuredKind.Recovery, cause)].Runs
            .Select(r => r.TookMs),
    ];

    private void Lose(int node) =>
        Apply(Given.Formed(12, 3, [.. Enumerable.Range(1, 3).Where(i => i != node)]));

    private void Fence(int node)
    {
        Apply(new Command.FenceAsked(Given.Intent(node, by: 2)));
        Apply(new Command.FenceEnded("f1", Given.Node(2), true, "power", ""));
        Assert.Equal(MemberPhase.Down, _state.Member(Given.Node(node))!.Phase);
    }

    private void Later(double seconds)
    {
        _now = _now.AddSeconds(seconds);
        for (double left = seconds; left > 0; left -= 60)
            Apply(new Command.Tick(Given.Node(2), (long)(Math.Min(left, 60) * 1_000), 0, ""));
    }

    private void Fail(string resource, int node = 1, long interval = 10_000)
    {
        Run(resource, "monitor", node, 0, interval);
        Order order = Given.Order(node, resource, "monitor", interval) with { OperationId = $"t/{_calls}" };
        Apply(Given.Results(node, Given.Result(order, 1, ++_calls)), node);
        Assert.Contains(_state.Events, e => e.Kind == "operation-failed");
    }

    private void Run(string resource, string operation, int node = 1, int code = 0, long interval = 0)
    {
        Order order = Given.Order(node, resource, operation, interval) with { OperationId = $"t/{++_calls}" };
        int call = _calls;
        Apply(Given.Ordered(_state, order), node);
        Assert.True(_state.Pending.ContainsKey(order.OperationId));
        Apply(Given.Results(node, Given.Result(order, code, call)), node);
    }

    private void Apply(Command command, int from = 2)
    {
        string session = $"s{from}";
        Submission submission =
            new(session, _state.LastNumber(session) + 1, Given.Node(from), _now, [command]);
        Epoch epoch = _state.View!.Epoch;
        _state = LogApply.Apply(
            _state, new LogEntry(submission, $"d{_state.Index}", epoch),
            new Standing(epoch, _state.Index + 1)).After;
    }
}
