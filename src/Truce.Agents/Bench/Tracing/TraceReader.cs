using System.Collections.Immutable;
using System.Globalization;

namespace Truce.Agents.Bench.Tracing;

/// <summary>Reads what <c>strace -f -y</c> writes. A call that was interrupted in the listing by another
/// process's stands where it began.</summary>
internal static class TraceReader
{
    private const string Unfinished = " <unfinished ...>";
    private const string Resumed = " resumed>";
    private const string ExitedWith = "+++ exited with ";
    private const string KilledBy = "+++ killed by ";
    private const int SignalBase = 128;

    /// <summary>At most this many lines are read: a trace has an end even where an agent has none.</summary>
    public const int LinesMax = 400_000;

    /// <summary>Reads a trace. Lines that mean nothing to it are skipped.</summary>
    public static ImmutableArray<TraceEvent> Read(IEnumerable<string> lines)
    {
        List<TraceEvent?> events = [];
        Dictionary<int, (int Index, string Begin)> open = [];
        foreach (string line in lines.Take(LinesMax))
        {
            int space = line.IndexOf(' ', StringComparison.Ordinal);
            if (space <= 0
                || !int.TryParse(line.AsSpan(0, space), CultureInfo.InvariantCulture, out int process))
                continue;
            string rest = line[space..].TrimStart();
            if (rest.EndsWith(Unfinished, StringComparison.Ordinal))
            {
                open[process] = (events.Count, rest[..^Unfinished.Length]);
                events.Add(null);
            }
            else if (rest.StartsWith("<... ", StringComparison.Ordinal))
            {
                int end = rest.IndexOf(Resumed, StringComparison.Ordinal);
                if (end >= 0 && open.Remove(process, out var begun))
                    events[begun.Index] = Call(process, begun.Begin + rest[(end + Resumed.Length)..]);
            }
            else
            {
                events.Add(rest.StartsWith("+++", StringComparison.Ordinal) ? End(process, rest)
                    : Call(process, rest));
            }
        }

        return [.. events.OfType<TraceEvent>()];
    }

    private static TraceEvent? End(int process, string rest)
    {
        if (rest.StartsWith(KilledBy, StringComparison.Ordinal))
            return new TraceEvent(process, TraceEvent.Exit, rest[KilledBy.Length..].Split(' ')[0], SignalBase,
                "");
        if (!rest.StartsWith(ExitedWith, StringComparison.Ordinal))
            return null;
        string code = rest[ExitedWith.Length..].Split(' ')[0];
        return int.TryParse(code, CultureInfo.InvariantCulture, out int number)
            ? new TraceEvent(process, TraceEvent.Exit, "", number, "")
            : null;
    }

    private static TraceEvent? Call(int process, string rest)
    {
        int bracket = rest.IndexOf('(', StringComparison.Ordinal);
        int equals = rest.LastIndexOf(" = ", StringComparison.Ordinal);
        if (bracket <= 0 || equals < bracket)
            return null;
        string arguments = rest[(bracket + 1)..equals].TrimEnd();
        if (arguments.EndsWith(')'))
            arguments = arguments[..^1];
        string[] answer = rest[(equals + 3)..].Split(' ', 3);
        string number = new([.. answer[0].TakeWhile(c => char.IsAsciiDigit(c) || c == '-')]);
        _ = long.TryParse(number, CultureInfo.InvariantCulture, out long result);
        string error = result < 0 && answer.Length > 1 ? answer[1] : "";
        return new TraceEvent(process, rest[..bracket], arguments, result, error);
    }
}
