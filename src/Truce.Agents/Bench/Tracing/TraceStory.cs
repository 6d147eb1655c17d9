using System.Collections.Immutable;
using System.Globalization;

namespace Truce.Agents.Bench.Tracing;

/// <summary>A call, and who made it from where.</summary>
/// <param name="Event">The call.</param>
/// <param name="Program">What the process was executing.</param>
/// <param name="Place">The line of the script that the shell was at; null: not known.</param>
internal sealed record TraceStep(TraceEvent Event, string Program, ScriptPlace? Place);

/// <summary>Follows processes through a trace: a child begins with its parent's program and line, a shell
/// that says where it is (<see cref="Hosts.HostTools.Lines"/>) goes on from there.</summary>
internal static class TraceStory
{
    private const string Mark = "+@";

    /// <summary>Adds program and line to every call.</summary>
    public static ImmutableArray<TraceStep> Tell(ImmutableArray<TraceEvent> events)
    {
        Dictionary<int, (string Program, ScriptPlace? Place)> processes = [];
        ImmutableArray<TraceStep>.Builder steps = ImmutableArray.CreateBuilder<TraceStep>(events.Length);
        foreach (TraceEvent one in events)
        {
            (string Program, ScriptPlace? Place) now = processes.GetValueOrDefault(one.Process, ("", null));
            if (one.Call == "execve" && one.IsSuccess)
                now = (one.Path ?? now.Program, now.Place);
            else if (one.Call == "write" && Place(one.Quoted(0) ?? "") is { } place)
                now = (now.Program, place);
            processes[one.Process] = now;
            if (one.Call is "clone" or "clone3" or "fork" or "vfork" && one.Result > 0)
                processes[(int)one.Result] = now;
            steps.Add(new TraceStep(one, now.Program, now.Place));
        }

        return steps.ToImmutable();
    }

    /// <summary>The last external command that failed before the script ended, and the last line that the
    /// script itself ran: mostly why it returned what it did.</summary>
    public static (TraceStep? Failed, int Code, ScriptPlace? Last) End(ImmutableArray<TraceStep> steps)
    {
        TraceStep? failed = null;
        int code = 0;
        if (steps.IsEmpty)
            return (null, 0, null);
        int main = steps[0].Event.Process;
        Dictionary<int, TraceStep> commands = [];
        foreach (TraceStep step in steps)
        {
            if (step.Event is { Call: "execve", IsSuccess: true } && step.Event.Process != main)
                commands[step.Event.Process] = step;
            if (step.Event.Call == TraceEvent.Exit && step.Event.Result != 0
                && commands.TryGetValue(step.Event.Process, out TraceStep? command))
                (failed, code) = (command, (int)step.Event.Result);
        }

        return (failed, code,
            steps.LastOrDefault(s => s.Event.Process == main && s.Place is not null)?.Place);
    }

    /// <summary>The place that a shell says it is at; null: it says something else. The mark's first
    /// character is repeated for each level of nesting.</summary>
    public static ScriptPlace? Place(string said)
    {
        string text = said.TrimStart('+');
        if (!text.StartsWith(Mark[1]))
            return null;
        int end = text.IndexOf("@ ", 1, StringComparison.Ordinal);
        int colon = end < 0 ? -1 : text.LastIndexOf(':', end);
        return colon > 0
            && int.TryParse(text.AsSpan(colon + 1, end - colon - 1), CultureInfo.InvariantCulture,
                out int line)
            ? new ScriptPlace(text[1..colon], line, FirstLine(text[(end + 2)..]))
            : null;
    }

    private static string FirstLine(string text) => text.TrimEnd().Split('\n')[0];
}
