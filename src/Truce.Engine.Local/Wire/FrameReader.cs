using System.Buffers.Binary;
using System.Text;
using Truce.Model;
using Truce.Ports;

namespace Truce.Engine.Local.Wire;

/// <summary>Reads the body of one frame; every length is checked, as the peer may be anything.</summary>
internal ref struct FrameReader(ReadOnlySpan<byte> body)
{
    private const int TextBytesMax = 4096;
    private const int CountMax = 4096;

    private ReadOnlySpan<byte> _rest = body;

    public byte Byte() => Take(1)[0];

    public bool Flag() => Byte() != 0;

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public int Int32() => unchecked((int)UInt32());

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    public string Text()
    {
        int length = Int32();
        if (length is < 0 or > TextBytesMax)
            throw new FrameException($"a text of {length} bytes");
        return Encoding.UTF8.GetString(Take(length));
    }

    public int Count()
    {
        int count = Int32();
        return count is >= 0 and <= CountMax ? count : throw new FrameException($"a list of {count}");
    }

    public EngineMember Member() => new(new NodeId(Text()), UInt32());

    public RingId Ring() => new(UInt32(), UInt64());

    public ReadOnlySpan<byte> Rest() => Take(_rest.Length);

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > _rest.Length)
            throw new FrameException("a frame ends early");
        ReadOnlySpan<byte> taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }
}
