using Truce.Groups.Tests.World;
using Truce.Model;

namespace Truce.Groups.Tests;

/// <summary>Servers come, go, stop and return; their clients' sessions with them.</summary>
public sealed class ServersTests
{
    private static readonly GroupName s_group = new("db");
    private static readonly ClaimName s_claim = new("leader");
    private static readonly TimeSpan s_lease = GroupsWorld.Times.Lease;
    private static readonly TimeSpan s_margin = GroupsWorld.Times.Margin;
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    [Fact]
    public void A_new_lineage_stays_shut_until_every_earlier_lease_has_ended()
    {
        GroupsWorld world = new(3);
        world.Run(s_lease + s_margin - s_second);
        int early = world.Connect(0);
        Assert.False(world.Clients[early].IsOpen);
        world.Run(s_second * 2);
        Assert.All(world.Nodes, n => Assert.True(n.Server!.IsReady));
        int late = world.Connect(0);
        Assert.True(world.Clients[late].IsOpen);
        Clean(world);
    }

    [Fact]
    public void Providers_on_all_servers_see_the_same_group()
    {
        GroupsWorld world = Joined();
        Assert.Equal([1L, 2, 3], Providers(world, 1));
        Assert.Equal(world.Server(0).State, world.Server(1).State);
        Assert.Equal(world.Server(0).State, world.Server(2).State);
        Clean(world);
    }

    [Fact]
    public void Clients_of_a_killed_server_are_removed_after_lease_and_margin()
    {
        GroupsWorld world = Joined();
        world.Kill(2);
        world.Run(s_lease + s_margin - s_second);
        Assert.Equal([1L, 2, 3], Providers(world, 0));
        world.Run(s_second * 2);
        Assert.Equal([1L, 2], Providers(world, 0));
        Clean(world);
    }

    [Fact]
    public void A_client_that_ends_is_removed_at_once()
    {
        GroupsWorld world = Joined();
        world.Close(1);
        world.Run(s_second);
        Assert.Equal([1L, 3], Providers(world, 0));
        Clean(world);
    }

    [Fact]
    public void A_client_that_the_server_dropped_is_removed_once_its_lease_has_ended()
    {
        GroupsWorld world = Joined();
        world.Drop(1);
        world.Run(s_lease + s_margin - s_second);
        Assert.Equal([1L, 2, 3], Providers(world, 0));
        world.Run(s_second * 2);
        Assert.Equal([1L, 3], Providers(world, 0));
        Clean(world);
    }

    [Fact]
    public void A_stopped_server_is_left_out_and_its_clients_lose_their_sessions()
    {
        GroupsWorld world = Joined();
        world.Stop(2);
        world.Run(GroupsWorld.Times.Stuck + GroupsWorld.Times.Silence + s_second);
        Assert.Equal(2,
            world.Server(0).State!.Servers.Values.Count(s => s.Presence == ServerPresence.Present));
        world.Run(s_lease + s_margin + s_second);
        Assert.Equal([1L, 2], Providers(world, 0));
        Assert.True(world.Clients[2].IsOpen);
        Assert.True(world.Clients[2].Until < world.Now);
        world.Continue(2);
        world.Run(s_second);
        Assert.False(world.Clients[2].IsOpen);
        Assert.Equal(3,
            world.Server(0).State!.Servers.Values.Count(s => s.Presence == ServerPresence.Present));
        Assert.Equal(world.Server(0).State, world.Server(2).State);
        Clean(world);
    }

    [Fact]
    public void A_minority_serves_nobody_and_ends_its_sessions_with_the_lease()
    {
        GroupsWorld world = Joined();
        world.Split(Loss.Nothing, [0], [1, 2]);
        world.Run(s_second);
        Assert.True(world.Clients[0].IsOpen);
        Assert.False(world.Server(0).IsReady);
        world.Run(s_lease);
        Assert.False(world.Clients[0].IsOpen);
        world.Run(s_margin + s_second);
        Assert.Equal([2L, 3], Providers(world, 1));
        world.Split(Loss.Nothing, [0, 1, 2]);
        world.Run(s_second);
        Assert.Equal(world.Server(0).State, world.Server(1).State);
        Clean(world);
    }

    [Fact]
    public void A_lease_counts_from_when_it_was_asked_for()
    {
        GroupsWorld world = Joined();
        world.Pass(GroupsWorld.Times.Tick);
        long asked = world.Now;
        // The others have the request and answer it with their next beat; the answers are read only after a
        // while.
        DeliverToOthers(world);
        world.Pass(GroupsWorld.Times.Tick);
        DeliverToOthers(world);

        world.Split(Loss.Nothing, [2], [0, 1]);
        world.Stop(2);
        world.Run(s_second * 3);
        world.Continue(2);
        world.Run(s_second);
        Assert.Equal(asked + (s_lease.Ticks * 100), world.Clients[2].Until);
        world.Run(s_lease + s_margin);
        Assert.Equal([1L, 2], Providers(world, 0));
        Clean(world);
    }

    // A ring's token never rests while every message is answered by every server.
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(16)]
    public void An_idle_server_sends_no_more_than_a_beat_and_an_acknowledgement_a_tick(int servers)
    {
        GroupsWorld world = new(servers);
        world.Run(s_lease + s_margin + s_second);
        const int ticks = 20;
        long before = world.Said;
        world.Run(GroupsWorld.Times.Tick * ticks);
        Assert.InRange(world.Said - before, servers * ticks / 2, 2 * servers * (ticks + 1));
        Assert.All(world.Nodes, n => Assert.True(n.Server!.IsReady));
        Clean(world);
    }

    [Fact]
    public void A_short_cut_costs_no_session()
    {
        GroupsWorld world = Joined();
        world.Split(Loss.Nothing, [0], [1], [2]);
        world.Run(s_second * 3);
        world.Split(Loss.Nothing, [0, 1, 2]);
        world.Run(s_lease * 2);
        Assert.Equal([1L, 2, 3], Providers(world, 2));
        Assert.All(world.Clients, c => Assert.True(c.IsOpen));
        Clean(world);
    }

    [Fact]
    public void A_restarted_server_takes_the_state_and_its_former_clients_are_removed()
    {
        GroupsWorld world = Joined();
        world.Kill(2);
        world.Boot(2, [0, 1]);
        world.Run(s_second);
        int again = world.Connect(2);
        world.Ask(again, new GroupRequest.Join(s_group, "d", null));
        world.Run(s_second);
        Assert.Equal([1L, 2, 3, 4], Providers(world, 2));
        world.Run(s_lease + s_margin);
        Assert.Equal([1L, 2, 4], Providers(world, 2));
        Clean(world);
    }

    [Fact]
    public void When_a_majority_has_lost_its_memory_a_lineage_begins_with_larger_numbers()
    {
        GroupsWorld world = Joined();
        world.Ask(0, new GroupRequest.TakeClaim(s_claim, ClaimPatience.Refuse));
        world.Run(s_second);
        long before = world.Checks.LastClaim.Find(s_claim);
        Assert.NotEqual(0, before);
        world.Kill(1);
        world.Kill(2);
        world.Boot(1, [0]);
        world.Boot(2, [0, 1]);
        world.Run(s_second);
        Assert.False(world.Clients[0].IsOpen);
        Assert.False(world.Server(1).IsReady);
        world.Run(s_lease + s_margin + s_second);
        int other = world.Connect(1);
        world.Ask(other, new GroupRequest.TakeClaim(s_claim, ClaimPatience.Refuse));
        world.Run(s_second);
        Assert.True(world.Checks.LastClaim.Find(s_claim) > before);
        Clean(world);
    }

    [Fact]
    public void A_claim_passes_on_only_after_its_holders_lease_and_margin()
    {
        GroupsWorld world = Joined();
        world.Ask(2, new GroupRequest.TakeClaim(s_claim, ClaimPatience.Refuse));
        world.Ask(0, new GroupRequest.TakeClaim(s_claim, ClaimPatience.Wait));
        world.Run(s_second);
        world.Kill(2);
        world.Run(s_lease + s_margin - s_second);
        Assert.Equal(0, world.Clients[0].Held.Count);
        world.Run(s_second * 2);
        Assert.Equal(1, world.Clients[0].Held.Count);
        Clean(world);
    }

    [Theory]
    [InlineData(1, 3, 2, 10, "tick")]
    [InlineData(1, 4, 6, 10, "lease")]
    [InlineData(0, 4, 2, 10, "longer than nothing")]
    [InlineData(1, 4, 2, 10, null)]
    public void Times_that_contradict_each_other_are_refused(
        int tick, int stuck, int silence, int lease, string? objection)
    {
        GroupsTimes times = new()
        {
            Tick = TimeSpan.FromSeconds(tick),
            Stuck = TimeSpan.FromSeconds(stuck) - TimeSpan.FromTicks(tick == 1 && stuck == 3 ? 1 : 0),
            Silence = TimeSpan.FromSeconds(silence),
            Lease = TimeSpan.FromSeconds(lease),
        };
        if (objection is null)
            Assert.Null(times.Objection);
        else
            Assert.Contains(objection, times.Objection, StringComparison.Ordinal);
    }

    private static GroupsWorld Joined()
    {
        GroupsWorld world = new(3);
        world.Run(s_lease + s_margin + s_second);
        for (int i = 0; i < 3; i++)
        {
            world.Ask(world.Connect(i), new GroupRequest.Join(s_group, $"i{i}", null));
            world.Run(s_second);
        }

        return world;
    }

    private static void DeliverToOthers(GroupsWorld world)
    {
        for (int n = 0; n < 2; n++)
        {
            while (world.CanDeliver(n))
                world.Deliver(n);
        }
    }

    private static IEnumerable<long> Providers(GroupsWorld world, int node) =>
        world.Server(node).State!.Groups.Find(s_group)!.View.Providers.Select(p => p.Client.Number);

    private static void Clean(GroupsWorld world) =>
        Assert.Empty(world.Checks.Complete(world.Clients).Violations);
}
