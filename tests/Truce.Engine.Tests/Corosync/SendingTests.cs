using System.Collections.Immutable;
using Truce.Engine.Corosync;
using Truce.Model;
using Truce.Ports;

namespace Truce.Engine.Tests.Corosync;

/// <summary>Windows, parts and views, without a Corosync.</summary>
public sealed class SendingTests
{
    private static readonly CorosyncEngineOptions s_options = new(new NodeId("n1"), "g") { WindowParts = 4 };

    [Fact]
    public void No_more_parts_are_on_their_way_than_the_window_allows()
    {
        SendQueue queue = new(s_options);
        for (int i = 0; i < 10; i++)
            Assert.Equal(SendResult.Sent, queue.Put(new byte[10]));
        Assert.Equal(4, SendAll(queue).Count);
        queue.Ordered(new PartHead(true, true, 0));
        Assert.Single(SendAll(queue));
    }

    [Fact]
    public void A_large_message_travels_in_parts_and_nothing_follows_it_before_it_is_delivered()
    {
        SendQueue queue = new(s_options);
        byte[] large = Random(CorosyncEngine.PartBytesMax * 2 + 5);
        queue.Put(new byte[] { 1 });
        queue.Put(large);
        queue.Put(new byte[] { 2 });
        Assert.Single(SendAll(queue));
        queue.Ordered(new PartHead(true, true, 0));
        List<(PartHead Head, byte[] Body)> parts = SendAll(queue);
        Assert.Equal([(true, false), (false, false), (false, true)], parts.Select(p => (p.Head.IsFirst, p.Head.IsLast)));
        Assert.Equal(large, Assemble(new Assembly(), parts).Single());
        parts.ForEach(p => queue.Ordered(p.Head));
        Assert.Equal([2], SendAll(queue).Single().Body);
    }

    [Fact]
    public void A_large_message_begins_anew_when_somebody_joins_and_arrives_once_with_all()
    {
        SendQueue queue = new(s_options);
        byte[] large = Random(CorosyncEngine.PartBytesMax * 6);
        queue.Put(large);
        List<(PartHead, byte[])> before = SendAll(queue);
        Assembly member = new();
        Assembly joiner = new();
        List<byte[]> delivered = Assemble(member, before[..2]);
        member.Drop();
        queue.Restart();
        List<byte[]> byJoiner = [];
        List<(PartHead Head, byte[] Body)> inOrder = before[2..];
        for (int i = 0; i < inOrder.Count; i++)
        {
            delivered.AddRange(Assemble(member, [inOrder[i]]));
            byJoiner.AddRange(Assemble(joiner, [inOrder[i]]));
            queue.Ordered(inOrder[i].Head);
            inOrder.AddRange(SendAll(queue));
        }

        Assert.Equal(large, delivered.Single());
        Assert.Equal(large, byJoiner.Single());
    }

    [Fact]
    public void A_role_that_was_refused_is_told_when_there_is_room_again()
    {
        SendQueue queue = new(s_options with { WaitingMessagesMax = 4 });
        for (int i = 0; i < 4; i++)
            Assert.Equal(SendResult.Sent, queue.Put(new byte[1]));
        Assert.Equal(SendResult.Busy, queue.Put(new byte[1]));
        SendAll(queue);
        Assert.False(queue.Ordered(new PartHead(true, true, 0)));
        Assert.True(queue.Ordered(new PartHead(true, true, 0)));
        Assert.False(queue.Ordered(new PartHead(true, true, 0)));
        Assert.Equal(SendResult.Sent, queue.Put(new byte[1]));
    }

    [Fact]
    public void Who_went_and_who_came_with_a_ring_is_one_view_under_that_ring()
    {
        Membership membership = new();
        EngineMember n1 = new(new NodeId("n1"), 1), n2 = new(new NodeId("n2"), 2), n3 = new(new NodeId("n3"), 3);
        Assert.Null(membership.Changed([n1], [new(n1, MembershipReason.Join)], []));
        Assert.Equal([n1], membership.RingChanged(new RingId(1, 4))!.Members);
        Assert.Equal(new RingId(1, 4), membership.Changed([n2, n1], [new(n2, MembershipReason.Join)], [])!.Ring);
        Assert.Null(membership.Changed([n1], [], [new(n2, MembershipReason.NodeDown)]));
        Assert.Null(membership.Changed([n1, n3], [new(n3, MembershipReason.NodeUp)], []));
        EngineEvent.View view = membership.RingChanged(new RingId(1, 8))!;
        Assert.Equal((new RingId(1, 8), n2, n3), (view.Ring, view.Left.Single().Member, view.Joined.Single().Member));
        Assert.Equal(ImmutableArray.Create(n1, n3), view.Members);
        Assert.Null(membership.RingChanged(new RingId(1, 8)));
        Assert.Empty(membership.RingChanged(new RingId(1, 12))!.Left);
    }

    private static List<(PartHead Head, byte[] Body)> SendAll(SendQueue queue)
    {
        List<(PartHead, byte[])> sent = [];
        while (queue.Next() is var (head, body))
        {
            sent.Add((head, body.ToArray()));
            queue.Sent();
        }

        return sent;
    }

    private static List<byte[]> Assemble(Assembly assembly, List<(PartHead Head, byte[] Body)> parts) =>
        [.. parts.Select(p => assembly.Take(p.Head, p.Body)).OfType<byte[]>()];

    private static byte[] Random(int bytes)
    {
        byte[] message = new byte[bytes];
        new Random(bytes).NextBytes(message);
        return message;
    }
}
