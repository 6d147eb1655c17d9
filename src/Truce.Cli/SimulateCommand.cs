using System.CommandLine;
using System.Text;

using Truce.Analysis.Rendering;
using Truce.Analysis.WhatIf;
using Truce.Model;
using Truce.Model.Rules;
using Truce.Model.Xml;
using Truce.Scheduler;

namespace Truce.Cli;

/// <summary>
/// <c>truce simulate --xml FILE</c>: what would the cluster do. It needs no cluster. Exit code 0 where the plan is valid, even
/// if its execution on paper can't finish.
/// </summary>
internal static class SimulateCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        SimulateOptions options = new();
        Command command = options.CreateCommand();
        command.SetAction(parse => (int)Run(context, options, parse));
        return command;
    }

    private static ExitCode Run(CliContext context, SimulateOptions options, ParseResult parse)
    {
        if (parse.GetValue(options.Live))
        {
            throw new CommandException(
                ExitCode.Refused, "the running cluster can't be simulated yet", "save its configuration and give it with --xml FILE");
        }

        string file = parse.GetValue(options.Input)
            ?? throw new CommandException(ExitCode.Usage, "no CIB given", "name it with --xml FILE, or --xml - for standard input");
        Cib cib = Read(context, file, parse.GetValue(options.Quiet));
        SimulationRequest request = Request(options, parse, cib);
        SimulationResult result = Simulator.Run(request);
        Print(context, options, parse, result);
        Save(options, parse, result, file);
        return ExitCode.Done;
    }

    private static Cib Read(CliContext context, string file, bool quiet)
    {
        CibReadResult read = ReadFile(context, file);
        if (read is CibReadResult.Accepted accepted)
        {
            foreach (Finding finding in quiet ? default : accepted.Findings)
                context.Error.WriteLine(finding);
            return accepted.Cib;
        }

        foreach (Finding finding in read.Findings)
            context.Error.WriteLine(finding);
        throw new CommandException(ExitCode.BadInput, $"{file}: refused", "correct what is listed above");
    }

    private static CibReadResult ReadFile(CliContext context, string file)
    {
        if (file == "-")
            return CibReader.Read(context.Input, "-");
        try
        {
            using FileStream stream = File.OpenRead(file);
            return CibReader.Read(stream, file);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.BadInput, $"{file}: {problem.Message}", "name a CIB file that can be read");
        }
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
            KeepDiagram = parse.GetValue(options.DotOut) is not null,
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

    private static void Print(CliContext context, SimulateOptions options, ParseResult parse, SimulationResult result)
    {
        if (parse.GetValue(options.SummaryOut) is { } file)
            Write(file, w => w.Write(result.Summary));
        if (parse.GetValue(context.Json))
            SimulateDocument.Write(context.Output, result);
        else if (parse.GetValue(options.SummaryOut) is null)
            context.Output.Write(result.Summary);
    }

    private static void Save(SimulateOptions options, ParseResult parse, SimulationResult result, string input)
    {
        Plan plan = result.Plan;
        Save(parse.GetValue(options.GraphOut), w => GraphXml.Write(w, plan.Graph));
        Save(parse.GetValue(options.ScoresOut), w => ScoresText.Write(w, plan.Scores));
        Save(parse.GetValue(options.SaveInput), w => w.Write(CibWriter.Write(result.Input)));
        if (plan.Diagram is { } diagram)
            Save(parse.GetValue(options.DotOut), w => GraphDot.Write(w, diagram));
        if (result.Execution is not { } execution)
            return;
        Save(parse.GetValue(options.SaveOutput), w => w.Write(CibWriter.Write(execution.After)));
        if (parse.GetValue(options.InPlace) && input != "-")
            Save(input, w => w.Write(CibWriter.Write(execution.After)));
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
