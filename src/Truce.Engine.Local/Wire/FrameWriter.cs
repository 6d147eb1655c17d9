using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Truce.Model;

namespace Truce.Engine.Local.Wire;

/// <summary>Builds one frame.</summary>
internal sealed class FrameWriter
{
    private readonly ArrayBufferWriter<byte> _buffer;

    public FrameWriter(FrameType type, int bodyBytes = 64)
    {
        _buffer = new ArrayBufferWriter<byte>(FrameLimits.HeaderBytes + bodyBytes);
        _buffer.Advance(4);
        Byte((byte)type);
    }

    public FrameWriter Byte(byte value)
    {
        _buffer.GetSpan(1)[0] = value;
        _buffer.Advance(1);
        return this;
    }

    public FrameWriter Flag(bool value) => Byte(value ? (byte)1 : (byte)0);

    public FrameWriter UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer.GetSpan(4), value);
        _buffer.Advance(4);
        return this;
    }

    public FrameWriter Int32(int value) => UInt32(unchecked((uint)value));

    public FrameWriter UInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_buffer.GetSpan(8), value);
        _buffer.Advance(8);
        return this;
    }

    public FrameWriter Text(string value)
    {
        Int32(Encoding.UTF8.GetByteCount(value));
        Encoding.UTF8.GetBytes(value, _buffer);
        return this;
    }

    public FrameWriter Bytes(ReadOnlySpan<byte> value)
    {
        _buffer.Write(value);
        return this;
    }

    public FrameWriter Member(EngineMember member) => Text(member.Node.Value).UInt32(member.Process);

    public FrameWriter Ring(RingId ring) => UInt32(ring.Representative).UInt64(ring.Sequence);

    /// <summary>The finished frame with its length.</summary>
    public byte[] ToFrame()
    {
        byte[] frame = _buffer.WrittenSpan.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(frame, frame.Length - 4);
        return frame;
    }
}
