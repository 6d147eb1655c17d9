using System.Collections.Immutable;
using Truce.Agents.Bench.Hosts;

namespace Truce.Agents.Bench.Tracing;

/// <summary>The lines of a shell script that an action ran, as bash wrote them down itself: it takes no
/// tracer, and what was written stays when the action is killed.</summary>
internal static class LineRecord
{
    private const string FileName = "lines";
    private const int LinesMax = 200_000;

    /// <summary>Makes an action write down its lines; null where no bash can run the script.</summary>
    public static ActionOptions? Options(BenchSubject subject) => Tracer.CanTellLines(subject)
        ? new ActionOptions
        {
            Wrapper = [Tracer.Bash],
            Environment = Tracer.LineVariables(subject)
                .Add("TRUCE_BENCH_LINES", $"{HostScript.Share}/{FileName}"),
        }
        : null;

    /// <summary>Takes what was written since it was last asked.</summary>
    public static ImmutableArray<ScriptPlace> Take(Stage stage)
    {
        string path = Path.Combine(stage.Share, FileName);
        if (!File.Exists(path))
            return [];
        ImmutableArray<ScriptPlace> places = Read(File.ReadLines(path).Take(LinesMax));
        File.Delete(path);
        return places;
    }

    /// <summary>Reads what bash wrote: lines that go on with a command's text are left out.</summary>
    public static ImmutableArray<ScriptPlace> Read(IEnumerable<string> lines) =>
        [.. lines.Select(TraceStory.Place).OfType<ScriptPlace>()];
}
