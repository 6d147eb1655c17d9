using System.Globalization;

using Truce.Analysis.Execution;
using Truce.Analysis.Rendering;
using Truce.Model;
using Truce.Scheduler;

namespace Truce.Analysis.WhatIf;

/// <summary>What would the cluster do: plans, executes on paper, and reports
/// it as crm_simulate does.</summary>
public static class Simulator
{
    /// <summary>Simulates <paramref name="request"/>.</summary>
    public static SimulationResult Run(SimulationRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        StringWriter text = new(CultureInfo.InvariantCulture);
        ClusterState? before = request.Modifications.Count > 0
            ? Planner.ReadStatus(request.Cib, Options(request))
            : null;
        using StringWriter changes = new(CultureInfo.InvariantCulture);
        List<(Modification, PaperStep)> counted = [];
        Cib input = Modifications.Apply(request.Cib, request.Modifications, request.Now, changes, counted);
        Plan plan = Planner.Plan(input, Options(request));
        WriteCurrent(request, text, before ?? plan.Current);
        Loud(request, text).Write(changes);
        SummaryExtras.Write(text, plan, request.Parts, request.Quiet);
        TransitionSummary.Write(Loud(request, text), plan.Decisions);
        SimulationResult result = request.Execute
            ? Execute(request, text, input, plan)
            : new SimulationResult(text.ToString(), input, plan, null, null);
        return result with { Before = before ?? plan.Current, Counted = counted };
    }

    private static SimulationResult Execute(
        SimulationRequest request, StringWriter text, Cib input, Plan plan)
    {
        request.Ended.ThrowIfCancellationRequested();
        PaperResult done = PaperRun.Execute(input, plan.Graph, request.Failures, request.Now);
        ClusterState revised = Planner.ReadStatus(done.After, new PlanOptions { Now = request.Now });
        TextWriter output = Loud(request, text);
        output.Write('\n');
        ExecutionText.Write(output, done.Steps);
        output.Write(TimeLine(request));
        output.Write('\n');
        StatusText.Write(output, "Revised Cluster Status", revised, Progress.Unnamed);
        return new SimulationResult(text.ToString(), input, plan, done, revised);
    }

    private static void WriteCurrent(SimulationRequest request, StringWriter text, ClusterState current)
    {
        TextWriter output = Loud(request, text);
        string time = TimeLine(request);
        output.Write(time);
        StatusText.WriteNotices(output, current, follows: time.Length > 0);
        StatusText.Write(output, "Current cluster status", current, Progress.Named);
        text.Write('\n');
    }

    private static TextWriter Loud(SimulationRequest request, StringWriter text) =>
        request.Quiet ? TextWriter.Null : text;

    private static PlanOptions Options(SimulationRequest request) => new()
    {
        Now = request.Now,
        Budget = new PlanBudget(long.MaxValue, request.Ended),
        KeepScores = request.KeepScores || request.Parts.HasFlag(SummaryParts.Scores),
        KeepUtilization = request.Parts.HasFlag(SummaryParts.Utilization),
        Diagram = request.Diagram,
    };

    private static string TimeLine(SimulationRequest request)
    {
        if (request.NowAsWritten is not null)
            return $"Setting effective cluster time: {request.NowAsWritten}\n";
        return request.Cib.Header.ExecutionTime is { } time
            ? string.Create(CultureInfo.InvariantCulture, $"Using the original execution date of: {time:yyyy-MM-dd HH:mm:ss}Z\n")
            : "";
    }
}
