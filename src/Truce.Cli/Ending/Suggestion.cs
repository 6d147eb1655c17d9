using System.Globalization;

namespace Truce.Cli.Ending;

/// <summary>What shells ask with: <c>[suggest:POSITION] LINE</c>. The library that answers
/// expects a position in the line.</summary>
internal static class Suggestion
{
    private const string Begin = "[suggest:";

    /// <summary>What is wrong with it; null: nothing, or it is none.</summary>
    public static CommandException? Objection(IReadOnlyList<string> args)
    {
        if (!args[0].StartsWith(Begin, StringComparison.Ordinal) || !args[0].EndsWith(']'))
            return null;
        bool isPosition = int.TryParse(args[0][Begin.Length..^1], NumberStyles.None, CultureInfo.InvariantCulture, out _);
        return isPosition
            ? null
            : new CommandException(ExitCode.Usage, $"{args[0]}: not a position", "use the shell's completion: source <(truce completion bash)");
    }
}
