using Truce.Model;
using Truce.Model.Fencing;
using Truce.Model.Replication;

namespace Truce.Control.Tests;

/// <summary>What committed commands do to the state.</summary>
public sealed class StateTests
{
    [Fact]
    public void A_node_that_had_reset_itself_says_why_when_it_joins()
    {
        ReplicatedState state =
            Given.Apply(new ReplicatedState { Cluster = "c", Lineage = 1 }, Given.Formed(8, 3, 1, 2));
        Command.NodeJoined joined = new(Given.Node(1), "s1", "boot1", "e1", [], [], []);
        ReplicatedState told = Given.Apply(state, joined with { Reset = "a stop that failed" });
        Assert.Contains(
            told.Events, e => e is { Kind: "node-reset", Detail: "n1 had reset itself: a stop that failed" });
        Assert.DoesNotContain(Given.Apply(state, joined).Events, e => e.Kind == "node-reset");
    }

    [Fact]
    public void A_node_that_is_no_longer_heard_is_lost()
    {
        ReplicatedState state = Given.Apply(Given.Joined(1, 2, 3), Given.Formed(12, 3, 1, 2));
        Assert.Equal(MemberPhase.Lost, state.Member(Given.Node(3))!.Phase);
        NodeState node = state.Cib.Status.NodeStates.Single(n => n.Name == Given.Node(3));
        Assert.False(node.InCcm!.Value.IsUp);
        Assert.Equal("member", node.Expected);
    }

    [Fact]
    public void A_controller_that_went_alone_has_its_grace()
    {
        Command.Formed formed = Given.Formed(8, 3, 1, 2) with { Heard = [Given.Node(1), Given.Node(2), Given.Node(3)] };
        ReplicatedState state = Given.Apply(Given.Joined(1, 2, 3), formed);
        Assert.Equal(MemberPhase.ControllerGone, state.Member(Given.Node(3))!.Phase);
        Assert.True(state.Cib.Status.NodeStates.Single(n => n.Name == Given.Node(3)).Crmd!.Value.IsUp);
        state = Given.Apply(state, new Command.GraceEnded(Given.Node(3), "s3"));
        Assert.Equal(MemberPhase.ControllerLost, state.Member(Given.Node(3))!.Phase);
    }

    [Fact]
    public void Another_boot_clears_what_the_earlier_one_ran_and_its_fencing()
    {
        ReplicatedState state = Running(Given.Joined(1, 2, 3), 3, "r");
        state = Given.Apply(state, Given.Formed(12, 3, 1, 2));
        state = Given.Apply(state, new Command.FenceAsked(Given.Intent(3)));
        Command.Formed back = Given.Formed(16, 3, 1, 2, 3);
        Participant reborn = back.Participants[2] with { Incarnation = "boot3b", Session = "s3b", Kind = ParticipantKind.Joins };
        state = Given.Apply(state, back with { Participants = back.Participants.SetItem(2, reborn) });
        Assert.Equal(FenceStage.Obsolete, state.Fences.Single().Stage);
        Assert.Null(state.Cib.Status.NodeStates.Single(n => n.Name == Given.Node(3)).History);
        Assert.Equal(MemberPhase.Joining, state.Member(Given.Node(3))!.Phase);
    }

    [Fact]
    public void A_lost_node_that_is_heard_again_has_time_to_say_which_boot_it_is()
    {
        ReplicatedState state = Running(Given.Joined(1, 2, 3), 3, "r");
        state = Given.Apply(state, Given.Formed(12, 3, 1, 2));
        Command.Formed heard = Given.Formed(16, 3, 1, 2) with { Heard = [Given.Node(1), Given.Node(2), Given.Node(3)] };
        state = Given.Apply(state, heard);
        Assert.Equal(MemberPhase.Returned, state.Member(Given.Node(3))!.Phase);
        Assert.Contains("whether it has rebooted", FenceGuard.Objection(state, Given.Intent(3)), StringComparison.Ordinal);
        Assert.Null(FenceGuard.Objection(state, Given.Intent(3) with { Causes = [new FenceCause.Requested("op")] }));
        Assert.NotNull(StartGuard.Objection(state, Given.Order(1, "r", "start"), state.FenceEpoch));

        ReplicatedState silent = Given.Apply(state, new Command.GraceEnded(Given.Node(3), "s3"));
        Assert.Equal(MemberPhase.ControllerLost, silent.Member(Given.Node(3))!.Phase);
        Assert.Null(FenceGuard.Objection(silent, Given.Intent(3)));

        Command.Formed back = Given.Formed(20, 3, 1, 2, 3);
        Participant reborn = back.Participants[2] with { Incarnation = "boot3b", Session = "s3b", Kind = ParticipantKind.Joins };
        state = Given.Apply(state, back with { Participants = back.Participants.SetItem(2, reborn) });
        Assert.Equal(MemberPhase.Joining, state.Member(Given.Node(3))!.Phase);
        Assert.Null(state.Cib.Status.NodeStates.Single(n => n.Name == Given.Node(3)).History);
    }

    [Fact]
    public void A_boot_that_was_proven_dead_and_speaks_is_lost_again()
    {
        ReplicatedState state = Given.Apply(Given.Joined(1, 2, 3), Given.Formed(12, 3, 1, 2));
        state = Given.Apply(state, new Command.FenceAsked(Given.Intent(3)));
        state = Given.Apply(state, new Command.FenceEnded("f1", Given.Node(1), true, "power", ""));
        Assert.Equal(MemberPhase.Down, state.Member(Given.Node(3))!.Phase);
        state = Given.Apply(state, Given.Formed(16, 3, 1, 2, 3));
        Assert.Equal(MemberPhase.ControllerLost, state.Member(Given.Node(3))!.Phase);
    }

    [Theory]
    [InlineData(0, "start", "Done")]
    [InlineData(1, "monitor", "Done")]
    public void A_reload_counts_as_a_start_with_the_new_parameters_or_as_a_probe_that_failed(int code, string operation, string status)
    {
        ReplicatedState state = Running(Given.Joined(1, 2, 3), 2, "r");
        Order reload = Given.Order(2, "r", "reload-agent");
        state = Given.Apply(state, Given.Ordered(state, reload));
        Assert.Equal("start", LastOf(state, "r").Operation);
        OperationResult result = Given.Result(reload, code, call: 9) with
        {
            Digest = "new",
            NeedRestart = new ParameterList(" state ", "d1"),
            Secret = new ParameterList(" passwd ", "d2"),
        };
        state = Given.Apply(state, Given.Results(2, result), 2);
        OperationRecord record = LastOf(state, "r");
        Assert.Equal((operation, code, "new"), (record.Operation, record.RcCode, record.OpDigest));
        Assert.Equal(status, ((ExecutionStatus)record.OpStatus).ToString());
        Assert.Equal((" state ", "d1", " passwd ", "d2"), (record.OpForceRestart, record.OpRestartDigest, record.OpSecureParams, record.OpSecureDigest));
    }

    private static OperationRecord LastOf(ReplicatedState state, string resource) => state.Cib.Status.NodeStates
        .Single(n => n.Name == Given.Node(2)).History!.Resources.Single(r => r.Id.Value == resource)
        .Operations.Single(o => o.Id == $"{resource}_last_0");

    [Theory]
    [InlineData("monitor", 5_000)]
    [InlineData("stop", 0)]
    public void Nobody_waits_for_the_first_result_of_a_monitor_that_the_executor_drops(string operation, long interval)
    {
        ReplicatedState state = Running(Given.Joined(1, 2, 3), 2, "r");
        Order first = Given.Order(2, "r", "monitor", interval: 5_000) with { OperationId = "s1/3/14" };
        Order other = Given.Order(2, "r", "monitor", interval: 9_000) with { OperationId = "s1/3/15" };
        state = Given.Apply(state, Given.Ordered(state, first, other));
        Order next = Given.Order(2, "r", operation, interval: interval) with { OperationId = "s1/4/14" };
        state = Given.Apply(state, Given.Ordered(state, next));
        Assert.Equal(interval > 0 ? ["s1/3/15", "s1/4/14"] : ["s1/4/14"], state.Pending.Keys);
    }

    [Fact]
    public void Results_of_an_earlier_executor_are_history()
    {
        ReplicatedState state = Given.Joined(1, 2, 3);
        Order order = Given.Order(2, "r", "start");
        state = Given.Apply(state, Given.Ordered(state, order));
        AppliedEntry late = Given.Try(state, new Command.Results(Given.Node(2), "earlier", [Given.Result(order)]));
        Assert.IsType<CommandOutcome.Refused>(late.Outcomes.Single());
        Assert.Single(late.After.Pending);
    }

    [Fact]
    public void What_a_minority_had_ordered_and_ends_in_a_later_view_is_news()
    {
        ReplicatedState state = Running(Given.Joined(1, 2, 3), 2, "r");
        OperationResult stopped = Given.Result(Given.Order(2, "r", "stop"), call: 2);
        state = Given.Apply(state, Given.Results(2, stopped));
        Assert.Equal("stop", Last(state).Operation);
        // Told a second time, or after something newer was done, it says nothing.
        Order start = Given.Order(2, "r", "start");
        state = Given.Apply(state, Given.Ordered(state, start));
        state = Given.Apply(state, Given.Results(2, stopped));
        Assert.Equal("start", Last(state).Operation);
        state = Given.Apply(state, Given.Results(2, Given.Result(start, call: 3)));
        state = Given.Apply(state, Given.Results(2, stopped));
        Assert.Equal("start", Last(state).Operation);

        static OperationRecord Last(ReplicatedState state) => state.Cib.Status.NodeStates
            .Single(n => n.Name == Given.Node(2)).History!.Resources.Single().Operations.Single(o => o.Id == "r_last_0");
    }

    [Fact]
    public void A_failed_operation_counts_and_is_remembered()
    {
        ReplicatedState state = Running(Given.Joined(1, 2, 3), 2, "r");
        Order monitor = Given.Order(2, "r", "monitor", interval: 10_000);
        state = Given.Apply(state, Given.Ordered(state, monitor));
        state = Given.Apply(state, Given.Results(2, Given.Result(monitor, call: 2)));
        state = Given.Apply(state, Given.Results(2, Given.Result(monitor, code: 7, call: 3)));
        state = Given.Apply(state, Given.Results(2, Given.Result(monitor, code: 1, call: 4)));
        NodeState node = state.Cib.Status.NodeStates.Single(n => n.Name == Given.Node(2));
        Assert.Equal("2", StatusEditing.Transient(node, "fail-count-r#monitor_10000"));
        Assert.Contains(node.History!.Resources.Single().Operations, o => o.Id == "r_last_failure_0" && o.RcCode == 1);
    }

    [Fact]
    public void A_failed_start_weighs_infinitely_unless_configured_otherwise()
    {
        ReplicatedState state = Given.Joined(1, 2, 3);
        Order start = Given.Order(2, "r", "start");
        state = Given.Apply(state, Given.Ordered(state, start));
        state = Given.Apply(state, Given.Results(2, Given.Result(start, code: 1)));
        NodeState node = state.Cib.Status.NodeStates.Single(n => n.Name == Given.Node(2));
        Assert.Equal("INFINITY", StatusEditing.Transient(node, "fail-count-r#start_0"));
    }

    [Fact]
    public void An_inventory_beats_memory()
    {
        ReplicatedState state = Running(Given.Joined(1, 2, 3), 2, "r");
        Order stop = Given.Order(2, "r", "stop");
        Command.NodeJoined report = new(Given.Node(2), "s2", "boot2", "e2", [], [Given.Result(stop, call: 9)], []);
        state = Given.Apply(state, report);
        Assert.Equal("stop", state.Cib.Status.NodeStates.Single(n => n.Name == Given.Node(2)).History!.Resources.Single()
            .Operations.Single(o => o.Id == "r_last_0").Operation);
    }

    [Fact]
    public void A_monitor_that_a_minority_ended_is_no_longer_in_the_history()
    {
        ReplicatedState state = Running(Given.Joined(1, 2, 3), 2, "r");
        Order monitor = Given.Order(2, "r", "monitor", interval: 10_000);
        state = Given.Apply(state, Given.Ordered(state, monitor));
        state = Given.Apply(state, Given.Results(2, Given.Result(monitor, call: 2)));
        Command.NodeJoined report = new(
            Given.Node(2), "s2", "boot2", "e2", [OperationKeys.OperationIdOf(monitor.TransitionKey)], [], []);
        Assert.Contains(History(Given.Apply(state, report)), o => o.Id == "r_monitor_10000");
        Assert.Equal(["r_last_0"], History(Given.Apply(state, report with { Running = [] })).Select(o => o.Id));

        static IEnumerable<OperationRecord> History(ReplicatedState state) => state.Cib.Status.NodeStates
            .Single(n => n.Name == Given.Node(2)).History!.Resources.Single().Operations;
    }

    [Fact]
    public void An_order_that_the_executor_never_got_is_taken_back_at_the_join()
    {
        ReplicatedState state = Given.Joined(1, 2, 3);
        state = Given.Apply(state, Given.Ordered(state, Given.Order(2, "r", "start")));
        state = Given.Apply(state, new Command.NodeJoined(Given.Node(2), "s2", "boot2", "e2", [], [], []));
        Assert.Empty(state.Pending);
    }

    [Fact]
    public void A_majority_that_misses_its_ticks_demotes_the_coordinator()
    {
        ReplicatedState state = Given.Joined(1, 2, 3);
        Assert.Equal(Given.Node(1), CoordinatorRule.Choose(state));
        state = Given.Apply(state, new Command.Suspected(Given.Node(1), "s1", Given.Node(2)), 2);
        Assert.Equal(Given.Node(1), CoordinatorRule.Choose(state));
        state = Given.Apply(state, new Command.Suspected(Given.Node(1), "s1", Given.Node(3)), 3);
        Assert.Equal(Given.Node(2), CoordinatorRule.Choose(state));
    }

    [Fact]
    public void A_change_on_an_old_version_is_refused()
    {
        string xml = Truce.Model.Xml.CibWriter.Write(Given.Cib(""));
        ReplicatedState state = Given.Apply(Given.Joined(1, 2, 3), new Command.ChangeConfiguration(xml, null, null, "a", ""));
        AppliedEntry late = Given.Try(state, new Command.ChangeConfiguration(xml, 0, null, "b", ""));
        Assert.Equal(RefusalReason.Conflict, Assert.IsType<CommandOutcome.Refused>(late.Outcomes.Single()).Reason);
        Assert.Equal(1, late.After.Configuration.Version);
    }

    internal static ReplicatedState Running(ReplicatedState state, int node, string resource)
    {
        Order start = Given.Order(node, resource, "start");
        state = Given.Apply(state, Given.Ordered(state, start));
        return Given.Apply(state, Given.Results(node, Given.Result(start)));
    }
}
