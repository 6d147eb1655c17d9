using System.Collections.Immutable;
using Truce.Agents.Bench.Hosts;

namespace Truce.Agents.Bench.Tracing;

/// <summary>Whether the shell says at which line it is.</summary>
internal enum Lines
{
    /// <summary>The agent runs as it is.</summary>
    Off,

    /// <summary>bash runs it, whatever shell it names, and tells its lines to the tracer.</summary>
    On,
}

/// <summary>Runs an action under strace.</summary>
internal static class Tracer
{
    private const string Program = "/usr/bin/strace";
    /// <summary>The shell that tells its lines.</summary>
    public const string Bash = "/bin/bash";

    /// <summary>Whether strace is installed.</summary>
    public static bool IsThere => File.Exists(Program);

    /// <summary>Whether bash can run the script and say where it is.</summary>
    public static bool CanTellLines(BenchSubject subject) => subject.IsShell && File.Exists(Bash);

    /// <summary>Runs it and returns what its processes did.</summary>
    public static async Task<(ActionResult Result, ImmutableArray<TraceStep> Steps)> RunAsync(
        Stage stage, string action, Lines lines, CancellationToken cancel)
    {
        bool withLines = lines == Lines.On && CanTellLines(stage.Subject);
        string calls = "%file,%process,%network,fstatfs" + (withLines ? ",write" : "");
        ActionOptions options = new()
        {
            Wrapper =
            [
                Program, "-f", "-q", "-y", "-s", "400", "-e", "signal=none", "-e", $"trace={calls}",
                "-o", $"{HostScript.Share}/trace", .. withLines ? (string[])[Bash] : [],
            ],
            Environment = withLines ? LineVariables(stage.Subject) : ImmutableSortedDictionary<string,
                string>.Empty,
        };
        ActionResult result = await stage.DoAsync(action, options, cancel).ConfigureAwait(false);
        string path = Path.Combine(stage.Share, "trace");
        ImmutableArray<TraceEvent> events = File.Exists(path) ? TraceReader.Read(File.ReadLines(path)) : [];
        File.Delete(path);
        return (result, TraceStory.Tell(events));
    }

    /// <summary>Counts the system calls of an action; null if strace doesn't say.</summary>
    public static async Task<long?> CountAsync(Stage stage, string action, CancellationToken cancel)
    {
        ActionOptions options = new()
        {
            Wrapper = [Program, "-f", "-c", "-qq", "-o", $"{HostScript.Share}/count"],
        };
        await stage.DoAsync(action, options, cancel).ConfigureAwait(false);
        string path = Path.Combine(stage.Share, "count");
        return File.Exists(path) ? Total(File.ReadLines(path)) : null;
    }

    /// <summary>The number of calls in the last line of <c>strace -c</c>.</summary>
    public static long? Total(IEnumerable<string> summary)
    {
        string[]? fields = summary.Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .LastOrDefault(f => f.Length >= 4 && f[^1] == "total");
        return fields is not null
            && long.TryParse(fields[3], System.Globalization.CultureInfo.InvariantCulture, out long calls)
                ? calls : null;
    }

    /// <summary>What makes bash say where it is.</summary>
    public static ImmutableSortedDictionary<string, string> LineVariables(BenchSubject subject)
    {
        var variables = ImmutableSortedDictionary<string, string>.Empty
            .Add("BASH_ENV", $"{HostScript.Share}/lines.bash");
        return subject.Interpreter == "bash" ? variables : variables.Add("TRUCE_BENCH_POSIX", "1");
    }
}
