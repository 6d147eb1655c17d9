using Truce.Model;
using Truce.Ports;

namespace Truce.Engine.Tests.Contract;

/// <summary>What every engine has to keep; each engine's test class inherits it.</summary>
public abstract class EngineContract : IDisposable
{
    private const string Control = "control";
    private const string Supervisors = "supervisors";

    private readonly Lazy<IEngineWorld> _world;

    protected EngineContract() => _world = new Lazy<IEngineWorld>(Create);

    protected IEngineWorld World => _world.Value;

    protected abstract IEngineWorld Create();

    public void Dispose()
    {
        if (_world.IsValueCreated)
            _world.Value.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void Everybody_delivers_the_same_messages_in_the_same_order_their_own_included()
    {
        TestMember[] members = Three(Control);
        Parallel.ForEach(members, m =>
        {
            for (int i = 0; i < 200; i++)
                m.Send($"{i}");
        });
        foreach (TestMember member in members)
            member.Until(m => m.Texts.Count == 600, "600 messages");
        Assert.All(members, m => Assert.Equal(members[0].Texts, m.Texts));
        Assert.Equal(
            Enumerable.Range(0, 200).Select(i => $"{members[1].Self}:{i}"),
            members[0].Texts.Where(t => t.StartsWith($"{members[1].Self}:", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_group_hears_nothing_of_another_group()
    {
        TestMember[] control = Three(Control);
        TestMember other = World.Join("n1", Supervisors);
        other.UntilMembers(other);
        control[0].Send("for control");
        control[1].Until(m => m.Texts.Count == 1, "the message");
        other.Send("for supervisors");
        other.Until(m => m.Texts.Count == 1, "its own message");
        Assert.Equal([$"{other.Self}:for supervisors"], other.Texts);
    }

    [Fact]
    public void A_joiner_is_announced_and_learns_who_is_there_and_whether_they_are_quorate()
    {
        TestMember first = World.Join("n1", Control);
        first.UntilMembers(first);
        first.Until(m => m.LastQuorum is { Info.Quorate: false, Info.Votes: 1, Info.Needed: 2 }, "no quorum");
        TestMember second = World.Join("n2", Control);
        first.UntilMembers(first, second);
        second.UntilMembers(first, second);
        second.Until(m => m.LastQuorum is { Info.Quorate: true, Info.Votes: 2 }, "quorum");
        first.Until(m => m.LastQuorum is { Info.Quorate: true } q && q.Ring == m.LastView!.Ring, "quorum of its ring");
    }

    [Fact]
    public void One_who_leaves_is_gone_by_its_own_will()
    {
        TestMember[] members = Three(Control);
        TestMember supervisor = World.Join("n3", Supervisors);
        supervisor.UntilMembers(supervisor);
        members[2].Engine.Leave();
        members[0].UntilMembers(members[0], members[1]);
        Assert.Equal(
            [new MembershipChange(members[2].Self, MembershipReason.Leave)], members[0].LastView!.Left);
    }

    [Fact]
    public void A_process_that_dies_is_process_down_while_its_node_lives_and_the_ring_stays()
    {
        TestMember[] members = Three(Control);
        TestMember supervisor = World.Join("n3", Supervisors);
        supervisor.UntilMembers(supervisor);
        RingId ring = members[0].LastView!.Ring;
        World.KillProcess(members[2]);
        members[0].UntilMembers(members[0], members[1]);
        Assert.Equal(
            [new MembershipChange(members[2].Self, MembershipReason.ProcessDown)], members[0].LastView!.Left);
        Assert.Equal(ring, members[0].LastView!.Ring);
        Assert.Equal(3, members[0].LastQuorum!.Info.Votes);
    }

    [Fact]
    public void A_node_that_dies_is_node_down_after_the_token_time_in_a_new_ring()
    {
        TestMember[] members = Three(Control);
        TestMember supervisor = World.Join("n3", Supervisors);
        supervisor.UntilMembers(supervisor);
        RingId ring = members[0].LastView!.Ring;
        DateTime killed = DateTime.UtcNow;
        World.KillNode("n3");
        members[0].UntilMembers(members[0], members[1]);
        Assert.True(DateTime.UtcNow - killed >= World.Token * 0.85, "sooner than the token allows");
        Assert.Equal([new MembershipChange(members[2].Self, MembershipReason.NodeDown)], members[0].LastView!.Left);
        Assert.True(members[0].LastView!.Ring.Sequence > ring.Sequence);
        members[0].Until(m => m.LastQuorum is { Info.Votes: 2, Info.Quorate: true } q
            && q.Ring == m.LastView!.Ring, "quorum of two");
        Assert.DoesNotContain(members[0].Views, v => v.Left.Any(l => l.Reason == MembershipReason.ProcessDown));
    }

    [Fact]
    public void What_is_sent_while_a_node_is_dying_is_delivered_after_the_view_without_it()
    {
        TestMember[] members = Three(Control);
        World.KillNode("n3");
        Thread.Sleep(World.Token / 2);
        members[0].Send("into the freeze");
        members[1].Until(m => m.Texts.Count == 1, "the message");
        int view = members[1].Events.ToList().FindLastIndex(e => e is EngineEvent.View);
        int delivered = members[1].Events.ToList().FindIndex(e => e is EngineEvent.Delivered);
        Assert.True(view < delivered, "delivered before the view");
        Assert.Equal(2, members[1].LastView!.Members.Length);
    }

    [Fact]
    public void After_a_split_each_side_goes_on_alone_and_the_same_processes_meet_again()
    {
        TestMember[] members = Three(Control);
        World.Cut(["n1", "n2"], ["n3"]);
        members[0].UntilMembers(members[0], members[1]);
        members[2].UntilMembers(members[2]);
        Assert.All(members[2].LastView!.Left, l => Assert.Equal(MembershipReason.NodeDown, l.Reason));
        members[2].Until(m => m.LastQuorum is { Info.Quorate: false }, "no quorum alone");
        members[0].Send("majority");
        members[2].Send("minority");
        members[1].Until(m => m.Texts.Count == 1, "the majority's message");
        members[2].Until(m => m.Texts.Count == 1, "its own message");

        World.Heal();
        foreach (TestMember member in members)
            member.UntilMembers(members);
        Assert.Equal([new MembershipChange(members[2].Self, MembershipReason.NodeUp)], members[0].LastView!.Joined);
        Assert.Equal(2, members[2].LastView!.Joined.Length);
        members[2].Send("together");
        members[0].Until(m => m.Texts.Count == 2, "the message after the heal");
        Assert.Equal([$"{members[0].Self}:majority", $"{members[2].Self}:together"], members[0].Texts);
    }

    [Fact]
    public void A_snapshot_of_8_MB_arrives_whole_and_in_order()
    {
        TestMember[] members = Three(Control);
        byte[] snapshot = new byte[8 * 1024 * 1024];
        new Random(1).NextBytes(snapshot);
        members[0].Send("before");
        members[0].Send(snapshot);
        members[0].Send("after");
        foreach (TestMember member in members)
        {
            member.Until(m => m.Events.OfType<EngineEvent.Delivered>().Count() == 3, "three messages");
            Assert.True(member.Events.OfType<EngineEvent.Delivered>().ElementAt(1).Payload.Span.SequenceEqual(snapshot));
        }
    }

    [Fact]
    public void A_sender_that_outruns_the_order_is_told_to_wait_and_when_to_go_on()
    {
        TestMember[] members = Three(Control);
        World.KillNode("n3");
        SendResult result = SendResult.Sent;
        for (int i = 0; i < 10_000 && result == SendResult.Sent; i++)
            result = members[0].Engine.TrySend(new byte[100]);
        Assert.Equal(SendResult.Busy, result);
        members[0].Until(m => m.Events.Any(e => e is EngineEvent.Writable), "writable");
        Assert.Equal(SendResult.Sent, members[0].Engine.TrySend(new byte[100]));
    }

    [Fact]
    public void A_member_that_reads_nothing_does_not_stall_the_others()
    {
        TestMember[] members = Three(Control);
        World.Stall(members[2]);
        for (int i = 0; i < 2000; i++)
            members[0].Send($"{i}");
        members[1].Until(m => m.Texts.Count == 2000, "2000 messages");
        members[2].ReadOn();
        members[2].Until(m => m.Texts.Count == 2000, "2000 messages, late");
        Assert.Equal(members[1].Texts, members[2].Texts);
        Assert.Equal(3, members[1].LastView!.Members.Length);
    }

    [Fact]
    public void When_the_engine_dies_every_member_learns_it_and_nothing_can_be_sent()
    {
        TestMember[] members = Three(Control);
        World.KillEngine();
        foreach (TestMember member in members)
        {
            member.Until(m => m.Events[^1] is EngineEvent.Died, "the engine's death");
            Assert.Equal(SendResult.Gone, member.Engine.TrySend(new byte[1]));
        }
    }

    protected TestMember[] Three(string group)
    {
        World.Boot("n1", "n2", "n3");
        TestMember[] members = [World.Join("n1", group), World.Join("n2", group), World.Join("n3", group)];
        foreach (TestMember member in members)
        {
            member.UntilMembers(members);
            member.Until(m => m.LastQuorum is { Info.Votes: 3 } q && q.Ring == m.LastView!.Ring, "three votes");
        }

        return members;
    }
}
