using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control.Tests;

/// <summary>What is kept of how long operations take.</summary>
public sealed class MeasuringTests
{
    private const string Resources =
        "<primitive id=\"db\" class=\"ocf\" provider=\"sim\" type=\"Service\"/>"
        + "<clone id=\"c\"><primitive id=\"web\" class=\"ocf\" provider=\"sim\" type=\"Service\"/></clone>";

    private ReplicatedState _state = Given.Joined(1, 2, 3) with { Cib = Given.Cib(Resources) };
    private int _calls;

    [Fact]
    public void The_time_of_an_operation_is_kept_with_its_timeout()
    {
        Run("db", "stop", 700);
        Assert.Equal([new MeasuredRun(700, 20_000)], Times("db", "stop"));
    }

    [Fact]
    public void Nodes_and_instances_of_a_clone_are_measured_together()
    {
        Run("web:0", "start", 700, node: 1);
        Run("web:1", "start", 800, node: 2);
        Assert.Equal([700, 800], Times("web", "start").Select(r => r.TookMs));
    }

    [Fact]
    public void No_more_than_the_latest_runs_are_kept()
    {
        for (int i = 1; i <= MeasuredTimes.RunsMax + 3; i++)
            Run("db", "start", i);
        Assert.Equal(Enumerable.Range(4, MeasuredTimes.RunsMax).Select(i => (long)i),
            Times("db", "start").Select(r => r.TookMs));
    }

    [Fact]
    public void What_failed_says_nothing_of_how_long_it_takes()
    {
        Run("db", "start", 700, code: 1);
        Assert.Empty(_state.Measured);
    }

    [Fact]
    public void A_probe_says_nothing_and_a_repeated_monitor_does()
    {
        Run("db", "monitor", 700);
        Assert.Empty(_state.Measured);
        Run("db", "monitor", 700, interval: 10_000);
        Assert.Single(Times("db", "monitor"));
    }

    [Fact]
    public void A_fence_device_is_not_measured()
    {
        Order order = Given.Order(1, "power", "start") with
        {
            Agent = new AgentName("stonith", null, "fence_x"),
        };
        Run(order, 1, 700, 0);
        Assert.Empty(_state.Measured);
    }

    [Fact]
    public void A_result_that_nobody_ordered_is_not_measured()
    {
        Order order = Given.Order(1, "db", "start");
        _state = Given.Apply(_state, Given.Results(1, Given.Result(order) with { ExecutionMs = 700 }));
        Assert.Empty(_state.Measured);
    }

    [Fact]
    public void A_stop_that_doubles_is_told_once_within_three_runs()
    {
        foreach (long took in new[] { 4_000, 4_100, 3_900 })
            Run("db", "stop", took);
        Run("db", "stop", 8_300, node: 2);
        Assert.Empty(Told());
        Run("db", "stop", 8_300, node: 2);
        EventState told = Assert.Single(Told());
        Assert.Equal(("db", Given.Node(2)), (told.Resource, told.Node!.Value));
        Assert.Equal(
            "stop of db took up to 8.3 s in its last runs, where 4.1 s were usual: 42 % of its timeout "
                + "(the last on n2)", told.Detail);
        Run("db", "stop", 8_300);
        Assert.Single(Told());
    }

    [Fact]
    public void A_cleanup_accepts_it_as_usual_and_leaves_others_alone()
    {
        foreach (string resource in new[] { "db", "web" })
        {
            foreach (long took in new[] { 4_000, 4_000, 9_000, 9_000 })
                Run(resource, "stop", took);
        }

        _state = Given.Apply(_state, new Command.Forget([new ResourceId("db")], null, false, null));
        Assert.Equal(3, Times("db", "stop").Count);
        Assert.Null(Trend.Of(_state.Measured[Key("db", "stop")]));
        Assert.NotNull(Trend.Of(_state.Measured[Key("web", "stop")]));
    }

    [Fact]
    public void A_resource_that_is_no_longer_configured_makes_room()
    {
        Run("db", "start", 700);
        Run("web", "start", 700);
        _state = Configure(Resources.Replace("\"db\"", "\"other\"", StringComparison.Ordinal));
        Assert.Equal([Key("web", "start")], _state.Measured.Keys);
    }

    [Fact]
    public void No_more_is_kept_than_there_is_room_for()
    {
        _state = _state with
        {
            Measured = _state.Measured.SetItems(Enumerable.Range(0, ReplicatedState.MeasuredMax)
                .Select(i => new MeasuredTimes(new ResourceId($"x{i}"), MeasuredKind.Operation, "start"))
                .Select(m => KeyValuePair.Create(m.Key, m))),
        };
        Run("db", "start", 700);
        Assert.Equal(ReplicatedState.MeasuredMax, _state.Measured.Count);
        Assert.False(_state.Measured.ContainsKey(Key("db", "start")));
    }

    private static string Key(string resource, string operation) =>
        MeasuredTimes.KeyOf(new ResourceId(resource), MeasuredKind.Operation, operation);

    private EquatableArray<MeasuredRun> Times(string resource, string operation) =>
        _state.Measured[Key(resource, operation)].Runs;

    private IEnumerable<EventState> Told() => _state.Events.Where(e => e.Kind == "operation-slower");

    private ReplicatedState Configure(string resources) => Given.Apply(
        _state, new Command.ChangeConfiguration(
            Truce.Model.Xml.CibWriter.Write(Given.Cib(resources)), null, null, "root", ""));

    private void Run(
        string resource, string operation, long took, int node = 1, int code = 0, long interval = 0) =>
        Run(Given.Order(node, resource, operation, interval) with { OperationId = $"t/{++_calls}" }, node,
            took, code);

    private void Run(Order order, int node, long took, int code)
    {
        _state = Given.Apply(_state, Given.Ordered(_state, order));
        Assert.True(_state.Pending.ContainsKey(order.OperationId));
        OperationResult result = Given.Result(order, code, ++_calls) with { ExecutionMs = took };
        _state = Given.Apply(_state, Given.Results(node, result));
    }
}
