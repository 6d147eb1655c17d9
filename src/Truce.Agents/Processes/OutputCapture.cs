using System.Text;

namespace Truce.Agents.Processes;

/// <summary>How much of a stream is kept: its beginning and its end.</summary>
/// <param name="HeadBytes">Bytes kept from the beginning.</param>
/// <param name="TailBytes">Bytes kept from the end.</param>
public readonly record struct CaptureLimits(int HeadBytes, int TailBytes)
{
    /// <summary>For results that are replicated: 4 KiB and 12 KiB.</summary>
    public static CaptureLimits Result { get; } = new(4 * 1024, 12 * 1024);

    /// <summary>For documents that must be whole, such as metadata: 1 MiB.</summary>
    public static CaptureLimits Document { get; } = new(1024 * 1024, 0);
}

/// <summary>What was kept of a stream.</summary>
/// <param name="Text">As UTF-8, malformed bytes replaced; where something was left
/// out, a line says how much.</param>
/// <param name="OmittedBytes">How much was left out.</param>
public readonly record struct CapturedText(string Text, long OmittedBytes)
{
    /// <summary>The line that stands for what was left out.</summary>
    public string Gap => $"\n[... {OmittedBytes} bytes left out ...]\n";

    /// <summary>Nothing was printed.</summary>
    public static CapturedText Empty { get; } = new("", 0);
}

/// <summary>Keeps the head and the tail of a stream, however long it is.</summary>
internal sealed class OutputCapture(CaptureLimits limits)
{
    private byte[] _head = [];
    private byte[] _tail = [];
    private int _headUsed;
    private long _afterHead;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        int toHead = Math.Min(bytes.Length, limits.HeadBytes - _headUsed);
        if (toHead > 0)
        {
            Grow(ref _head, _headUsed + toHead, limits.HeadBytes);
            bytes[..toHead].CopyTo(_head.AsSpan(_headUsed));
            _headUsed += toHead;
        }

        AddToTail(bytes[Math.Max(0, toHead)..]);
    }

    public CapturedText Text()
    {
        long kept = Math.Min(_afterHead, limits.TailBytes);
        long omitted = _afterHead - kept;
        byte[] tail = Tail((int)kept);
        // A character may lie across the two buffers.
        if (omitted == 0)
            return new CapturedText(Encoding.UTF8.GetString([.. _head.AsSpan(0, _headUsed), .. tail]), 0);
        string head = Encoding.UTF8.GetString(_head, 0, _headUsed);
        CapturedText captured = new("", omitted);
        return captured with { Text = head + captured.Gap + Encoding.UTF8.GetString(tail) };
    }

    private void AddToTail(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return;
        if (limits.TailBytes > 0)
        {
            Grow(ref _tail, (int)Math.Min(_afterHead + bytes.Length, limits.TailBytes), limits.TailBytes);
            ReadOnlySpan<byte> last = bytes[Math.Max(0, bytes.Length - limits.TailBytes)..];
            int at = (int)((_afterHead + bytes.Length - last.Length) % limits.TailBytes);
            int first = Math.Min(last.Length, limits.TailBytes - at);
            last[..first].CopyTo(_tail.AsSpan(at));
            last[first..].CopyTo(_tail);
        }

        _afterHead += bytes.Length;
    }

    private byte[] Tail(int kept)
    {
        byte[] tail = new byte[kept];
        if (kept == 0)
            return tail;
        int at = _afterHead <= limits.TailBytes ? 0 : (int)(_afterHead % limits.TailBytes);
        int first = Math.Min(kept, limits.TailBytes - at);
        _tail.AsSpan(at, first).CopyTo(tail);
        _tail.AsSpan(0, kept - first).CopyTo(tail.AsSpan(first));
        return tail;
    }

    private static void Grow(ref byte[] buffer, int needed, int limit)
    {
        if (buffer.Length < needed)
            Array.Resize(ref buffer, Math.Min(limit, Math.Max(needed, Math.Max(256, buffer.Length * 2))));
    }
}
