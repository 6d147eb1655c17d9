using System.Globalization;
using System.Text;

namespace Truce.Fuzz.Running;

/// <summary>Makes inputs of others: bits, bytes, blocks, words, numbers and whole attributes change
/// places.</summary>
internal sealed class Mutator(int seed, IReadOnlyList<string> words)
{
    private const int BytesMax = 64 * 1024;
    private static readonly string[] s_numbers =
        ["0", "-1", "1", "255", "256", "65536", "2147483647", "-2147483648", "4294967296",
            "9223372036854775807", "99999999999999999999", "INFINITY", "-INFINITY", "1e308", "NaN", ""];

    private static readonly string[] s_hostile =
        ["\0", "\u0001", "\u001b[2J", "\u202e", "\ufffe", "\ud83d\ude00", "../../..", "%00", "&#x0;", "]]>",
            "<!DOCTYPE a [<!ENTITY b \"c\">]>", "(a+)+$", "\\", "\"", "'", "${x}", "\r\n\r\n"];

#pragma warning disable CA5394 // Chance that repeats: no secret depends on it.
    private readonly Random _random = new(seed);

    /// <summary>A number below a limit.</summary>
    public int Below(int limit) => limit <= 0 ? 0 : _random.Next(limit);
#pragma warning restore CA5394

    /// <summary>Another input of one, and of a second that parts are taken of.</summary>
    public byte[] Change(byte[] input, byte[] other)
    {
        List<byte> bytes = [.. input];
        for (int i = 1 + Below(4); i > 0; i--)
            Once(bytes, other);
        return bytes.Count <= BytesMax ? [.. bytes] : [.. bytes.Take(BytesMax)];
    }

    private void Once(List<byte> bytes, byte[] other)
    {
        switch (Below(11))
        {
            case 0 when bytes.Count > 0:
                bytes[Below(bytes.Count)] ^= (byte)(1 << Below(8));
                break;
            case 1 when bytes.Count > 0:
                bytes[Below(bytes.Count)] = (byte)Below(256);
                break;
            case 2 when bytes.Count > 0:
                Remove(bytes, Below(bytes.Count), 1 + Below(Math.Min(bytes.Count, 64)));
                break;
            case 3 when bytes.Count > 0:
                int from = Below(bytes.Count);
                bytes.InsertRange(
                    Below(bytes.Count), bytes.GetRange(from, Math.Min(1 + Below(256), bytes.Count - from)));
                break;
            case 4 when other.Length > 0:
                int begin = Below(other.Length);
                bytes.InsertRange(
                    Below(bytes.Count + 1),
                    other.AsSpan(begin, Math.Min(1 + Below(512), other.Length - begin)).ToArray());
                break;
            case 5 or 6 when words.Count > 0:
                bytes.InsertRange(Below(bytes.Count + 1), Encoding.UTF8.GetBytes(words[Below(words.Count)]));
                break;
            case 7:
                bytes.InsertRange(
                    Below(bytes.Count + 1), Encoding.UTF8.GetBytes(s_hostile[Below(s_hostile.Length)]));
                break;
            case 8:
                ReplaceNumber(bytes);
                break;
            case 9:
                ReplaceQuoted(bytes, other);
                break;
            default:
                WriteNumber(bytes);
                break;
        }
    }

    private static void Remove(List<byte> bytes, int at, int count) =>
        bytes.RemoveRange(at, Math.Min(count, bytes.Count - at));

    private void ReplaceNumber(List<byte> bytes)
    {
        int at = bytes.FindIndex(Below(bytes.Count + 1), b => b is >= (byte)'0' and <= (byte)'9');
        if (at < 0)
            return;
        int end = at;
        while (end < bytes.Count && bytes[end] is >= (byte)'0' and <= (byte)'9')
            end++;
        bytes.RemoveRange(at, end - at);
        string number = Below(2) == 0 ? s_numbers[Below(s_numbers.Length)]
            : Below(100_000).ToString(CultureInfo.InvariantCulture);
        bytes.InsertRange(at, Encoding.UTF8.GetBytes(number));
    }

    // The value of an attribute or of a member becomes another one that is known somewhere: what is valid
    // alone and not together.
    private void ReplaceQuoted(List<byte> bytes, byte[] other)
    {
        if (Quoted(bytes, Below(bytes.Count + 1)) is not ({ } at, { } length))
            return;
        List<byte> source = [.. other];
        byte[] value = Below(3) == 0 && words.Count > 0 ? Encoding.UTF8.GetBytes(words[Below(words.Count)])
            : Quoted(source, Below(source.Count + 1)) is ({ } from, { } count)
                ? [.. source.GetRange(from, count)]
            : Encoding.UTF8.GetBytes(s_numbers[Below(s_numbers.Length)]);
        bytes.RemoveRange(at, length);
        bytes.InsertRange(at, value);
    }

    private static (int? At, int? Length) Quoted(List<byte> bytes, int from)
    {
        int open = bytes.IndexOf((byte)'"', Math.Min(from, bytes.Count));
        int close = open < 0 ? -1 : bytes.IndexOf((byte)'"', open + 1);
        return close < 0 ? (null, null) : (open + 1, close - open - 1);
    }

    // Lengths and counts of binary frames.
    private void WriteNumber(List<byte> bytes)
    {
        if (bytes.Count < 4)
            return;
        int at = Below(bytes.Count - 3);
        byte[] number = BitConverter.GetBytes(
            (int[])[0, -1, int.MaxValue, int.MinValue, bytes.Count, Below(70_000)] is var all
            ? all[Below(all.Length)] : 0);
        for (int i = 0; i < 4; i++)
            bytes[at + i] = number[i];
    }
}
