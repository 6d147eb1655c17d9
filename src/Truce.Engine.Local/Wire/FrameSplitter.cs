using System.Buffers.Binary;

namespace Truce.Engine.Local.Wire;

/// <summary>Cuts a byte stream into frames.</summary>
internal sealed class FrameSplitter
{
    private byte[] _buffer = new byte[16 * 1024];
    private int _begin;
    private int _end;

    /// <summary>Room for the next bytes to be received.</summary>
    public Span<byte> Room()
    {
        if (_begin > 0 && (_begin == _end || _buffer.Length - _end < 4096))
        {
            _buffer.AsSpan(_begin.._end).CopyTo(_buffer);
            (_begin, _end) = (0, _end - _begin);
        }

        if (_buffer.Length - _end < 4096)
            Array.Resize(ref _buffer, Math.Min(_buffer.Length * 2, FrameLimits.FrameBytesMax * 2));
        return _buffer.AsSpan(_end);
    }

    /// <summary>That many bytes were received into <see cref="Room"/>.</summary>
    public void Received(int count) => _end += count;

    /// <summary>The next whole frame, valid until <see cref="Room"/> is called again.</summary>
    public bool TryTake(out FrameType type, out ReadOnlySpan<byte> body)
    {
        type = default;
        body = default;
        if (_end - _begin < 4)
            return false;
        int length = BinaryPrimitives.ReadInt32LittleEndian(_buffer.AsSpan(_begin));
        if (length is < 1 or > FrameLimits.FrameBytesMax)
            throw new FrameException($"a frame of {length} bytes");
        if (_end - _begin < 4 + length)
            return false;
        type = (FrameType)_buffer[_begin + 4];
        body = _buffer.AsSpan(_begin + FrameLimits.HeaderBytes, length - 1);
        _begin += 4 + length;
        return true;
    }

    /// <summary>The next whole line, without its end, for the control socket.</summary>
    public bool TryTakeLine(out ReadOnlySpan<byte> line)
    {
        line = _buffer.AsSpan(_begin.._end);
        int length = line.IndexOf((byte)'\n');
        if (length < 0)
        {
            return line.Length < FrameLimits.FrameBytesMax
                ? false
                : throw new FrameException("a line without end");
        }

        line = line[..length];
        _begin += length + 1;
        return true;
    }
}
