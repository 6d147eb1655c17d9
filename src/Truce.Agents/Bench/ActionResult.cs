using System.Globalization;
using Truce.Agents.Processes;
using Truce.Agents.Running;

namespace Truce.Agents.Bench;

/// <summary>An action of the agent that was run on the bench.</summary>
/// <param name="Action">The action.</param>
/// <param name="End">How its first process ended.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Errors">Its standard error.</param>
/// <param name="Reason">Its exit reason; may be empty.</param>
/// <param name="Duration">How long it ran.</param>
internal sealed record ActionResult(
    string Action, ProcessEnd End, string Output, string Errors, string Reason, TimeSpan Duration)
{
    private const int ReasonMax = 160;

    /// <summary>The exit code; null if it didn't exit by itself.</summary>
    public int? Code => End is ProcessEnd.Exited(var code) ? code : null;

    /// <summary>Whether it returned 0.</summary>
    public bool IsSuccess => Code == OcfCode.Success;

    /// <summary>How it ended, for people.</summary>
    public override string ToString()
    {
        string end = End switch
        {
            ProcessEnd.Exited(var code) => string.Create(
                CultureInfo.InvariantCulture, $"returned {code} ({OcfCode.Describe(code)})"),
            ProcessEnd.Signaled(var signal) => $"was killed by signal {signal}",
            ProcessEnd.TimedOut => string.Create(
                CultureInfo.InvariantCulture, $"didn't end in {Duration.TotalSeconds:0.#} s"),
            ProcessEnd.Cancelled => "was cancelled",
            ProcessEnd.NotStarted(_, var why) => $"couldn't be started: {why}",
        };
        string said = Reason.Length > 0 ? Reason : LastLine(Errors);
        return said.Length == 0 ? $"{Action} {end}" : $"{Action} {end}: {said}";
    }

    private static string LastLine(string text)
    {
        string line = text.TrimEnd().Split('\n')[^1].Trim();
        return line.Length > ReasonMax ? line[..ReasonMax] + "…" : line;
    }
}
