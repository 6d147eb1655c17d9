using Truce.Model;
using Truce.Model.Replication;
using Truce.Scheduler;

namespace Truce.Control.Tests;

/// <summary>An agent that was never able to start something never costs a node; one that did start it may.</summary>
public sealed class CannotRunTests
{
    [Theory]
    [InlineData(ExecutionStatus.NotInstalled, 5, AgentAnswer.CouldNotRun)]
    [InlineData(ExecutionStatus.NotSupported, 1, AgentAnswer.CouldNotRun)]
    [InlineData(ExecutionStatus.Done, 5, AgentAnswer.CouldNotRun)]
    [InlineData(ExecutionStatus.Done, 3, AgentAnswer.CouldNotRun)]
    [InlineData(ExecutionStatus.Error, 4, AgentAnswer.CouldNotRun)] // the file isn't executable
    [InlineData(ExecutionStatus.Error, 6, AgentAnswer.CouldNotRun)] // the name is no agent's
    [InlineData(ExecutionStatus.Done, 2, AgentAnswer.Declined)] // or a shell's syntax error
    [InlineData(ExecutionStatus.Done, 4, AgentAnswer.Declined)]
    [InlineData(ExecutionStatus.Done, 6, AgentAnswer.Declined)]
    [InlineData(ExecutionStatus.Done, 0, AgentAnswer.Ran)]
    [InlineData(ExecutionStatus.Done, 1, AgentAnswer.Ran)]
    [InlineData(ExecutionStatus.Done, 7, AgentAnswer.Ran)]
    [InlineData(ExecutionStatus.Done, 126, AgentAnswer.Ran)]
    [InlineData(ExecutionStatus.Error, 1, AgentAnswer.Ran)]
    [InlineData(ExecutionStatus.TimedOut, 1, AgentAnswer.Ran)]
    [InlineData(ExecutionStatus.TimedOut, 5, AgentAnswer.Ran)]
    [InlineData(ExecutionStatus.NotConnected, 1, AgentAnswer.Ran)]
    public void Reads_an_answer(ExecutionStatus status, int code, AgentAnswer answer) =>
        Assert.Equal(answer, CannotRun.Judge((int)status, code));

    [Theory]
    [InlineData(5, "start", 5, "Stopped")]
    [InlineData(7, "start", 3, "Stopped")]
    [InlineData(5, "monitor", 3, "Stopped")]
    [InlineData(7, "start", 2, "Active")] // only the stop that follows tells
    [InlineData(7, "start", 1, "Active")]
    public void What_could_not_run_is_stopped_there(int probe, string operation, int code, string expected)
    {
        ReplicatedState state = Answered(Given.Joined(1, 2, 3), "monitor", probe, 1);
        state = Answered(state, operation, code, 2);
        Assert.Equal(expected, HistoryReading.MayBeActive(History(state)) ? "Active" : "Stopped");
        Assert.Equal(
            expected == "Active",
            Planned(state).Graph.Actions.OfType<GraphAction.ResourceOperation>()
                .Any(a => a is { Operation: "stop" } && a.Node == Given.Node(2)));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public void What_could_not_start_there_is_not_started_there_again(int code)
    {
        ReplicatedState state = Answered(Answered(Given.Joined(1, 2, 3), "monitor", 7, 1), "start", code, 2);
        Plan plan = Planned(state);
        GraphAction.ResourceOperation start = Assert.Single(
            plan.Graph.Actions.OfType<GraphAction.ResourceOperation>(), a => a.Operation == "start" && a.Resource.Id == "r");
        Assert.NotEqual(Given.Node(2), start.Node);
        Assert.Empty(plan.Graph.Actions.OfType<GraphAction.Fence>());
        Assert.Contains(state.Events, e => e.Kind == "cannot-run" && e.Detail.Contains("r can't run on n2", StringComparison.Ordinal));
        Assert.Null(StatusEditing.Transient(Node(state), "fail-count-r#start_0"));
    }

    [Theory]
    [InlineData(0, 5, true)] // removed while it ran
    [InlineData(0, 2, true)] // broken while it ran
    [InlineData(1, 5, true)] // half started, perhaps
    [InlineData(2, 2, false)]
    [InlineData(2, 5, false)]
    [InlineData(5, 5, false)]
    [InlineData(3, 2, false)]
    [InlineData(5, 1, true)] // it ran, and failed
    [InlineData(2, 1, true)]
    public void A_stop_that_cannot_run_costs_the_node_only_where_something_was_started(int start, int stop, bool fences)
    {
        ReplicatedState state = Answered(Answered(Given.Joined(1, 2, 3), "monitor", 7, 1), "start", start, 2);
        state = Answered(state, "stop", stop, 3);
        Assert.Equal(fences, HistoryReading.MayBeActive(History(state)));
        Assert.Equal(fences, Planned(state).Graph.Actions.OfType<GraphAction.Fence>().Any());
    }

    [Fact]
    public void A_look_that_cannot_run_does_not_say_that_what_was_started_is_gone()
    {
        ReplicatedState state = Answered(Given.Joined(1, 2, 3), "start", 0, 1);
        state = Given.Apply(state, new Command.Forget([new ResourceId("r")], null, true, null));
        state = Answered(state, "monitor", 5, 2);
        Assert.True(HistoryReading.MayBeActive(History(state)));
        Assert.Contains("may still run", History(state).Operations.Single().ExitReason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0)] // started, then its history was cleaned up
    public void A_look_that_declines_its_parameters_proves_nothing(int? start)
    {
        ReplicatedState state = Given.Joined(1, 2, 3);
        if (start is { } code)
        {
            state = Answered(state, "start", code, 1);
            state = Given.Apply(state, new Command.Forget([new ResourceId("r")], null, true, null));
        }

        state = Answered(state, "monitor", 2, 2);
        Assert.True(HistoryReading.MayBeActive(History(state)));
        Assert.Contains(
            "may run with other parameters", History(state).Operations.Single().ExitReason,
            StringComparison.Ordinal);
        Assert.Contains(
            Planned(state).Graph.Actions.OfType<GraphAction.ResourceOperation>(),
            a => a is { Operation: "stop" } && a.Node == Given.Node(2));
    }

    [Fact]
    public void What_runs_is_stopped_by_the_agent_and_the_parameters_that_started_it()
    {
        ReplicatedState state = Answered(Given.Joined(1, 2, 3), "start", 0, 1, new NameText("p", "old"));
        foreach (string operation in (string[])["stop", "demote", "monitor"])
            AssertOrdered(state, operation, "Service", "old");
        AssertOrdered(state, "start", "Mistyped", "new");
        AssertOrdered(Answered(state, "stop", 0, 2), "stop", "Mistyped", "new");
        AssertOrdered(Answered(state, "monitor", 7, 2), "stop", "Mistyped", "new");
        AssertOrdered(Answered(state, "reload-agent", 0, 2, new NameText("p", "reloaded")), "stop", "Service", "reloaded");
    }

    [Fact]
    public void What_was_started_outlives_the_executor_and_ends_with_the_boot()
    {
        ReplicatedState state = Answered(Given.Joined(1, 2, 3), "start", 0, 1, new NameText("p", "old"));
        ReplicatedState again = Given.Apply(state, new Command.NodeJoined(Given.Node(2), "s2", "boot2", "another", [], [], []), 2);
        AssertOrdered(again, "stop", "Service", "old");
        AssertOrdered(StateText.FromDocument(StateText.ToDocument(again)), "stop", "Service", "old");
        ReplicatedState left = Given.Apply(state, new Command.NodeLeft(Given.Node(2), "boot2"), 2);
        Assert.Empty(left.Started);
    }

    [Fact]
    public void What_an_executor_says_it_started_is_known_to_those_who_remember_nothing()
    {
        StartedAs told = new()
        {
            Node = Given.Node(2),
            Resource = new ResourceId("r"),
            Agent = new AgentName("ocf", "sim", "Service"),
            Parameters = [new NameText("p", "old")],
        };
        ReplicatedState state = Given.Apply(
            Given.Joined(1, 2, 3), new Command.NodeJoined(Given.Node(2), "s2", "boot2", "e2", [], [], []) { Started = [told] }, 2);
        AssertOrdered(state, "stop", "Service", "old");
    }

    [Fact]
    public void An_order_whose_end_nobody_tells_may_have_started_something()
    {
        Order start = Given.Order(2, "r", "start");
        ReplicatedState state = Given.Apply(Given.Joined(1, 2, 3), Given.Ordered(Given.Joined(1, 2, 3), start));
        state = Given.Apply(state, new Command.NodeJoined(Given.Node(2), "s2", "boot2", "another", [], [], []), 2);
        Assert.Single(state.Started);
    }

    [Fact]
    public void A_failure_that_the_plan_clears_bans_no_longer()
    {
        ReplicatedState state = Answered(Answered(Given.Joined(1, 2, 3), "monitor", 7, 1), "start", 2, 2);
        state = Answered(state, "stop", 2, 3);
        Assert.Contains(History(state).Operations, HistoryReading.IsFailure);
        Command.Forget clear = new([new ResourceId("r")], Given.Node(2), false, Command.Forget.AnyOperation);
        AppliedEntry cleared = Given.Try(state, clear);
        Assert.DoesNotContain(History(cleared.After).Operations, HistoryReading.IsFailure);
        Assert.Equal("stop", History(cleared.After).Operations.Single().Operation);
        Assert.NotNull(Relevance.Of(clear, cleared));
    }

    [Fact]
    public void Parameters_are_in_no_words()
    {
        ReplicatedState state = Answered(Given.Joined(1, 2, 3), "start", 0, 1, new NameText("passwd", "SECRET"));
        Assert.DoesNotContain("SECRET", state.Started.Values.Single().ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", Model.Xml.CibWriter.Write(PlanningCib.Compose(state)), StringComparison.Ordinal);
    }

    private static void AssertOrdered(ReplicatedState state, string operation, string type, string parameter)
    {
        GraphAction.ResourceOperation action = new()
        {
            Id = 1,
            Operation = operation,
            OperationKey = $"r_{operation}_0",
            Node = Given.Node(2),
            Resource = new GraphResource("r", null, "ocf", "sim", "Mistyped"),
            Instance = new ResourceId("r"),
            Attributes = [new("CRM_meta_timeout", "7000"), new("p", "new")],
            Inputs = [],
        };
        Order order = new OrderFactory(1, "t").Make(action, state)!;
        Assert.Equal((type, parameter, 7000), (order.Agent!.Type, order.Parameters.Single().Text, order.TimeoutMs));
    }

    private static ReplicatedState Answered(ReplicatedState state, string operation, int code, int call, params NameText[] parameters)
    {
        int expected = operation == "monitor" ? 7 : 0;
        Order order = Given.Order(2, "r", operation, expected: expected) with
        {
            OperationId = $"t/{call}/1",
            TransitionKey = $"1:{call}:{expected}:t",
            Parameters = parameters.ToEquatableArray(),
        };
        state = Given.Apply(state, Given.Ordered(state, order));
        return Given.Apply(state, Given.Results(2, Given.Result(order, code, call)), 2);
    }

    private static NodeState Node(ReplicatedState state) =>
        HistoryReading.Node(state.Cib.Status, new NodeUuid("2"))!;

    private static ResourceHistory History(ReplicatedState state) => Node(state).History!.Resources.Single();

    private static Plan Planned(ReplicatedState state)
    {
        Cib configured = Given.Cib(
            """
            <primitive id="power" class="stonith" type="fence_sim"/>
            <primitive id="r" class="ocf" provider="sim" type="Service"/>
            """, """<nvpair id="o1" name="stonith-enabled" value="true"/>""");
        state = state with { Cib = state.Cib with { Configuration = configured.Configuration, Header = configured.Header } };
        return Planner.Plan(PlanningCib.Compose(state), new PlanOptions { Now = Given.Noon, Quorum = true });
    }
}
