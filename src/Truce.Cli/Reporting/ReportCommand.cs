using System.CommandLine;
using Truce.Cli.Printing;

namespace Truce.Cli.Reporting;

/// <summary><c>truce report</c>: all that a post-mortem needs of this node, in one archive, without secrets.
/// </summary>
internal static class ReportCommand
{
    private static readonly TimeSpan s_usual = TimeSpan.FromHours(12);

    /// <summary>The command.</summary>
    public static Command Create(CliContext context) => Create(context, new ReportPlaces());

    /// <summary>The same for a machine that has its files elsewhere.</summary>
    public static Command Create(CliContext context, ReportPlaces places)
    {
        Option<string?> from = new("--from")
        {
            Description = "Logs and events since then: 21:58, \"2026-11-30 21:58\", 2h ago [default: 12h]",
            HelpName = "TIME",
        };
        Option<string?> to = new("--to")
        {
            Description = "Logs and events until then [default: now]",
            HelpName = "TIME",
        };
        Option<string?> output = new("--output", "-o")
        {
            Description = "The archive to make [default: truce-report-NODE-TIME.tar.gz in this folder]",
            HelpName = "FILE",
        };
        Option<string> configuration = new("--config")
        {
            Description = "The node's truce.conf",
            HelpName = "FILE",
            DefaultValueFactory = _ => places.Configuration,
        };
        Command command = new(
            "report", "Collect what a post-mortem needs of this node into one archive, without secrets")
        {
            from, to, output, configuration,
        };
        command.SetAction(async (parse, cancel) =>
        {
            ReportWindow window = Window(context, parse.GetValue(from), parse.GetValue(to));
            ReportRun run = new(
                context, parse, places with { Configuration = parse.GetValue(configuration)! }, window);
            (ReportIndexJson index, long bytes) =
                await run.MakeAsync(parse.GetValue(output), cancel).ConfigureAwait(false);
            if (parse.GetValue(context.Json))
                context.Output.WriteJson(index, CliJson.Indented.ReportIndexJson);
            else
                await context.Output.WriteAsync(ReportIndex.Brief(index, bytes)).ConfigureAwait(false);
            return (int)ExitCode.Done;
        });
        return context.Location.AddTo(command);
    }

    private static ReportWindow Window(CliContext context, string? from, string? to)
    {
        DateTimeOffset now = context.Time.GetUtcNow();
        DateTimeOffset end = to is null ? now : At(context, "--to", to, now);
        DateTimeOffset begin = from is null ? end - s_usual : At(context, "--from", from, now);
        return begin < end ? new ReportWindow(begin, end) : throw new CommandException(
            ExitCode.BadInput,
            $"--from ({begin:yyyy-MM-dd HH:mm:ss}Z) isn't before --to ({end:yyyy-MM-dd HH:mm:ss}Z)",
            "a time without a date is the last one that a clock here showed; add the date");
    }

    private static DateTimeOffset At(CliContext context, string option, string text, DateTimeOffset now) =>
        (Times.Parse(text, context.Time) ?? (Durations.Parse(text) is { } ago ? now - ago : null))
            ?.ToUniversalTime()
        ?? throw new CommandException(
            ExitCode.BadInput, $"{option} {text}: not a time",
            "write 21:58, \"2026-11-30 21:58:57\" (with Z at the end in UTC), or how long ago: 2h");
}
