using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Truce.Cli.Completing;

/// <summary>The help of a command, with examples below it where it has some and no commands of its
/// own.</summary>
internal sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        int code = help.Invoke(parseResult);
        Command command = parseResult.CommandResult.Command;
        string[] examples = command.Subcommands.Count > 0 ? [] : [.. Examples.Of(command)];
        TextWriter output = parseResult.InvocationConfiguration.Output;
        if (examples.Length > 0)
            output.WriteLine("Examples:");
        foreach (string example in examples)
            output.WriteLine("  " + example);
        return code;
    }
}
