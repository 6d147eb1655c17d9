using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control.Tests.Rooms;

/// <summary>The coordinator's ticks: when, how much cluster time they add, and whether they say that all
/// rests.</summary>
public sealed class CoordinatorTicksTests
{
    private readonly CoordinatorTicks _ticks = new(
        new ControlIdentity(Given.Node(1), new NodeUuid("1"), Given.Member(1), "s1", "boot1", "c", 1, 1),
        new ControlLimits());

    private readonly List<Command.Tick> _told = [];
    private ReplicatedState _state = Given.Joined(1, 2, 3);

    [Fact]
    public void One_a_second_with_the_time_between_them_the_first_an_interval_after_the_takeover()
    {
        foreach (double second in (double[])[50, 50.4, 50.9, 51, 51.5, 52.25])
        {
            Step(second, rests: false);
            Committed();
        }

        Assert.Equal([1000, 1250], _told.Select(t => t.ElapsedMs));
        Assert.All(_told, t => Assert.Equal(0, t.RestsAt));
    }

    [Fact]
    public void None_is_sent_before_the_last_is_committed_and_the_time_isnt_lost()
    {
        foreach (double second in (double[])[50, 51, 52, 53])
            Step(second, rests: false);
        Assert.Null(_ticks.NextTimer);
        Committed();
        Assert.Equal(Given.Second(52), _ticks.NextTimer);
        Step(53.5, rests: false);
        Assert.Equal([1000, 2500], _told.Select(t => t.ElapsedMs));
    }

    [Fact]
    public void Rest_is_told_at_once_and_with_the_entry_up_to_which_it_holds()
    {
        Step(50, rests: false);
        Step(50.1, rests: true);
        Step(50.2, rests: true);
        Assert.Equal([_state.Index], _told.Select(t => t.RestsAt));
    }

    [Fact]
    public void Rest_is_told_beside_a_tick_that_is_on_its_way_and_no_time_counts_twice()
    {
        Step(50, rests: false);
        Step(51, rests: false);
        Step(51.5, rests: true);
        Committed();
        Committed();
        Step(52.5, rests: true);
        Assert.Equal([1000, 500, 1000], _told.Select(t => t.ElapsedMs));
    }

    [Fact]
    public void Another_nodes_tick_ends_no_wait()
    {
        Step(50, rests: false);
        Step(51, rests: false);
        _ticks.Applied(new Command.Tick(Given.Node(2), 0, 0, ""));
        Step(52, rests: false);
        Assert.Single(_told);
    }

    [Fact]
    public void Unrest_is_not_news_but_the_next_rest_is()
    {
        foreach ((double second, bool rests) in ((double, bool)[])[(0, true), (0.1, false), (0.2, true)])
            Step(second, rests);
        Assert.Equal(2, _told.Count);
    }

    [Fact]
    public void Cluster_time_stands_still_without_quorum()
    {
        Step(0, rests: false);
        _state = _state with { View = _state.View! with { Quorate = false } };
        Step(1, rests: false);
        Committed();
        _state = _state with { View = _state.View! with { Quorate = true } };
        Step(2, rests: false);
        Assert.Equal([0, 1000], _told.Select(t => t.ElapsedMs));
    }

    [Fact]
    public void Another_coordinators_time_is_not_counted()
    {
        Step(0, rests: false);
        _ticks.Restart();
        Step(100, rests: false);
        Step(101, rests: false);
        Assert.Equal([1000], _told.Select(t => t.ElapsedMs));
    }

    private void Committed() => _ticks.Applied(new Command.Tick(Given.Node(1), 0, 0, ""));

    private void Step(double second, bool rests) => _ticks.Step(
        rests, _state, (5, "digest"), new StepWork(
            _ => Assert.Fail("nothing for the shell"),
            (command, _, _) => _told.Add(Assert.IsType<Command.Tick>(command)),
            new ControlTime(Given.Second(second), Given.Noon)));
}
