using Truce.Engine.Corosync;

namespace Truce.Engine.Tests.Corosync;

/// <summary>When a Corosync counts as hanging.</summary>
public sealed class EchoWatchTests
{
    private readonly EchoWatch _watch = new(TimeSpan.FromSeconds(10));

    [Fact]
    public void Silence_is_met_with_a_pulse_each_period_and_at_the_limit_given_up()
    {
        EchoStep[] steps = [.. Enumerable.Range(1, 10).Select(At)];
        Assert.Equal([.. Enumerable.Repeat(EchoStep.Pulse, 9), EchoStep.Lost], steps);
    }

    [Fact]
    public void Many_looks_within_a_period_send_one_pulse()
    {
        Assert.Equal(EchoStep.Pulse, At(1));
        Assert.All(
            Enumerable.Range(1001, 900),
            ms => Assert.Equal(EchoStep.None, _watch.Step(TimeSpan.FromMilliseconds(ms))));
        Assert.Equal(EchoStep.Pulse, At(2));
    }

    [Fact]
    public void What_comes_back_begins_the_time_anew()
    {
        for (int second = 1; second < 10; second++)
            At(second);
        _watch.Came();
        Assert.Equal(EchoStep.Pulse, At(10));
        Assert.Equal(EchoStep.Pulse, At(18));
    }

    [Fact]
    public void Time_in_which_this_process_stood_still_itself_says_nothing()
    {
        At(1);
        Assert.Equal(EchoStep.Pulse, At(3600));
        Assert.Equal(EchoStep.Pulse, At(7200));
    }

    [Fact]
    public void The_limit_leaves_room_for_several_rings_in_a_row()
    {
        TimeSpan none = TimeSpan.Zero;
        Assert.Equal(TimeSpan.FromSeconds(10), EchoWatch.LimitFor(TimeSpan.FromMilliseconds(300), none));
        Assert.Equal(TimeSpan.FromSeconds(30), EchoWatch.LimitFor(TimeSpan.FromSeconds(3), none));
    }

    [Fact]
    public void A_ring_that_waits_for_its_quorum_device_is_no_hang()
    {
        TimeSpan wait = TimeSpan.FromSeconds(30);
        Assert.Equal(TimeSpan.FromSeconds(40), EchoWatch.LimitFor(TimeSpan.FromSeconds(1), wait));
    }

    private EchoStep At(int second) => _watch.Step(TimeSpan.FromSeconds(second));
}
