using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Truce.Agents.Bench.Mutants;

/// <summary>Wrong codes: one swapped for another, or lost. Only where the shell really returned it.</summary>
internal static partial class CodeMistakes
{
    /// <summary>All of them.</summary>
    public static ImmutableArray<MutationOperator> All { get; } =
    [
        new("not-running-is-success", "0 is returned for what isn't running",
            (line, _) => Returns(line) ? NotRunning().Replace(line.Text, "0", 1) : null),
        new("not-running-is-error", "1 is returned for what isn't running",
            (line, _) => Returns(line) ? NotRunning().Replace(line.Text, "1", 1) : null),
        new("success-is-error", "1 is returned for what succeeded",
            (line, _) => Returns(line) ? Success().Replace(line.Text, "1", 1) : null),
        new("running-is-not-running", "7 is returned for what runs", (line, _) =>
            Returns(line) && line.Role == FunctionRole.Monitor ? Success().Replace(line.Text, "7", 1) : null),
        new("unknown-action-accepted", "0 is returned for an action that the agent doesn't have", (line, _) =>
            line.IsReached ? Unimplemented().Replace(line.Text, "0", 1) : null),
        new("code-lost", "the script ends with 0 instead of its result", (line, _) =>
            line.Ran("exit ") ? Result().Replace(line.Text, "exit 0", 1) : null),
    ];

    private static bool Returns(ScriptLine line) => line.Ran("return ", "exit ", "rc=", "ret=");

    [GeneratedRegex(@"(?<=(?:\b(?:return|exit)\s+|\b(?:rc|ret)=))(?:\$\{?OCF_NOT_RUNNING\}?|7)(?=[\s;)]|$)")]
    private static partial Regex NotRunning();

    [GeneratedRegex(@"(?<=(?:\b(?:return|exit)\s+|\b(?:rc|ret)=))(?:\$\{?OCF_SUCCESS\}?|0)(?=[\s;)]|$)")]
    private static partial Regex Success();

    [GeneratedRegex(@"\$\{?OCF_ERR_UNIMPLEMENTED\}?|(?<=\bexit\s+)3(?=[\s;)]|$)")]
    private static partial Regex Unimplemented();

    [GeneratedRegex(@"\bexit\s+(?:\$\?|\$\{?(?:rc|ret)\}?)(?=[\s;)]|$)")]
    private static partial Regex Result();
}
