using Truce.Model;
using Truce.Model.Replication;
using Truce.Scheduler;

namespace Truce.Control.Tests;

/// <summary>When the coordinator plans.</summary>
public sealed class CoordinatorTests
{
    private readonly Coordinator _coordinator = new(
        new ControlIdentity(Given.Node(1), new NodeUuid("1"), Given.Member(1), "s1", "boot1", "c", 1, 1), new ControlLimits());

    private readonly List<Command> _submitted = [];
    private ReplicatedState _state = Given.Joined(1, 2, 3);
    private double _now = 100;
    private long? _asked;

    [Fact]
    public void What_a_guard_holds_back_is_planned_ever_more_rarely_and_at_once_when_something_has_changed()
    {
        Commit(new Command.SetTicket("t", true, null));
        Commit(new Command.FenceAsked(Given.Intent(2)));
        double before = _now;
        for (int round = 0; round < 5; round++)
        {
            UntilAsked();
            OrderSomethingVoid();
        }

        Assert.InRange(_now - before, 15, 16); // 1 + 2 + 4 + 8 s
        Step();
        Assert.Null(_asked);
        Commit(new Command.SetTicket("t", false, null));
        Step();
        Assert.NotNull(_asked);
    }

    [Fact]
    public void A_plan_from_before_a_view_orders_nothing_in_it()
    {
        Commit(new Command.SetTicket("t", true, null));
        UntilAsked();
        Plan(Given.Start(0, 2));
        _coordinator.ViewBegan(Given.Second(_now));
        Step();
        Assert.Empty(_submitted.OfType<Command.Ordered>());
        Assert.True(_coordinator.Run is { IsOver: true, AbortReason: "another view" });
    }

    // A start on a node that is being fenced.
    private void OrderSomethingVoid()
    {
        _submitted.Clear();
        Plan(Given.Start(0, 2));
        Step();
        Commit(_submitted.OfType<Command.Ordered>().Single());
    }

    private void Plan(GraphAction action)
    {
        TransitionGraph graph = new("60s", "60s", "INFINITY", "INFINITY", null, null, null, [action]);
        _coordinator.Planned(_asked!.Value, new Plan(null!, [], graph, [], [], [], []), _state, Work());
        _asked = null;
    }

    private void UntilAsked()
    {
        for (Step(); _asked is null; Step())
            _now += 0.25;
    }

    private void Step() => _coordinator.Step(_state, Work());

    private void Commit(Command command)
    {
        AppliedEntry applied = Given.Try(_state, command);
        _state = applied.After;
        _coordinator.Applied(applied, Work());
    }

    private StepWork Work() => new(
        output => _asked = output is ControlOutput.RequestPlan plan ? plan.Request : _asked,
        (command, _, _) => _submitted.Add(command),
        new ControlTime(Given.Second(_now), Given.Noon));
}
