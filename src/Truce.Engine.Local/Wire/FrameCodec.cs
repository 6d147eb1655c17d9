using System.Collections.Immutable;
using Truce.Model;
using Truce.Ports;

namespace Truce.Engine.Local.Wire;

/// <summary>What a client says first.</summary>
/// <param name="KernelBoot">The kernel's boot id: the local engine is for one machine.</param>
/// <param name="Node">Its node.</param>
/// <param name="Incarnation">The boot of that node.</param>
/// <param name="Group">The group that it joins.</param>
/// <param name="Process">Which life of the process.</param>
/// <param name="Nodes">The nodes as its configuration has them ("n1:1 n2:1"), or
/// empty: as the sequencer says.</param>
internal sealed record Hello(
    string KernelBoot, NodeId Node, string Incarnation, string Group, uint Process, string Nodes);

/// <summary>What the sequencer answers.</summary>
internal sealed record Welcome(int TokenMs, int HeartbeatMs, int WindowMessages, int WindowBytes);

/// <summary>Frames with more than a number in them, to bytes and back.</summary>
internal static class FrameCodec
{
    public static byte[] Encode(Hello hello) => new FrameWriter(FrameType.Hello)
        .UInt32(FrameLimits.Version).Text(hello.KernelBoot).Text(hello.Node.Value).Text(hello.Incarnation)
        .Text(hello.Group).UInt32(hello.Process).Text(hello.Nodes).ToFrame();

    public static Hello DecodeHello(ReadOnlySpan<byte> body)
    {
        FrameReader reader = new(body);
        uint version = reader.UInt32();
        if (version != FrameLimits.Version)
            throw new FrameException($"wire version {version}, this sequencer speaks {FrameLimits.Version}");
        return new Hello(
            reader.Text(), new NodeId(reader.Text()), reader.Text(), reader.Text(), reader.UInt32(), reader.Text());
    }

    public static byte[] Encode(Welcome welcome) => new FrameWriter(FrameType.Welcome)
        .Int32(welcome.TokenMs).Int32(welcome.HeartbeatMs).Int32(welcome.WindowMessages).Int32(welcome.WindowBytes)
        .ToFrame();

    public static Welcome DecodeWelcome(ReadOnlySpan<byte> body)
    {
        FrameReader reader = new(body);
        return new Welcome(reader.Int32(), reader.Int32(), reader.Int32(), reader.Int32());
    }

    public static byte[] EncodeRefused(string reason) => new FrameWriter(FrameType.Refused).Text(reason).ToFrame();

    public static byte[] Encode(EngineEvent.View view)
    {
        FrameWriter writer = new FrameWriter(FrameType.View).Ring(view.Ring).Int32(view.Members.Length);
        foreach (EngineMember member in view.Members)
            writer.Member(member);
        WriteChanges(writer, view.Joined);
        WriteChanges(writer, view.Left);
        return writer.ToFrame();
    }

    public static EngineEvent.View DecodeView(ReadOnlySpan<byte> body)
    {
        FrameReader reader = new(body);
        RingId ring = reader.Ring();
        int count = reader.Count();
        ImmutableArray<EngineMember>.Builder members = ImmutableArray.CreateBuilder<EngineMember>(count);
        for (int i = 0; i < count; i++)
            members.Add(reader.Member());
        return new EngineEvent.View(ring, members.MoveToImmutable(), ReadChanges(ref reader), ReadChanges(ref reader));
    }

    public static byte[] Encode(EngineEvent.Quorum quorum)
    {
        QuorumInfo info = quorum.Info;
        FrameWriter writer = new FrameWriter(FrameType.Quorum).Ring(quorum.Ring)
            .Flag(info.Quorate).Int32(info.Votes).Int32(info.Needed).Flag(info.WaitForAll).Flag(info.TwoNode)
            .Int32(info.Nodes.Length);
        foreach (NodeId node in info.Nodes)
            writer.Text(node.Value);
        writer.Int32(info.Configured.Count);
        foreach ((NodeId node, int votes) in info.Configured)
            writer.Text(node.Value).Int32(votes);
        return writer.ToFrame();
    }

    public static EngineEvent.Quorum DecodeQuorum(ReadOnlySpan<byte> body)
    {
        FrameReader reader = new(body);
        RingId ring = reader.Ring();
        (bool quorate, int votes, int needed) = (reader.Flag(), reader.Int32(), reader.Int32());
        (bool waitForAll, bool twoNode) = (reader.Flag(), reader.Flag());
        ImmutableArray<NodeId>.Builder nodes = ImmutableArray.CreateBuilder<NodeId>();
        for (int left = reader.Count(); left > 0; left--)
            nodes.Add(new NodeId(reader.Text()));
        ImmutableSortedDictionary<NodeId, int>.Builder configured =
            ImmutableSortedDictionary.CreateBuilder<NodeId, int>();
        for (int left = reader.Count(); left > 0; left--)
            configured[new NodeId(reader.Text())] = reader.Int32();
        return new EngineEvent.Quorum(ring, new QuorumInfo(
            quorate, nodes.ToImmutable(), configured.ToImmutable(), votes, needed, waitForAll, twoNode));
    }

    /// <summary>A message cut into frames of the given type, each part headed by <paramref name="sender"/>
    /// (from the sequencer) or by nothing (from a client).</summary>
    public static IEnumerable<byte[]> EncodeParts(FrameType type, EngineMember? sender, ReadOnlyMemory<byte> payload)
    {
        int offset = 0;
        do
        {
            int length = Math.Min(FrameLimits.PartBytesMax, payload.Length - offset);
            bool last = offset + length == payload.Length;
            FrameWriter writer = new(type, length + 64);
            if (sender is { } member)
                writer.Member(member);
            yield return writer.Flag(last).Bytes(payload.Span.Slice(offset, length)).ToFrame();
            offset += length;
        }
        while (offset < payload.Length);
    }

    private static void WriteChanges(FrameWriter writer, ImmutableArray<MembershipChange> changes)
    {
        writer.Int32(changes.Length);
        foreach (MembershipChange change in changes)
            writer.Member(change.Member).Byte((byte)change.Reason);
    }

    private static ImmutableArray<MembershipChange> ReadChanges(ref FrameReader reader)
    {
        int count = reader.Count();
        ImmutableArray<MembershipChange>.Builder changes = ImmutableArray.CreateBuilder<MembershipChange>(count);
        for (int i = 0; i < count; i++)
        {
            EngineMember member = reader.Member();
            byte reason = reader.Byte();
            if (reason > (byte)MembershipReason.ProcessDown)
                throw new FrameException($"membership reason {reason}");
            changes.Add(new MembershipChange(member, (MembershipReason)reason));
        }

        return changes.MoveToImmutable();
    }
}
