using System.Text;

namespace Truce.Agents.Processes;

/// <summary>
/// Finds the last <c>ocf-exit-reason:</c> line of a stream while it passes, so that a noisy agent can't
/// push its reason out of what is kept.
/// </summary>
internal sealed class ExitReasonScanner
{
    /// <summary>The value of OCF_EXIT_REASON_PREFIX for agents.</summary>
    public const string Prefix = "ocf-exit-reason:";

    private const int LineBytesMax = 1024;

    private readonly byte[] _line = new byte[LineBytesMax];
    private int _used;

    /// <summary>Whether a reason was as long as what is kept of a line: its end may be missing.</summary>
    public static bool MayBeCut(string reason)
    {
        // A character cut in its middle takes more bytes when it is written again; blanks were trimmed.
        const int Slack = 16;
        return Encoding.UTF8.GetByteCount(reason) + Prefix.Length + Slack >= LineBytesMax;
    }

    /// <summary>The last reason, or null.</summary>
    public string? Reason { get; private set; }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        for (int end; (end = bytes.IndexOf((byte)'\n')) >= 0; bytes = bytes[(end + 1)..])
        {
            Collect(bytes[..end]);
            EndLine();
        }

        Collect(bytes);
    }

    /// <summary>The stream is over: its last line needs no line feed.</summary>
    public void EndLine()
    {
        string line = Encoding.UTF8.GetString(_line, 0, _used);
        _used = 0;
        if (line.StartsWith(Prefix, StringComparison.Ordinal))
            Reason = line[Prefix.Length..].Trim();
    }

    private void Collect(ReadOnlySpan<byte> bytes)
    {
        int room = Math.Min(bytes.Length, LineBytesMax - _used);
        bytes[..room].CopyTo(_line.AsSpan(_used));
        _used += room;
    }
}
