using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.Reflection;
using Truce.Cli.Agents;
using Truce.Cli.Alerts;
using Truce.Cli.Checking;
using Truce.Cli.Completing;
using Truce.Cli.Configuration;
using Truce.Cli.Constraints;
using Truce.Cli.Ending;
using Truce.Cli.Events;
using Truce.Cli.Fencing;
using Truce.Cli.GroupServices;
using Truce.Cli.Metrics;
using Truce.Cli.Nodes;
using Truce.Cli.Options;
using Truce.Cli.Reporting;
using Truce.Cli.Resources;
using Truce.Cli.Status;
using Truce.Contracts;

namespace Truce.Cli;

/// <summary>The whole command line: parses, runs one command, and turns what went
/// wrong into an exit code.</summary>
public static class CommandLine
{
    private const int HelpWidthMin = 40;

    /// <summary>What <c>truce --version</c> says after the name.</summary>
    public static string Version { get; } =
        typeof(CommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>Runs one command line and gives the exit code.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, CliContext context) =>
        (int)AfterOutput(context, await RunWithoutOutputAsync(args, context).ConfigureAwait(false));

    private static async Task<ExitCode> RunWithoutOutputAsync(IReadOnlyList<string> args, CliContext context)
    {
        if (args is ["--version"])
        {
            // Before the tree of commands is built: scripts ask often.
            await context.Output.WriteLineAsync($"truce {Version}").ConfigureAwait(false);
            return ExitCode.Done;
        }

        if (args.Count > 0 && Suggestion.Objection(args) is { } objection)
            return Report(context, objection);
        try
        {
            ParseResult parse = WithWidth(CreateFor(args, context)).Parse(args);
            return IsUsageError(parse) ? Usage(context, parse) : await InvokeAsync(parse, context).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The top loop: whatever nobody answered for is a defect of ours, told as one.
        catch (Exception problem)
#pragma warning restore CA1031
        {
            return Failed(context, problem);
        }
    }

    // An answer that could not be printed wasn't given; but a reader that
    // closed the pipe has read what it wanted.
    private static ExitCode AfterOutput(CliContext context, ExitCode code)
    {
        if ((context.Output as StandardWriter)?.Failure is not { ReaderGone: false } failure)
            return code;
        context.Error.WriteLine($"truce: standard output can't be written: {failure.Reason}");
        context.Error.WriteLine("do: free disk space, or redirect the output; the command itself has been carried out");
        return code is ExitCode.Done or ExitCode.No ? ExitCode.BadInput : code;
    }

    /// <summary>The tree of commands. One line each; see <see cref="CliContext"/> for the pattern.</summary>
    public static RootCommand Create(CliContext context) => new("Truce, a high-availability cluster manager")
    {
        context.Json,
        StatusCommand.Create(context),
        EventsCommand.Create(context),
        MetricsCommand.Create(context),
        AlertsCommand.Create(context),
        ConfigCommand.Create(context),
        NodeCommand.Create(context),
        ResourceCommand.Create(context),
        OptionCommand.Create(context),
        ClusterCommand.Create(context),
        ConstraintCommand.Create(context),
        AttrCommand.Create(context),
        TicketCommand.Create(context),
        FenceCommand.Create(context),
        AgentCommand.Create(context),
        CheckCommand.Create(context),
        FailoverTimeCommand.Create(context),
        SimulateCommand.Create(context),
        WhyCommand.Create(context),
        ReportCommand.Create(context),
        GroupCommand.Create(context),
        ClaimCommand.Create(context),
        LabCommand.Create(context),
        LabCommand.CreateKeeper(),
        DemoCommand.Create(context),
        DemoCommand.CreateClient(context),
        DemoCommand.CreatePage(),
        CompletionCommand.Create(context),
    };

    // The whole tree takes longer to build than a small cluster takes to plan, and scripts simulate often.
    private static RootCommand CreateFor(IReadOnlyList<string> args, CliContext context) => args is ["simulate", ..]
        ? new RootCommand("Truce, a high-availability cluster manager") { context.Json, SimulateCommand.Create(context) }
        : Create(context);

    // On a terminal narrower than that, the library's help never comes to its end.
    private static RootCommand WithWidth(RootCommand root)
    {
        foreach (HelpOption option in root.Options.OfType<HelpOption>())
        {
            if (option.Action is not HelpAction help)
                continue;
            help.MaxWidth = Math.Max(help.MaxWidth, HelpWidthMin);
            option.Action = new HelpWithExamples(help);
        }

        return root;
    }

    private static bool IsUsageError(ParseResult parse) =>
        parse.Errors.Count > 0 && parse.Action is System.CommandLine.Invocation.ParseErrorAction;

    private static ExitCode Usage(CliContext context, ParseResult parse)
    {
        foreach (ParseError error in parse.Errors)
            context.Error.WriteLine($"truce: {error.Message}");
        context.Error.WriteLine($"do: {PathOf(parse.CommandResult)} --help");
        return ExitCode.Usage;
    }

    private static string PathOf(CommandResult command)
    {
        List<string> names = [];
        for (SymbolResult? result = command; result is CommandResult { Command: var c }; result = result.Parent)
            names.Insert(0, c is RootCommand ? "truce" : c.Name);
        return string.Join(' ', names);
    }

    private static async Task<ExitCode> InvokeAsync(ParseResult parse, CliContext context)
    {
        InvocationConfiguration configuration = new()
        {
            Output = context.Output,
            Error = context.Error,
            EnableDefaultExceptionHandler = false,
            // Signals are Interruption's.
            ProcessTerminationTimeout = null,
        };
        return (ExitCode)await parse.InvokeAsync(configuration, context.Interrupted).ConfigureAwait(false);
    }

    private static ExitCode Failed(CliContext context, Exception problem)
    {
        if (problem is OperationCanceledException)
            return ExitCode.TimedOut;
        if (Failures.Expected(problem) is { } expected)
            return Report(context, expected);
        context.Error.WriteLine($"truce: a bug in truce {Version}: {problem}");
        context.Error.WriteLine("do: report it with the command line and the lines above");
        return ExitCode.Defect;
    }

    private static ExitCode Report(CliContext context, CommandException problem)
    {
        context.Error.WriteLine($"truce: {problem.Message}");
        foreach (InputFinding finding in problem.Findings.Where(f => !f.Standing || f.Severity == "error"))
            context.Error.WriteLine(FindingText.Of(finding, problem.File));
        if (problem.Remedy is not null)
            context.Error.WriteLine($"do: {problem.Remedy}");
        return problem.Code;
    }
}
