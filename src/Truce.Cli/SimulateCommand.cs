using System.CommandLine;
using System.Text;

using Truce.Analysis.Drawing;
using Truce.Analysis.Rendering;
using Truce.Analysis.WhatIf;
using Truce.Cli.Cluster;
using Truce.Model;
using Truce.Model.Rules;
using Truce.Model.Xml;
using Truce.Scheduler;

namespace Truce.Cli;

/// <summary>
/// <c>truce simulate --xml FILE</c>: what would the cluster do. It needs no cluster. Exit code 0 where the
/// plan is valid, even if its execution on paper can't finish.
/// </summary>
internal static class SimulateCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        SimulateOptions options = new();
        Command command = context.Location.AddTo(options.CreateCommand());
        command.SetAction(async (parse, cancel) => (int)await RunAsync(context, options, parse, cancel).ConfigureAwait(false));
        return command;
    }

    private static async Task<ExitCode> RunAsync(
        CliContext context, SimulateOptions options, ParseResult parse, CancellationToken cancel)
    {
        if (parse.GetValue(options.Profile) is { } folder)
        {
            SimulateProfile.Run(context.Output, context.Time, folder, parse.GetValue(options.Repeat));
            return ExitCode.Done;
        }

        WorkBounds bounds = options.Bounds(parse);
        string? file = parse.GetValue(options.Pipe) ? "-" : parse.GetValue(options.Input);
        string name = file ?? RunningConfiguration.Name;
        CibReadResult read = (parse.GetValue(options.Live), file) switch
        {
            (true, null) => CibReader.Parse(await RunningConfiguration.ReadAsync(context, parse, cancel).ConfigureAwait(false), name),
            (false, { } given) => await BoundedWork.RunAsync(name, bounds, ended => Read(context, given, ended), cancel).ConfigureAwait(false),
            _ => throw new CommandException(
                ExitCode.Usage, "no CIB given, or more than one", "name it with --xml FILE, or --xml - for standard input, or take the running cluster's with --live-check"),
        };
        if (parse.GetValue(options.InPlace) && file is null or "-")
            throw new CommandException(ExitCode.Usage, "--in-place needs a file", "name it with --xml FILE");
        Cib cib = Accept(context, read, name, parse.GetValue(options.Quiet));
        options.RequireNodes(parse, cib);
        if (parse.GetValue(options.OutputAs) is not (null or "text" or "xml" or "json"))
            throw new CommandException(ExitCode.Usage, "--output-as: unknown form", "use text, xml or json");
        SimulationRequest request = Request(options, parse, cib);
        SimulationResult result = await BoundedWork.RunAsync(
            name, bounds, ended => Simulator.Run(request with { Ended = ended }), cancel)
            .ConfigureAwait(false);
        foreach (string warning in parse.GetValue(options.Verbose) ? result.Plan.Warnings : [])
            context.Error.WriteLine($"{name}: {warning}");
        Print(context, options, parse, request, result);
        Save(options, parse, result, file);
        return ExitCode.Done;
    }

    // Not by way of a text where it is a file: that of a large cluster has a hundred megabytes.
    private static CibReadResult Read(CliContext context, string file, CancellationToken ended) => file == "-"
        ? CibReader.Parse(FileInput.ReadAsync(context, file, ended).GetAwaiter().GetResult(), file)
        : FileInput.Read(file, stream => CibReader.Read(stream, file));

    private static Cib Accept(CliContext context, CibReadResult read, string name, bool quiet)
    {
        if (read is CibReadResult.Accepted accepted)
        {
            foreach (Finding finding in quiet ? default : accepted.Findings)
                context.Error.WriteLine(finding);
            return accepted.Cib;
        }

        foreach (Finding finding in read.Findings)
            context.Error.WriteLine(finding);
        throw new CommandException(ExitCode.BadInput, $"{name}: refused", "correct what is listed above");
    }

    private static SimulationRequest Request(SimulateOptions options, ParseResult parse, Cib cib)
    {
        string? written = parse.GetValue(options.Time);
        return new SimulationRequest
        {
            Cib = cib,
            Now = Time(written) ?? cib.Header.ExecutionTime ?? DateTimeOffset.UtcNow,
            NowAsWritten = written,
            Modifications = options.Modifications(parse),
            Failures = options.Failures(parse),
            Execute = !parse.GetValue(options.PlanOnly) || parse.GetValue(options.Execute),
            Parts = Parts(options, parse),
            Quiet = parse.GetValue(options.Quiet),
            KeepScores = parse.GetValue(options.ScoresOut) is not null,
            Diagram = parse.GetValue(options.DotOut) is null ? DiagramScope.None
                : parse.GetValue(options.AllActions) ? DiagramScope.AllActions : DiagramScope.Transition,
        };
    }

    private static DateTimeOffset? Time(string? text)
    {
        if (text is null)
            return null;
        if (IsoTime.TryParse(text, TimeZoneInfo.Local.BaseUtcOffset, out DateTimeOffset time))
            return time;
        throw new CommandException(ExitCode.Usage, $"{text}: not a time", "write it as in ISO 8601, for example \"2026-05-07 14:30:00 +02:00\"");
    }

    private static SummaryParts Parts(SimulateOptions options, ParseResult parse) =>
        (parse.GetValue(options.ShowScores) ? SummaryParts.Scores : 0)
        | (parse.GetValue(options.ShowUtilization) ? SummaryParts.Utilization : 0)
        | (parse.GetValue(options.ShowAttributes) ? SummaryParts.Attributes : 0)
        | (parse.GetValue(options.ShowFailCounts) ? SummaryParts.FailCounts : 0);

    private static void Print(
        CliContext context, SimulateOptions options, ParseResult parse, SimulationRequest request,
        SimulationResult result)
    {
        string form = parse.GetValue(options.OutputAs) ?? (parse.GetValue(context.Json) ? "json" : "text");
        void Summary(TextWriter output)
        {
            if (form == "xml")
            {
                string asked = string.Join(' ', parse.Tokens.Select(t => t.Value));
                SimulationXml.Write(output, request, result, $"truce {asked}");
            }
            else if (form == "json" && parse.GetValue(options.OutputAs) is not null)
                SimulateDocument.Write(output, result);
            else
                output.Write(result.Summary);
        }

        string? file = parse.GetValue(options.SummaryOut);
        if (file is not (null or "-"))
            Write(file, Summary);
        if (form == "json")
            SimulateDocument.Write(context.Output, result);
        else if (file is null or "-")
            Summary(context.Output);
    }

    private static void Save(SimulateOptions options, ParseResult parse, SimulationResult result, string? input)
    {
        Plan plan = result.Plan;
        Save(parse.GetValue(options.GraphOut), w => GraphXml.Write(w, plan.Graph));
        if (parse.GetValue(options.SvgOut) is { } picture)
            Draw(picture, plan.Graph);
        Save(parse.GetValue(options.ScoresOut), w => ScoresText.Write(w, plan.Scores));
        Save(parse.GetValue(options.SaveInput), w => w.Write(CibWriter.Write(result.Input)));
        if (plan.Diagram is { } diagram)
            Save(parse.GetValue(options.DotOut), w => GraphDot.Write(w, diagram));
        if (result.Execution is not { } execution)
            return;
        Save(parse.GetValue(options.SaveOutput), w => w.Write(CibWriter.Write(execution.After)));
        if (parse.GetValue(options.InPlace))
            Save(input, w => w.Write(CibWriter.Write(execution.After)));
    }

    private static void Draw(string file, TransitionGraph graph)
    {
        if (graph.Actions.Length > GraphSvg.ActionsMax)
        {
            throw new CommandException(
                ExitCode.BadInput, $"a transition of {graph.Actions.Length} actions is too large to draw", $"at most {GraphSvg.ActionsMax} can be drawn; --dot-out has no limit");
        }

        Write(file, w => GraphSvg.Write(w, graph));
    }

    private static void Save(string? file, Action<TextWriter> write)
    {
        if (file is not null)
            Write(file, write);
    }

    private static readonly FileStreamOptions s_large = new()
    {
        Mode = FileMode.Create,
        Access = FileAccess.Write,
        BufferSize = 128 * 1024,
        // A CIB holds passwords.
        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
    };

    private static void Write(string file, Action<TextWriter> write)
    {
        try
        {
            using StreamWriter writer = new(file, new UTF8Encoding(false), s_large);
            write(writer);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.BadInput, $"{file}: {problem.Message}", "name a file that can be written");
        }
    }
}
