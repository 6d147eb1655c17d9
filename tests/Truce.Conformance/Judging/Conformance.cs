using System.Diagnostics;
using System.Globalization;

using Truce.Analysis.Checking;
using Truce.Analysis.Rendering;
using Truce.Analysis.WhatIf;
using Truce.Model;
using Truce.Model.Rules;
using Truce.Model.Xml;
using Truce.Scheduler;

namespace Truce.Conformance.Judging;

/// <summary>Runs recorded cases in this process, as <c>truce simulate</c> does each in its own.</summary>
internal static class Conformance
{
    private const int Cores = 2;

    /// <summary>The results in the order of the cases.</summary>
    public static IReadOnlyList<CaseResult> Run(IReadOnlyList<RecordedCase> cases)
    {
        CaseResult[] results = new CaseResult[cases.Count];
        Parallel.For(
            0, cases.Count, new ParallelOptions { MaxDegreeOfParallelism = Cores }, i => results[i] = Run(cases[i]));
        return results;
    }

    /// <summary>One case.</summary>
    public static CaseResult Run(RecordedCase recorded) =>
        Run(recorded, File.ReadAllText(recorded.InputPath), recorded.ReadExpected());

    /// <summary>One case whose input and record are at hand.</summary>
    public static CaseResult Run(RecordedCase recorded, string input, Answers expected)
    {
        Stopwatch watch = Stopwatch.StartNew();
        try
        {
            (Answers answers, Cib cib) = Answer(recorded, input);
            TimeSpan elapsed = watch.Elapsed;
            return CaseResult.Of(recorded, expected, answers, elapsed, null) with
            {
                Findings = [.. PlanChecker.Check(cib, answers.Graph!).Select(f => f.Describe())],
            };
        }
#pragma warning disable CA1031 // A case that breaks the scheduler is a result like any other; the others must still run.
        catch (Exception e)
#pragma warning restore CA1031
        {
            string where = e.StackTrace?.Split('\n').FirstOrDefault(l => l.Contains("Truce.", StringComparison.Ordinal))?.Trim() ?? "";
            return CaseResult.Of(
                recorded, expected, new Answers(null, null, null, null), watch.Elapsed, $"{e.GetType().Name}: {e.Message} {where}");
        }
    }

    private static (Answers Answers, Cib Cib) Answer(RecordedCase recorded, string input)
    {
        CibReadResult read = CibReader.Parse(input, recorded.Name);
        if (read is not CibReadResult.Accepted { Cib: var cib })
            throw new InvalidDataException($"refused: {read.Findings[0]}");
        string? written = recorded.Arguments is ["-t", var time] ? time : null;
        SimulationRequest request = new()
        {
            Cib = cib,
            Now = Time(written) ?? cib.Header.ExecutionTime ?? DateTimeOffset.UtcNow,
            NowAsWritten = written,
            KeepScores = true,
            Diagram = DiagramScope.Transition,
        };
        SimulationResult result = Simulator.Run(request);
        Answers answers = new(
            result.Summary,
            Text(w => GraphXml.Write(w, result.Plan.Graph)),
            Text(w => ScoresText.Write(w, result.Plan.Scores)),
            result.Plan.Diagram is { } diagram ? Text(w => GraphDot.Write(w, diagram)) : null);
        return (answers, cib);
    }

    private static DateTimeOffset? Time(string? text) =>
        text is not null && IsoTime.TryParse(text, TimeSpan.Zero, out DateTimeOffset time) ? time : null;

    private static string Text(Action<TextWriter> write)
    {
        StringWriter text = new(CultureInfo.InvariantCulture);
        write(text);
        return text.ToString();
    }
}
