using Truce.Simulator.World;

namespace Truce.Simulator.Tests;

/// <summary>Virtual time.</summary>
public sealed class ClockworkTests
{
    [Fact]
    public void What_falls_on_one_instant_happens_in_the_order_in_which_it_was_asked_for()
    {
        Clockwork clock = new(1);
        List<int> happened = [];
        clock.After(TimeSpan.FromSeconds(2), () => happened.Add(3));
        clock.After(TimeSpan.FromSeconds(1), () => happened.Add(1));
        clock.After(TimeSpan.FromSeconds(1), () => happened.Add(2));
        clock.Run(TimeSpan.FromSeconds(3));
        Assert.Equal([1, 2, 3], happened);
    }
}
