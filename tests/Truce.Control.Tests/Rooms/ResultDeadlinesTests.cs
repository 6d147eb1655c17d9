using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control.Tests.Rooms;

/// <summary>Results that are overdue count as failed, of whichever coordinator the order was.</summary>
public sealed class ResultDeadlinesTests
{
    private readonly ResultDeadlines _deadlines = new();
    private readonly List<OperationResult> _failed = [];
    private ReplicatedState _state = Given.Joined(1, 2, 3);
    private TransitionRun? _run;

    // An order has its timeout (20 s) and cluster-delay (60 s) more.
    private const double Patience = 80;

    [Fact]
    public void An_order_that_no_transition_waits_for_is_overdue_after_its_time_out_and_the_clusters_delay()
    {
        Pending(Given.Order(2, "db", "start"));
        Step(100);
        Step(100 + Patience - 0.1);
        Assert.Empty(_failed);
        Step(100 + Patience);
        OperationResult result = Assert.Single(_failed);
        Assert.Equal(
            ("db", "start", (int)ExecutionStatus.TimedOut, (int)AgentExitCode.Error, 20_000L,
                "no result within its deadline"),
            (result.Resource.Value, result.Operation, result.Status, result.Code, result.ExecutionMs,
                result.ExitReason));
    }

    [Fact]
    public void What_comes_before_it_on_its_node_and_its_delay_are_waited_for_too()
    {
        Pending(Given.Order(2, "db", "start") with { AheadMs = 5_000, StartDelayMs = 2_000 });
        Step(0);
        Step(Patience + 6.9);
        Assert.Empty(_failed);
        Step(Patience + 7);
        Assert.Single(_failed);
    }

    [Fact]
    public void It_is_told_again_only_after_another_whole_time()
    {
        Pending(Given.Order(2, "db", "start"));
        foreach (double second in (double[])[0, Patience, Patience + 1, (2 * Patience) - 1])
            Step(second);
        Assert.Single(_failed);
        Step(2 * Patience);
        Assert.Equal(2, _failed.Count);
    }

    [Fact]
    public void A_result_in_time_ends_it()
    {
        Pending(Given.Order(2, "db", "start"));
        Step(0);
        _state = _state with { Pending = _state.Pending.Clear() };
        Step(Patience);
        Assert.Empty(_failed);
        Assert.Null(_deadlines.NextTimer);
    }

    [Theory]
    [InlineData(MemberPhase.Lost)]
    [InlineData(MemberPhase.Joining)]
    public void Whoever_is_no_member_is_judged_by_its_loss_or_its_report(MemberPhase phase)
    {
        Pending(Given.Order(2, "db", "start"));
        _state = _state with
        {
            Members =
                _state.Members.SetItem(Given.Node(2), _state.Members[Given.Node(2)] with { Phase = phase }),
        };
        Step(0);
        Step(Patience);
        Assert.Empty(_failed);
    }

    [Fact]
    public void The_transition_that_waits_has_the_deadline_itself_and_goes_on_without_it()
    {
        _run = new TransitionRun(
            new("60s", "60s", "INFINITY", "INFINITY", null, null, null, [Given.Start(0, 2)]), 1, "s1");
        Order order = _run.Order(_run.TakeReady().Single(), _state, Given.Second(0))!;
        Pending(order);
        Step(0);
        Assert.Null(_deadlines.NextTimer);
        Step(_run.NextDeadline!.Value.Since(Given.Second(0)).TotalSeconds);
        Assert.Equal(order.OperationId, Assert.Single(_failed).OperationId);
        Assert.True(_run.IsOver);
        Assert.False(_run.IsComplete);
    }

    private void Pending(Order order) =>
        _state = _state with { Pending = _state.Pending.SetItem(order.OperationId, order) };

    private void Step(double second) => _deadlines.Step(_run, _state, new StepWork(
        _ => Assert.Fail("nothing for the shell"),
        (command, _, _) => _failed.AddRange(Assert.IsType<Command.Results>(command).Items),
        new ControlTime(Given.Second(second), Given.Noon)));
}
