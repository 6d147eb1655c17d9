using System.Buffers.Binary;
using Truce.Engine.Local.Wire;
using Truce.Model;
using Truce.Ports;

namespace Truce.Engine.Tests.Corosync;

/// <summary>What a test and its member process say to each other: <c>u32 length, u8 kind, body</c>.</summary>
internal enum MemberWord : byte
{
    Send = 1,
    Leave,
    Die,
    Joined = 65,
    Refused,
    Result,
    Delivered,
    View,
    Quorum,
    Writable,
    Died,
}

/// <summary>Frames over pipes. Views and quorum travel as the local engine's frames do.</summary>
internal sealed class MemberWire(Stream input, Stream output)
{
    private readonly Lock _lock = new();

    public void Write(MemberWord word, ReadOnlySpan<byte> body)
    {
        Span<byte> head = stackalloc byte[5];
        BinaryPrimitives.WriteInt32LittleEndian(head, body.Length);
        head[4] = (byte)word;
        lock (_lock)
        {
            output.Write(head);
            output.Write(body);
            output.Flush();
        }
    }

    /// <summary>The next frame; null at the end.</summary>
    public (MemberWord Word, byte[] Body)? Read()
    {
        byte[] head = new byte[5];
        if (input.ReadAtLeast(head, 5, throwOnEndOfStream: false) < 5)
            return null;
        byte[] body = new byte[BinaryPrimitives.ReadInt32LittleEndian(head)];
        input.ReadExactly(body);
        return ((MemberWord)head[4], body);
    }

    public void Write(EngineEvent told)
    {
        switch (told)
        {
            case EngineEvent.Delivered delivered:
                Write(MemberWord.Delivered, [.. Member(delivered.Sender), .. delivered.Payload.Span]);
                break;
            case EngineEvent.View view:
                Write(MemberWord.View, FrameCodec.Encode(view).AsSpan(FrameLimits.HeaderBytes));
                break;
            case EngineEvent.Quorum quorum:
                Write(MemberWord.Quorum, FrameCodec.Encode(quorum).AsSpan(FrameLimits.HeaderBytes));
                break;
            case EngineEvent.Writable:
                Write(MemberWord.Writable, []);
                break;
            case EngineEvent.Died died:
                Write(MemberWord.Died, new FrameWriter(FrameType.Refused).Text(died.Reason).ToFrame().AsSpan(5));
                break;
        }
    }

    public static EngineEvent? Event(MemberWord word, ReadOnlySpan<byte> body) => word switch
    {
        MemberWord.Delivered => Delivered(body),
        MemberWord.View => FrameCodec.DecodeView(body),
        MemberWord.Quorum => FrameCodec.DecodeQuorum(body),
        MemberWord.Writable => new EngineEvent.Writable(),
        MemberWord.Died => new EngineEvent.Died(new FrameReader(body).Text()),
        MemberWord.Send or MemberWord.Leave or MemberWord.Die or MemberWord.Joined or MemberWord.Refused
            or MemberWord.Result => null,
    };

    public static byte[] Member(EngineMember member) =>
        new FrameWriter(FrameType.Hello).Member(member).ToFrame()[FrameLimits.HeaderBytes..];

    private static EngineEvent.Delivered Delivered(ReadOnlySpan<byte> body)
    {
        FrameReader reader = new(body);
        EngineMember sender = reader.Member();
        return new EngineEvent.Delivered(sender, reader.Rest().ToArray());
    }
}
