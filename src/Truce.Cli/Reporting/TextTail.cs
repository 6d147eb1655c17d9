using System.Globalization;
using System.Text;

namespace Truce.Cli.Reporting;

/// <summary>The end of a text that may be long: the newest lines of a log.</summary>
internal static class TextTail
{
    private const int BufferBytes = 64 * 1024;

    /// <summary>Reads to the end of a stream, and keeps its last lines.</summary>
    /// <param name="stream">What is read.</param>
    /// <param name="bytesMax">How much is kept.</param>
    /// <param name="cancel">Ends it; what was read is then given.</param>
    public static async Task<ReportContent.Text> ReadAsync(
        Stream stream, int bytesMax, CancellationToken cancel)
    {
        long skipped = 0;
        if (stream.CanSeek && stream.Length > bytesMax)
        {
            skipped = stream.Length - bytesMax;
            stream.Position = skipped;
        }

        using MemoryStream kept = new();
        byte[] buffer = new byte[BufferBytes];
        try
        {
            while (await stream.ReadAsync(buffer, cancel).ConfigureAwait(false) is int read and > 0)
            {
                kept.Write(buffer, 0, read);
                if (kept.Length > 2L * bytesMax)
                    skipped += Shorten(kept, bytesMax);
            }
        }
        catch (OperationCanceledException)
        {
            // What came until then is more than nothing.
        }

        skipped += kept.Length > bytesMax ? Shorten(kept, bytesMax) : 0;
        return Lines(kept.GetBuffer().AsSpan(0, (int)kept.Length), skipped);
    }

    private static long Shorten(MemoryStream kept, int bytesMax)
    {
        long skipped = kept.Length - bytesMax;
        byte[] end = kept.GetBuffer().AsSpan((int)skipped, bytesMax).ToArray();
        kept.SetLength(0);
        kept.Write(end);
        return skipped;
    }

    // Half a line may be half a secret, which nothing recognises.
    private static ReportContent.Text Lines(ReadOnlySpan<byte> bytes, long skipped)
    {
        if (skipped == 0)
            return new ReportContent.Text(Encoding.UTF8.GetString(bytes));
        int end = bytes.IndexOf((byte)'\n') + 1;
        int begin = end == 0 ? bytes.Length : end;
        long leftOut = skipped + begin;
        string note = string.Create(
            CultureInfo.InvariantCulture, $"({leftOut} bytes before this are left out)\n");
        return new ReportContent.Text(note + Encoding.UTF8.GetString(bytes[begin..]), leftOut);
    }
}
