using Truce.Groups.Tests.World;

namespace Truce.Groups.Tests;

/// <summary>Three servers and four clients through every order of what may happen, within a bound.</summary>
public sealed class WalkTests(ITestOutputHelper output)
{
    private const int StatesMax = 60_000;
    private static readonly GroupName s_group = new("db");
    private static readonly ClaimName s_claim = new("leader");
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private static readonly GroupAttributes s_voted = GroupAttributes.Plain with
    {
        JoinPhases = PhaseCount.Many,
        RemovalPhases = PhaseCount.Many,
        Limit = TimeSpan.FromSeconds(5),
    };

    private static readonly Dictionary<string, Chance[]> s_stories = new()
    {
        ["a join"] = [Join(1)],
        ["two joins"] = [Join(1), Join(2)],
        ["a join, and a client ends"] = [Join(1), Close(3)],
        ["a join, and its client ends"] = [Join(1), Close(1)],
        ["a join, and a server is killed"] = [Join(1), Kill(2)],
        ["a join, and its server is cut off"] = [Join(2), Cut()],
        ["two claims, and a server is cut off"] = [Claim(1), Claim(2), Cut()],
        ["a claim waits, and its holder's server is cut off for longer than a lease"] =
            [Cut(), Pass(GroupsWorld.Times.Lease), Pass(GroupsWorld.Times.Margin + s_second)],
        ["a claim waits, and its holder ends"] = [Close(3), Kill(1)],
    };

    // The group and the claim require proof; n3 has no power from some point on, and n1 is told.
    private static readonly Dictionary<string, Chance[]> s_fencedStories = new()
    {
        ["n3 loses power, and n1 is told"] = [PowerOff(2), Told(2, 0)],
        ["n3 loses power, n1 is told, and leases end"] =
            [PowerOff(2), Told(2, 0), Pass(GroupsWorld.Times.Lease + GroupsWorld.Times.Margin + s_second)],
        ["n3 loses power and boots"] = [PowerOff(2), Boot(2, 0, 1)],
        ["n3 is killed, loses power, and n1 is told"] = [Kill(2), PowerOff(2), Told(2, 0)],
        ["n3 is cut off, and all of it takes long"] = [Cut(), Pass(TimeSpan.FromMinutes(1))],
        ["a client of n3 ends, n3 loses power, n2 is told"] = [Close(3), PowerOff(2), Told(2, 1)],
        ["two servers are killed and come back, and n3 loses power"] = [KillTwo(), PowerOff(2), Told(2, 0)],
    };

    [Theory]
    [InlineData("n3 loses power, and n1 is told", 2)]
    [InlineData("n3 loses power, n1 is told, and leases end", 1)]
    [InlineData("n3 loses power and boots", 1)]
    [InlineData("n3 is killed, loses power, and n1 is told", 1)]
    [InlineData("n3 is cut off, and all of it takes long", 1)]
    [InlineData("a client of n3 ends, n3 loses power, n2 is told", 1)]
    [InlineData("two servers are killed and come back, and n3 loses power", 0)]
    public void Where_proof_is_required_nobody_takes_over_before_it(string story, int detours)
    {
        WalkResult result = new Walk(s_fencedStories[story], detours, StatesMax).Explore(FencedRoot());
        output.WriteLine($"{story}, {detours} detours: {result}");
        Assert.Null(result.Violation);
        Assert.True(result.IsExhausted);
        Assert.True(result.Ends > 0);
    }

    [Fact]
    public void The_walk_finds_a_proof_that_is_none()
    {
        Chance[] lie = [Kill(2), new("n1 is told that n3 is off", w => w.TellProof(2, 0))];
        WalkResult result = new Walk(lie, 0, StatesMax).Explore(FencedRoot());
        Assert.Contains("nothing proves", result.Violation, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a join", 2)]
    [InlineData("two joins", 0)]
    [InlineData("a join, and a client ends", 1)]
    [InlineData("a join, and its client ends", 1)]
    [InlineData("a join, and a server is killed", 2)]
    [InlineData("a join, and its server is cut off", 2)]
    [InlineData("two claims, and a server is cut off", 1)]
    [InlineData("a claim waits, and its holder's server is cut off for longer than a lease", 0)]
    [InlineData("a claim waits, and its holder ends", 2)]
    public void Whatever_the_order_every_promise_holds(string story, int detours)
    {
        WalkResult result = new Walk(s_stories[story], detours, StatesMax).Explore(Root(GroupsWorld.Times));
        output.WriteLine($"{story}, {detours} detours: {result}");
        Assert.Null(result.Violation);
        Assert.True(result.IsExhausted);
        Assert.True(result.Ends > 0);
    }

    [Fact]
    public void The_walk_finds_servers_that_take_over_too_early()
    {
        GroupsTimes hasty = GroupsWorld.Times with { Margin = s_second };
        WalkResult result = new Walk([Kill(2)], 0, StatesMax).Explore(Root(hasty));
        Assert.Contains("its lease ends at", result.Violation, StringComparison.Ordinal);
    }

    [Fact]
    public void The_walk_finds_two_holders_where_clients_ignore_their_leases()
    {
        WalkResult result = new Walk([new Chance("n3 stops", w => w.Stop(2))], 0, StatesMax)
            .Explore(Root(GroupsWorld.Times, Obedience.None));
        Assert.Contains("is held by", result.Violation, StringComparison.Ordinal);
    }

    private static Chance Join(int client) =>
        new($"client {client} joins", w => w.Ask(client, new GroupRequest.Join(s_group, $"i{client}", null)));

    private static Chance Claim(int client) => new(
        $"client {client} claims", w =>
            w.Ask(client, new GroupRequest.TakeClaim(s_claim, ClaimPatience.Wait)));

    private static Chance PowerOff(int node) =>
        new($"n{node + 1} loses power", w => w.PowerOff(node, Loss.FromOthers));

    // A controller says only what is so.
    private static Chance Told(int node, int to) => new($"n{to + 1} is told about n{node + 1}", w =>
    {
        if (w.Nodes[node].IsOff)
            w.TellProof(node, to);
    });

    private static Chance Boot(int node, params int[] with) => new($"n{node + 1} boots", w =>
    {
        if (w.Nodes[node].IsOff)
            w.PowerOn(node, with);
    });

    private static Chance KillTwo() => new("n1 and n2 are killed and come back", w =>
    {
        w.Kill(0);
        w.Kill(1);
        w.Boot(0, [2]);
        w.Boot(1, [0, 2]);
    });

    private static Chance Close(int client) => new($"client {client} ends", w => w.Close(client));

    private static Chance Kill(int node) => new($"n{node + 1} is killed", w => w.Kill(node, Loss.FromOthers));

    private static Chance Cut() => new("n3 is cut off", w => w.Split(Loss.FromOthers, [2], [0, 1]));

    private static Chance Pass(TimeSpan time) => new($"{time} pass", w => w.Pass(time));

    // Clients 0 to 2 on servers 1 to 3, and client 3 on server 3, which holds the claim; 0 and 3 are
    // providers already, and 3 asks for a second phase in every protocol. Client 0 waits for the claim.
    private static GroupsWorld FencedRoot() => Root(GroupsWorld.Times, Obedience.Full, FenceDemand.Required);

    private static GroupsWorld Root(
        GroupsTimes times, Obedience obedience = Obedience.Full, FenceDemand fence = FenceDemand.None)
    {
        GroupsWorld world = new(3, times, obedience);
        world.Run(GroupsWorld.Times.Lease + GroupsWorld.Times.Margin + s_second);
        for (int node = 0; node < 3; node++)
            world.Connect(node);
        world.Connect(2, Habit.ContinuesOnce);
        world.Ask(3, new GroupRequest.TakeClaim(s_claim, ClaimPatience.Refuse, fence));
        world.Ask(0, new GroupRequest.Join(s_group, "i0", s_voted with { Fence = fence }));
        world.Run(s_second);
        world.Ask(3, new GroupRequest.Join(s_group, "i3", s_voted with { Fence = fence }));
        world.Ask(0, new GroupRequest.TakeClaim(s_claim, ClaimPatience.Wait, fence));
        world.Run(s_second);
        return world;
    }
}
