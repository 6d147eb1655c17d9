using Truce.Groups;

namespace Truce.Groups.Tests.World;

/// <summary>A long random run with every fault, from a seed.</summary>
internal static class RandomRun
{
    private const int Steps = 1_200;
    private static readonly GroupName[] s_groups = [new("a"), new("b"), new("c")];
    private static readonly ClaimName[] s_claims = [new("leader"), new("fenced")];
    private static readonly ResponsivenessTerms s_check =
        new(ResponsivenessBy.Ping, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1));

    private static readonly ProposalTerms s_terms = new(
        PhaseCount.Many, Collision.Queue, TimeSpan.FromSeconds(3), DefaultVote.Approve);

    /// <summary>What is wrong after a run; empty: nothing.</summary>
    public static string Problem(GroupsWorld world)
    {
        if (!world.Checks.Violations.IsEmpty)
            return string.Join('\n', world.Checks.Violations);
        return string.Join('\n', world.Nodes.Select(n => n.Server is not { IsReady: true, State: { } state }
            ? $"{n.Member} isn't ready"
            : IsAllProven(state) ? "" : $"{n.Member}: {state}").Where(p => p.Length > 0));
    }

    private static bool IsAllProven(GroupsState state) => state.Unheard.IsEmpty && state.Debts.IsEmpty
        && state.Groups.Values.All(g => g.View.Held.IsEmpty)
        && state.Claims.Values.All(c => c.AwaitedBoot is null);

    /// <summary>A world after a random run, and after everything was repaired.</summary>
    public static GroupsWorld Run(int seed)
    {
#pragma warning disable CA5394 // A seed must replay.
        Random random = new(seed);
        GroupsWorld world = new(3);
        world.Run(TimeSpan.FromSeconds(15));
        for (int step = 0; step < Steps && world.Checks.Violations.IsEmpty; step++)
        {
            int node = random.Next(3);
            switch (random.Next(100))
            {
                case < 45:
                    if (world.CanDeliver(node))
                        world.Deliver(node);
                    break;
                case < 70:
                    world.Run(TimeSpan.FromMilliseconds(random.Next(300)));
                    break;
                case < 72:
                    world.Pass(TimeSpan.FromMilliseconds(random.Next(2_000)));
                    break;
                case < 78:
                    if (world.Nodes[node].Server?.IsReady == true)
                        world.Connect(node, (Habit)random.Next(4));
                    break;
                case < 99:
                    if (world.Clients.Count > 0)
                        Ask(world, random, random.Next(world.Clients.Count));
                    break;
                default:
                    Strike(world, random, node);
                    break;
            }
        }

        Heal(world);
        return world;
    }

    private static void Ask(GroupsWorld world, Random random, int client)
    {
        GroupName group = s_groups[random.Next(3)];
        GroupAttributes attributes = GroupAttributes.Plain with
        {
            JoinPhases = group == s_groups[0] ? PhaseCount.Many : PhaseCount.One,
            RemovalPhases = group == s_groups[0] ? PhaseCount.Many : PhaseCount.One,
            Limit = TimeSpan.FromSeconds(2),
            Source = group == s_groups[1] ? s_groups[0] : null,
            Fence = group == s_groups[2] ? FenceDemand.Required : FenceDemand.None,
            Unresponsive = group == s_groups[0] ? UnresponsivePolicy.Expel : UnresponsivePolicy.Fail,
        };
        ClaimName claim = s_claims[random.Next(2)];
        FenceDemand fence = claim == s_claims[1] ? FenceDemand.Required : FenceDemand.None;
        GroupRequest? what = random.Next(13) switch
        {
            < 4 => new GroupRequest.Join(group, $"i{client}", attributes)
            {
                Check = client % 2 == 0 ? s_check : null,
                Deactivate = client % 3 == 0 ? "off" : "",
            },
            4 => new GroupRequest.Leave(group, s_terms),
            5 => new GroupRequest.Goodbye(group),
            6 or 7 => new GroupRequest.ChangeValue(group, null, $"v{client}", s_terms),
            8 => new GroupRequest.Broadcast(group, "hello", s_terms with { Phases = PhaseCount.One }),
            9 or 10 => new GroupRequest.TakeClaim(claim, ClaimPatience.Wait, fence),
            11 => new GroupRequest.ReleaseClaim(claim),
            _ => null,
        };
        if (what is null)
            world.Close(client);
        else
            world.Ask(client, what);
    }

    private static void Strike(GroupsWorld world, Random random, int node)
    {
        Loss loss = (Loss)random.Next(2);
        List<int> others = [.. Enumerable.Range(0, 3).Where(n => n != node)];
        switch (random.Next(8))
        {
            case 0 when world.Nodes[node].Server is not null:
                world.Kill(node, loss);
                break;
            case 1 when world.Nodes[node].Server is null:
                Start(world, node, others);
                break;
            case 6:
                world.PowerOff(node, loss);
                break;
            case 7 when world.Nodes[node].IsOff:
                others.Where(n => world.Nodes[n].Server is not null).ToList()
                    .ForEach(n => world.TellProof(node, n));
                break;
            case 2:
                world.Split(loss, [node], others);
                break;
            case 3:
                world.Split(loss, [0, 1, 2]);
                break;
            case 4:
                world.Stop(node);
                break;
            default:
                for (int n = 0; n < 3; n++)
                    world.Continue(n);
                break;
        }
    }

    private static void Start(GroupsWorld world, int node, List<int> others)
    {
        if (world.Nodes[node].IsOff)
            world.PowerOn(node, others);
        else
            world.Boot(node, others);
    }

    // Faults stop: within a bounded time, everything is served again and nothing is left over.
    private static void Heal(GroupsWorld world)
    {
        for (int node = 0; node < 3; node++)
        {
            world.Continue(node);
            if (world.Nodes[node].Server is null)
                Start(world, node, [.. Enumerable.Range(0, 3).Where(n => n != node)]);
        }

        world.Split(Loss.Nothing, [0, 1, 2]);
        world.Run(TimeSpan.FromSeconds(120));
        // One after another boots: nothing that waits for proof is left over.
        for (int node = 0; node < 3; node++)
        {
            world.PowerOff(node);
            world.PowerOn(node, [.. Enumerable.Range(0, 3).Where(n => n != node)]);
            world.Run(TimeSpan.FromSeconds(60));
        }

        if (world.Checks.Violations.IsEmpty)
            world.Finish();
    }
}
