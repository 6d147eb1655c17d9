using System.CommandLine;

namespace Truce.Cli;

/// <summary>
/// What a command gets of the world: the standard streams, the environment, and the options that all commands
/// share. Tests hand in their own. A command is a file with
/// <code>
/// internal static class StatusCommand
/// {
///     public static Command Create(CliContext context)
///     {
///         Option&lt;bool&gt; watch = new("--watch") { Description = "Stay, and redraw on every change" };
///         Command command = new("status", "Show what runs where") { watch };
///         command.SetAction((parse, cancel) => RunAsync(context, parse.GetValue(context.Json), cancel));
///         return command;
///     }
/// }
/// </code>
/// and a line in <see cref="CommandLine"/>. Its action returns an <see cref="ExitCode"/> as int, writes its answer
/// to <see cref="Output"/>, and throws <see cref="CommandException"/> for what goes wrong: the message and the
/// remedy then go to <see cref="Error"/>.
/// </summary>
public sealed class CliContext
{
    /// <summary>Standard output.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Standard error.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Standard input: what FILE is when it is <c>-</c>.</summary>
    public required TextReader Input { get; init; }

    /// <summary>Reads an environment variable; null if it isn't set or is empty.</summary>
    public required Func<string, string?> Environment { get; init; }

    /// <summary>Whether standard output is a terminal: colours and live screens are for terminals only.</summary>
    public required bool IsTerminal { get; init; }

    /// <summary><c>--json</c>, understood by every command that prints.</summary>
    public Option<bool> Json { get; } = new("--json") { Description = "Print JSON", Recursive = true };

    /// <summary>The context of this process.</summary>
    public static CliContext ForProcess() => new()
    {
        Output = Console.Out,
        Error = Console.Error,
        Input = Console.In,
        Environment = name => System.Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null,
        IsTerminal = !Console.IsOutputRedirected,
    };
}
