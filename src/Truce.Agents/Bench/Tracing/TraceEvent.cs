namespace Truce.Agents.Bench.Tracing;

/// <summary>Something that a traced process did.</summary>
/// <param name="Process">Its id, as the tracer sees it.</param>
/// <param name="Call">The system call; <see cref="Exit"/> for its end.</param>
/// <param name="Arguments">As strace prints them.</param>
/// <param name="Result">What it returned; -1 on failure; of an end, the exit code.</param>
/// <param name="Error">ENOENT and the like; empty on success.</param>
internal sealed record TraceEvent(int Process, string Call, string Arguments, long Result, string Error)
{
    /// <summary>The name that stands for a process's end.</summary>
    public const string Exit = "+exit";

    /// <summary>Whether the call succeeded.</summary>
    public bool IsSuccess => Error.Length == 0;

    /// <summary>The path that the call is about: the first quoted argument, made absolute by the descriptor
    /// before it; for calls on a descriptor, what that is open on. Null: none.</summary>
    public string? Path
    {
        get
        {
            string? quoted = Quoted(0);
            string? opened = Opened(Arguments);
            if (quoted is null)
                return Call is "fstatfs" or "fchdir" ? opened : null;
            if (quoted.StartsWith('/') || opened is null
                || !Arguments.StartsWith("AT_FDCWD<", StringComparison.Ordinal)
                && !char.IsAsciiDigit(Arguments[0]))
                return quoted;
            return quoted.Length == 0 ? null : opened.TrimEnd('/') + "/" + quoted;
        }
    }

    /// <summary>The words of an execve.</summary>
    public IEnumerable<string> Words
    {
        get
        {
            int begin = Arguments.IndexOf('[', StringComparison.Ordinal);
            for (int at = begin; at >= 0 && Next(ref at) is { } word;)
                yield return word;
        }
    }

    /// <summary>The first quoted argument at or after a position.</summary>
    public string? Quoted(int from) => Next(ref from);

    private string? Next(ref int at)
    {
        int begin = Arguments.IndexOf('"', at);
        if (begin < 0)
            return null;
        int end = begin + 1;
        while (end < Arguments.Length && Arguments[end] != '"')
            end += Arguments[end] == '\\' ? 2 : 1;
        at = Math.Min(end + 1, Arguments.Length);
        return end > Arguments.Length ? null
            : Unescape(Arguments[(begin + 1)..Math.Min(end, Arguments.Length)]);
    }

    private static string Unescape(string text) => text.Contains('\\')
        ? text.Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\t", "\t", StringComparison.Ordinal)
            .Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal)
        : text;

    // 3</etc/passwd>, AT_FDCWD</root>: what a descriptor is open on.
    private static string? Opened(string arguments)
    {
        int begin = arguments.IndexOf('<', StringComparison.Ordinal);
        int comma = arguments.IndexOf(',', StringComparison.Ordinal);
        if (begin < 0 || (comma >= 0 && begin > comma))
            return null;
        int end = arguments.IndexOf('>', begin);
        return end < 0 ? null : arguments[(begin + 1)..end];
    }
}
