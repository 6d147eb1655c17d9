using System.CommandLine;
using Truce.Cli;
using Truce.Cli.Cluster;

namespace Truce.Package;

/// <summary>Types a command line of <c>truce</c>, so that what is packaged says what the program
/// says.</summary>
internal static class TypedCommand
{
    /// <summary>What it prints. No cluster answers.</summary>
    /// <exception cref="InvalidOperationException">It doesn't end well.</exception>
    public static async Task<string> RunAsync(params string[] words)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int code = await CommandLine.RunAsync(words, Context(output, error)).ConfigureAwait(false);
        return code == 0
            ? output.ToString()
            : throw new InvalidOperationException(
                $"truce {string.Join(' ', words)}: exit code {code}: {error}");
    }

    /// <summary>The words of every command that people are to see, the program itself (no words)
    /// first.</summary>
    public static IReadOnlyList<string[]> All() =>
        [.. Below(CommandLine.Create(Context(TextWriter.Null, TextWriter.Null)), [])];

    private static IEnumerable<string[]> Below(Command command, string[] words) =>
        command.Subcommands.Where(c => !c.Hidden).SelectMany(c =>
            Below(c, [.. words, c.Name])).Prepend(words);

    private static CliContext Context(TextWriter output, TextWriter error) => new()
    {
        Output = output,
        Error = error,
        Input = TextReader.Null,
        Environment = _ => null,
        IsTerminal = false,
        ConnectAsync = (_, _) => Task.FromResult<ICluster?>(null),
        Planner = Scheduler.Planner.Plan,
        Time = TimeProvider.System,
    };
}
