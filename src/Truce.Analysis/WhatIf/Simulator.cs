using System.Globalization;

using Truce.Analysis.Execution;
using Truce.Analysis.Rendering;
using Truce.Model;
using Truce.Scheduler;

namespace Truce.Analysis.WhatIf;

/// <summary>Makes a plan: the scheduler's entry, handed in so that a simulation can run with any.</summary>
public delegate Plan PlanMaker(Cib cib, PlanOptions options);

/// <summary>What would the cluster do: plans, executes on paper, and tells of it as crm_simulate does.</summary>
public static class Simulator
{
    /// <summary>Simulates <paramref name="request"/>.</summary>
    public static SimulationResult Run(SimulationRequest request, PlanMaker planner)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(planner);
        StringWriter text = new(CultureInfo.InvariantCulture);
        Plan plan = planner(request.Cib, Options(request));
        string time = TimeLine(request);
        text.Write(time);
        StatusText.WriteNotices(text, plan.Current, follows: time.Length > 0);
        StatusText.Write(text, "Current cluster status", plan.Current);
        text.Write('\n');
        Cib input = Modifications.Apply(request.Cib, request.Modifications, request.Now, text);
        if (request.Modifications.Count > 0)
            plan = planner(input, Options(request));
        SummaryExtras.Write(text, plan, request.Parts);
        TransitionSummary.Write(text, plan.Decisions);
        return request.Execute
            ? Execute(request, planner, text, input, plan)
            : new SimulationResult(text.ToString(), input, plan, null, null);
    }

    private static SimulationResult Execute(
        SimulationRequest request, PlanMaker planner, StringWriter text, Cib input, Plan plan)
    {
        PaperResult done = PaperRun.Execute(input, plan.Graph, request.Failures, request.Now);
        text.Write('\n');
        ExecutionText.Write(text, done.Steps);
        text.Write(TimeLine(request));
        text.Write('\n');
        ClusterState revised = planner(done.After, new PlanOptions { Now = request.Now }).Current;
        StatusText.Write(text, "Revised Cluster Status", revised);
        return new SimulationResult(text.ToString(), input, plan, done, revised);
    }

    private static PlanOptions Options(SimulationRequest request) => new()
    {
        Now = request.Now,
        KeepScores = request.KeepScores || request.Parts.HasFlag(SummaryParts.Scores),
        KeepUtilization = request.Parts.HasFlag(SummaryParts.Utilization),
        KeepDiagram = request.KeepDiagram,
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
