using Truce.Analysis.Findings;
using Truce.Analysis.WhatIf;
using Truce.Model;

namespace Truce.Analysis.Importing;

/// <summary>Plans the imported configuration with the status that came with it: what Truce would do if it
/// took over at that moment and found everything as the status says.</summary>
internal static class TakeoverOnPaper
{
    /// <summary>The plan.</summary>
    public static TakeoverPlan Of(Cib cib, PlanMaker planner, DateTimeOffset now)
    {
        if (cib.Status.NodeStates.IsEmpty)
            return None("there is no status in it; save it with cibadmin --query while the cluster runs");
        (IReadOnlyList<PlannedStep>? steps, string failure) =
            Trial.Try(() => new OnPaper(planner, cib.Header.ExecutionTime ?? now).Steps(cib));
        return steps is null ? None($"planning fails: {failure}") : new TakeoverPlan([.. steps], Remark(cib));
    }

    /// <summary>No plan, and why.</summary>
    public static TakeoverPlan None(string why) => new([], why) { IsKnown = false };

    private static string Remark(Cib cib) =>
        cib.Header.HaveQuorum == false ? "the cluster had no quorum when this was saved"
        : ClusterOptions.From(cib.Configuration, null).MaintenanceMode
            ? "maintenance-mode is on: this is what it does while that lasts" : "";
}
