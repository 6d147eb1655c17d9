using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control.Tests;

/// <summary>When a node resets itself.</summary>
public sealed class LeavingTests
{
    [Theory]
    [InlineData(3, "boot3", true, 1)]
    [InlineData(3, "boot3", false, 0)]
    [InlineData(3, "boot4", true, 0)]
    [InlineData(2, "boot2", true, 0)]
    public void A_boot_that_reads_that_it_is_off_resets_itself(
        int self, string boot, bool succeeded, int panics)
    {
        ReplicatedState state = Given.Apply(Given.Joined(1, 2, 3), new Command.FenceAsked(Given.Intent(3)));
        AppliedEntry shot = Given.Try(
            state, new Command.FenceEnded("f1", Given.Node(1), succeeded, "power", ""));
        Leaving leaving = new(new ControlIdentity(
            Given.Node(self), new NodeUuid($"{self}"), Given.Member(self), $"s{self}", boot, "c", 1, 1));
        List<ControlOutput> outputs = [];
        StepWork work = new(outputs.Add, (_, _, _) => { }, new ControlTime(Given.Second(1), Given.Noon));
        leaving.Applied(shot, work);
        leaving.Applied(Given.Try(shot.After, new Command.Tick(Given.Node(1), 1_000, 0, "")), work);
        leaving.Applied(shot, work);
        Assert.Equal(panics, outputs.OfType<ControlOutput.Panic>().Count());
    }

    [Fact]
    public void Whoever_is_asked_to_leave_hands_over_first()
    {
        ReplicatedState state = Given.Joined(1, 2, 3);
        Assert.Equal(Given.Node(1), CoordinatorRule.Choose(state));
        state = Given.Apply(state, new Command.SetTransient(Given.Node(1), "shutdown", "1700000000"));
        Assert.Equal(Given.Node(2), CoordinatorRule.Choose(state));
        state = Given.Apply(state, new Command.SetTransient(Given.Node(2), "site", "a"));
        Assert.Equal(Given.Node(2), CoordinatorRule.Choose(state));
        state = Given.Apply(state, new Command.SetTransient(Given.Node(2), "shutdown", "1700000000"));
        state = Given.Apply(state, new Command.SetTransient(Given.Node(3), "shutdown", "1700000000"));
        Assert.Equal(Given.Node(1), CoordinatorRule.Choose(state));
    }
}
