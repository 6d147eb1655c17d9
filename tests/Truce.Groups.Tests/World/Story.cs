using Truce.Model;

namespace Truce.Groups.Tests.World;

/// <summary>What may happen once each, at any point, in a world of three servers and four clients.</summary>
/// <param name="Name">In words.</param>
/// <param name="Detours">The bound of the walk.</param>
/// <param name="Fence">What the group and the claim require.</param>
/// <param name="Chances">What may happen.</param>
internal sealed record Story(string Name, int Detours, FenceDemand Fence, Chance[] Chances)
{
    /// <summary>More states than any of them has.</summary>
    public const int StatesMax = 60_000;

    private static readonly GroupName s_group = new("db");
    private static readonly ClaimName s_claim = new("leader");
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private static readonly GroupAttributes s_voted = GroupAttributes.Plain with
    {
        JoinPhases = PhaseCount.Many,
        RemovalPhases = PhaseCount.Many,
        Limit = TimeSpan.FromSeconds(5),
    };

    public static IReadOnlyList<Story> All { get; } =
    [
        new("a join", 2, FenceDemand.None,
            [Join(1)]),
        new("two joins", 0, FenceDemand.None,
            [Join(1), Join(2)]),
        new("a join, and a client ends", 1, FenceDemand.None,
            [Join(1), Close(3)]),
        new("a join, and its client ends", 1, FenceDemand.None,
            [Join(1), Close(1)]),
        new("a join, and a server is killed", 2, FenceDemand.None,
            [Join(1), Kill(2)]),
        new("a join, and its server is cut off", 2, FenceDemand.None,
            [Join(2), Cut()]),
        new("two claims, and a server is cut off", 1, FenceDemand.None,
            [Claim(1), Claim(2), Cut()]),
        new("a claim waits, and its holder's server is cut off for longer than a lease", 0, FenceDemand.None,
            [Cut(), Pass(GroupsWorld.Times.Lease), Pass(GroupsWorld.Times.Margin + s_second)]),
        new("a claim waits, and its holder ends", 2, FenceDemand.None,
            [Close(3), Kill(1)]),

        // n3 has no power from some point on, and n1 is told.
        new("n3 loses power, and n1 is told", 2, FenceDemand.Required,
            [PowerOff(2), Told(2, 0)]),
        new("n3 loses power, n1 is told, and leases end", 1, FenceDemand.Required,
            [PowerOff(2), Told(2, 0), Pass(GroupsWorld.Times.Lease + GroupsWorld.Times.Margin + s_second)]),
        new("n3 loses power and boots", 1, FenceDemand.Required,
            [PowerOff(2), Boot(2, 0, 1)]),
        new("n3 is killed, loses power, and n1 is told", 1, FenceDemand.Required,
            [Kill(2), PowerOff(2), Told(2, 0)]),
        new("n3 is cut off, and all of it takes long", 1, FenceDemand.Required,
            [Cut(), Pass(TimeSpan.FromMinutes(1))]),
        new("a client of n3 ends, n3 loses power, n2 is told", 1, FenceDemand.Required,
            [Close(3), PowerOff(2), Told(2, 1)]),
        new("two servers are killed and come back, and n3 loses power", 0, FenceDemand.Required,
            [KillTwo(), PowerOff(2), Told(2, 0)]),
    ];

    public WalkResult Explore() => new Walk(Chances, Detours, StatesMax)
        .Explore(Root(GroupsWorld.Times, fence: Fence));

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

    public static Chance Kill(int node) => new($"n{node + 1} is killed", w => w.Kill(node, Loss.FromOthers));

    private static Chance Cut() => new("n3 is cut off", w => w.Split(Loss.FromOthers, [2], [0, 1]));

    private static Chance Pass(TimeSpan time) => new($"{time} pass", w => w.Pass(time));

    // Clients 0 to 2 on servers 1 to 3, and client 3 on server 3, which holds the claim; 0 and 3 are
    // providers already, and 3 asks for a second phase in every protocol. Client 0 waits for the claim.
    public static GroupsWorld Root(
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
