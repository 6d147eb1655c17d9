using Truce.Groups.Tests.World;

namespace Truce.Groups.Tests;

/// <summary>Three servers and four clients through every order of what may happen, within a bound.</summary>
public sealed class WalkTests(ITestOutputHelper output)
{
    public static TheoryData<string> Names => [.. Story.All.Select(s => s.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Whatever_the_order_every_promise_holds(string name)
    {
        WalkResult result = Story.All.Single(s => s.Name == name).Explore();
        output.WriteLine($"{name}: {result}");
        Assert.Null(result.Violation);
        Assert.True(result.IsExhausted);
        Assert.True(result.Ends > 0);
    }

    [Fact]
    public void The_walk_finds_a_proof_that_is_none()
    {
        Chance[] lie = [Story.Kill(2), new("n1 is told that n3 is off", w => w.TellProof(2, 0))];
        WalkResult result = new Walk(lie, 0, Story.StatesMax)
            .Explore(Story.Root(GroupsWorld.Times, fence: FenceDemand.Required));
        Assert.Contains("nothing proves", result.Violation, StringComparison.Ordinal);
    }

    [Fact]
    public void The_walk_finds_servers_that_take_over_too_early()
    {
        GroupsTimes hasty = GroupsWorld.Times with { Margin = TimeSpan.FromSeconds(1) };
        WalkResult result = new Walk([Story.Kill(2)], 0, Story.StatesMax).Explore(Story.Root(hasty));
        Assert.Contains("its lease ends at", result.Violation, StringComparison.Ordinal);
    }

    [Fact]
    public void The_walk_finds_two_holders_where_clients_ignore_their_leases()
    {
        WalkResult result = new Walk([new Chance("n3 stops", w => w.Stop(2))], 0, Story.StatesMax)
            .Explore(Story.Root(GroupsWorld.Times, Obedience.None));
        Assert.Contains("is held by", result.Violation, StringComparison.Ordinal);
    }
}
