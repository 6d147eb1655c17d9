using System.Net;
using System.Net.Sockets;
using Truce.Daemon.Links;
using Truce.Engine.Corosync;
using Truce.Engine.Local.Wire;
using Truce.Fuzz.Running;
using Truce.Model;

namespace Truce.Fuzz.Targets;

/// <summary>Binary frames: of the engines and of links.</summary>
internal static class FrameTargets
{
    /// <summary>The local engine's wire.</summary>
    public static FuzzTarget LocalEngine { get; } = new(
        "engine-local",
        [
            FrameCodec.Encode(new Hello("boot", new NodeId("n1"), "i", "g", 1, "n1:1 n2:1")),
                FrameCodec.Encode(new Welcome(1000, 100, 10, 1000)),
            FrameCodec.EncodeRefused("no"), .. SeedFrames.Views,
        ],
        ["\0\0\0\u0005\u0001", "\u0001\0\0\0"], TakeFrames);

    /// <summary>Parts of messages over Corosync.</summary>
    public static FuzzTarget CorosyncParts { get; } = new(
        "engine-corosync",
            [[1, 3, 0, 0, 1, 0, 0, 0, 65, 66], [1, 1, 0, 0, 2, 0, 0, 0, 65], [1, 2, 0, 0, 2, 0, 0, 0, 66]],
            [], TakeParts);

    /// <summary>Messages between the roles of a node.</summary>
    public static FuzzTarget Links { get; } = new(
        "links", [LinkFrames.Frame("{}"u8.ToArray()),
        [.. LinkFrames.Frame("a"u8.ToArray()), .. LinkFrames.Frame("b"u8.ToArray())]], [], TakeLinks);

    private static void TakeFrames(byte[] input)
    {
        FrameSplitter splitter = new();
        try
        {
            for (int at = 0; at < input.Length;)
            {
                Span<byte> room = splitter.Room();
                int count = Math.Min(room.Length, input.Length - at);
                input.AsSpan(at, count).CopyTo(room);
                splitter.Received(count);
                at += count;
                while (splitter.TryTake(out FrameType type, out ReadOnlySpan<byte> body))
                    Decode(type, body);
            }
        }
        catch (FrameException)
        {
            // The connection ends.
        }
    }

    private static void Decode(FrameType type, ReadOnlySpan<byte> body)
    {
        switch (type)
        {
            case FrameType.Hello:
                _ = FrameCodec.DecodeHello(body);
                break;
            case FrameType.Welcome:
                _ = FrameCodec.DecodeWelcome(body);
                break;
            case FrameType.View:
                _ = FrameCodec.DecodeView(body);
                break;
            case FrameType.Quorum:
                _ = FrameCodec.DecodeQuorum(body);
                break;
            case FrameType.Data or FrameType.Heartbeat or FrameType.ProbeReply or FrameType.Leave or FrameType.Refused or FrameType.Part
                or FrameType.Ordered or FrameType.Probe:
                break;
        }
    }

    private static void TakeParts(byte[] input)
    {
        Assembly assembly = new();
        for (int at = 0; at < input.Length;)
        {
            int length = Math.Min(1 + (input[at] % 24), input.Length - at);
            ReadOnlySpan<byte> part = input.AsSpan(at, length);
            if (PartHead.Read(part) is { } head)
                _ = assembly.Take(head, part[PartHead.Bytes..]);
            at += length;
        }

        assembly.Drop();
    }

    private static void TakeLinks(byte[] input)
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        using Socket sender = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        sender.LingerState = new LingerOption(true, 0);
        sender.Connect(listener.LocalEndPoint!);
        using NetworkStream stream = new(listener.Accept(), ownsSocket: true);
        sender.Send(input.AsSpan(0, Math.Min(input.Length, 32 * 1024)));
        sender.Shutdown(SocketShutdown.Send);
        try
        {
            while (LinkFrames.ReadAsync(stream, CancellationToken.None).GetAwaiter().GetResult() is not null)
            {
                // The next.
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            // The link ends.
        }
    }
}

/// <summary>Views and quorum of a ring.</summary>
internal static class SeedFrames
{
    private static readonly RingId s_ring = new(1, 4);
    private static readonly EngineMember s_member = new(new NodeId("n1"), 1);

    /// <summary>As frames.</summary>
    public static IEnumerable<byte[]> Views =>
        [FrameCodec.Encode(new Ports.EngineEvent.View(s_ring, [s_member], [], []))];
}
