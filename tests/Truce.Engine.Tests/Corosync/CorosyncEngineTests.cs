using Truce.Engine.Corosync;
using Truce.Engine.Tests.Contract;
using Truce.Model;
using Truce.Ports;

namespace Truce.Engine.Tests.Corosync;

/// <summary>The contract, kept by the engine over real Corosyncs, and what only that engine promises.</summary>
public sealed class CorosyncEngineTests : EngineContract
{
    protected override IEngineWorld Create() => new CorosyncWorld();

    [Fact]
    public void A_node_that_corosync_calls_by_another_name_is_refused()
    {
        EngineUnavailableException e = Assert.Throws<EngineUnavailableException>(
            () => ((CorosyncWorld)World).Join("n1", "control", "web1"));
        Assert.True(e.Refused);
        Assert.Contains("calls this node n1, not web1", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_nodes_wait_for_each_other_after_a_boot_and_then_one_goes_on_alone()
    {
        using CorosyncWorld two = new(2, "two_node: 1");
        TestMember first = two.Join("n1", "control");
        first.Until(m => m.LastQuorum is { Info: { Quorate: false, WaitForAll: true, TwoNode: true } }, "waits for all");
        TestMember second = two.Join("n2", "control");
        first.Until(m => m.LastQuorum is { Info: { Quorate: true, Votes: 2, Needed: 1 } }, "quorate together");
        two.KillNode("n2");
        first.UntilMembers(first);
        first.Until(m => m.LastQuorum is { Info: { Quorate: true, Votes: 1, Needed: 1 } } q
            && q.Ring == m.LastView!.Ring, "quorate alone");
        Assert.Equal(SendResult.Gone, second.Engine.TrySend(new byte[1]));
    }

    [Fact]
    public void Of_two_equal_halves_the_one_with_the_lowest_node_goes_on_by_the_tie_breaker()
    {
        using CorosyncWorld two = new(2, "auto_tie_breaker: 1");
        two.Boot("n1", "n2");
        TestMember first = two.Join("n1", "control");
        TestMember second = two.Join("n2", "control");
        first.UntilMembers(first, second);
        first.Until(m => m.LastQuorum is { Info: { Quorate: true, Votes: 2, Needed: 2 } }, "quorate together");
        two.Cut(["n1"], ["n2"]);
        first.UntilMembers(first);
        first.Until(m => m.LastQuorum is { Info: { Quorate: true, Votes: 1, Needed: 2 } }, "quorate by the tie-breaker");
        second.UntilMembers(second);
        second.Until(m => m.LastQuorum is { Info: { Quorate: false, Votes: 1 } }, "not quorate");
    }

    [Fact]
    public void A_corosync_that_hangs_is_given_up_and_joined_again_when_it_goes_on()
    {
        TestMember[] members = Three("control");
        CorosyncWorld world = (CorosyncWorld)World;
        world.SignalEngine("n3", "-STOP");
        members[2].Until(m => m.Events[^1] is EngineEvent.Died, "gives its engine up");
        members[0].UntilMembers(members[0], members[1]);
        world.SignalEngine("n3", "-CONT");
        TestMember again = world.Join("n3", "control");
        members[0].UntilMembers(members[0], members[1], again);
    }

    [Fact]
    public void A_member_that_says_nothing_for_long_keeps_its_engine()
    {
        TestMember[] members = Three("control");
        Thread.Sleep(EchoWatch.LimitFor(World.Token, TimeSpan.Zero) * 1.5);
        Assert.All(members, m => Assert.DoesNotContain(m.Events, e => e is EngineEvent.Died));
        Assert.All(members, m => Assert.Empty(m.Texts));
    }

    [Fact]
    public void A_frozen_process_does_not_stall_the_others_and_has_missed_nothing_when_it_goes_on()
    {
        TestMember[] members = Three("control");
        CorosyncWorld world = (CorosyncWorld)World;
        world.Freeze(members[2]);
        for (int i = 0; i < 2000; i++)
            members[0].Send($"{i}");
        members[1].Until(m => m.Texts.Count == 2000, "2000 messages");
        world.Thaw(members[2]);
        members[2].Until(m => m.Texts.Count == 2000, "2000 messages, late");
        Assert.Equal(members[1].Texts, members[2].Texts);
    }

    [Fact]
    public void A_node_that_is_back_before_it_was_missed_is_told_of_under_a_new_ring()
    {
        TestMember[] members = Three("control");
        RingId ring = members[0].LastView!.Ring;
        World.KillNode("n3");
        World.Boot("n3");
        TestMember again = World.Join("n3", "control");
        again.UntilMembers(members[0], members[1], again);
        members[0].UntilMembers(members[0], members[1], again);
        Assert.True(members[0].LastView!.Ring.Sequence > ring.Sequence, "the same ring");
        Assert.Contains(members[0].Views, v => v.Left.Any(l => l.Member == members[2].Self));
    }

    [Fact]
    public void Corosync_is_not_shut_down_under_a_member_unless_forced()
    {
        TestMember[] members = Three("control");
        CorosyncWorld world = (CorosyncWorld)World;
        world.On("n1", "corosync-cfgtool", "-H");
        members[0].Send("still here");
        members[1].Until(m => m.Texts.Count == 1, "the message");
        world.On("n1", "corosync-cfgtool", "-H", "--force");
        members[0].Until(m => m.Events[^1] is EngineEvent.Died, "the engine's death");
    }
}
