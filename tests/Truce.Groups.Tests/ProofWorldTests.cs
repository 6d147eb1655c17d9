using Truce.Groups.Tests.World;

namespace Truce.Groups.Tests;

/// <summary>Servers, power and proof: what their clients are told, over the loss of servers and of their
/// memory.</summary>
public sealed class ProofWorldTests
{
    private static readonly ClaimName s_leader = new("leader");
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_leaseAndMargin = GroupsWorld.Times.Lease + GroupsWorld.Times.Margin;

    private readonly GroupsWorld _world = Held();

    [Fact]
    public void A_claim_passes_on_once_any_server_is_told_of_the_proof()
    {
        _world.PowerOff(2);
        _world.Run(s_leaseAndMargin * 3);
        Assert.Equal(0, _world.Clients[0].Held.Count);
        _world.TellProof(2, 1);
        _world.Run(s_second * 2);
        Assert.Equal(1, _world.Clients[0].Held.Count);
        Clean();
    }

    [Fact]
    public void A_proof_that_comes_at_once_doesnt_shorten_the_lease()
    {
        _world.PowerOff(2);
        _world.TellProof(2, 0);
        _world.Run(s_leaseAndMargin - s_second);
        Assert.Equal(0, _world.Clients[0].Held.Count);
        _world.Run(s_second * 2);
        Assert.Equal(1, _world.Clients[0].Held.Count);
        Clean();
    }

    [Fact]
    public void A_proof_of_a_node_whose_server_is_in_the_view_counts_once_it_is_lost()
    {
        _world.TellProof(2, 0);
        _world.Run(s_second);
        Assert.All(_world.Server(0).State!.Servers.Values, s =>
            Assert.Equal(ServerPresence.Present, s.Presence));
        _world.PowerOff(2);
        _world.Run(s_leaseAndMargin + s_second);
        Assert.Equal(1, _world.Clients[0].Held.Count);
        Clean();
    }

    [Fact]
    public void A_proof_that_a_returning_server_contradicts_is_forgotten()
    {
        _world.Split(Loss.Nothing, [0, 1], [2]);
        _world.Run(s_second);
        _world.TellProof(2, 0);
        _world.Run(s_second);
        _world.Split(Loss.Nothing, [0, 1, 2]);
        _world.Run(s_second);
        _world.Kill(2);
        _world.Run(s_leaseAndMargin * 2);
        Assert.Equal(0, _world.Clients[0].Held.Count);
        Clean();
    }

    [Fact]
    public void A_server_that_is_started_again_proves_nothing_and_a_boot_does()
    {
        _world.Kill(2);
        _world.Boot(2, [0, 1]);
        _world.Run(s_leaseAndMargin * 2);
        Assert.Equal(0, _world.Clients[0].Held.Count);
        _world.PowerOff(2);
        _world.PowerOn(2, [0, 1]);
        _world.Run(s_second);
        Assert.Equal(1, _world.Clients[0].Held.Count);
        Clean();
    }

    [Fact]
    public void Servers_that_have_lost_their_memory_ask_the_nodes_what_they_owe()
    {
        for (int node = 0; node < 3; node++)
            _world.Kill(node);
        _world.Boot(0, []);
        _world.Boot(1, [0]);
        _world.Run(s_leaseAndMargin + s_second);
        // n3 hasn't been heard, then it says that a client of its boot had the claim.
        Assert.EndsWith("Unproven }", Take(0), StringComparison.Ordinal);
        _world.Boot(2, [0, 1]);
        _world.Run(s_second);
        Assert.EndsWith("Unproven }", Take(0), StringComparison.Ordinal);
        _world.PowerOff(2);
        _world.PowerOn(2, [0, 1]);
        _world.Run(s_second);
        Assert.Contains("Done", Take(0), StringComparison.Ordinal);
        Clean();
    }

    private string Take(int node)
    {
        int client = _world.Connect(node);
        _world.Ask(client, Fenced());
        _world.Run(s_second);
        return _world.Clients[client].Answers[^1];
    }

    private void Clean() => Assert.Empty(_world.Checks.Complete(_world.Clients).Violations);

    private static GroupRequest.TakeClaim Fenced() =>
        new(s_leader, ClaimPatience.Wait, FenceDemand.Required);

    // A client of n3 holds the claim, one of n1 waits for it.
    private static GroupsWorld Held()
    {
        GroupsWorld world = new(3);
        world.Run(s_leaseAndMargin + s_second);
        int waits = world.Connect(0);
        world.Ask(world.Connect(2), Fenced());
        world.Run(s_second);
        world.Ask(waits, Fenced());
        world.Run(s_second);
        return world;
    }
}
