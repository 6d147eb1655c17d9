using System.Globalization;

using Truce.Analysis.Execution;
using Truce.Model;
using Truce.Scheduler;

namespace Truce.Analysis.Rendering;

/// <summary>The section of the summary that lists what was executed, one line per step.</summary>
public static class ExecutionText
{
    /// <summary>Writes the section with its title.</summary>
    public static void Write(TextWriter output, IReadOnlyList<PaperStep> steps)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(steps);
        output.Write("Executing Cluster Transition:\n");
        foreach (PaperStep step in steps)
            output.Write($"{Line(step)}\n");
    }

    /// <summary>A step as a line.</summary>
    public static string Line(PaperStep step) => step switch
    {
        PaperStep.Operation o =>
            $"  * Resource action: {o.Resource.Value,-15} {o.Action.Operation}{Interval(o.Action)} on {o.Action.Node}",
        PaperStep.Pseudo p => $"  * Pseudo action:   {p.Action.OperationKey}{On(p.Action)}",
        PaperStep.Fence f => $"  * Fencing {f.Action.Node} ({f.Action.Action})",
        PaperStep.Cluster c => $"  * Cluster action:  {c.Action.Operation}{For(c.Action)}{On(c.Action)}",
        PaperStep.Failure f => $"Pretending action {f.ActionId} failed with rc={f.ExitCode}",
        PaperStep.AttributeChange a => $"  * Injecting attribute {a.Name}={a.Value} into /node_state '{a.Node}'",
    };

    private static string On(GraphAction action) => action.Node is { } node ? $" on {node}" : "";

    // Of an anonymous instance the name that is configured, whatever its node's history calls it.
    private static string For(GraphAction.ClusterAction action) => action.Resource switch
    {
        null => "",
        { LongId: null } resource => $" for {resource.Id}",
        var resource => $" for {InstanceNames.Configured(resource.Id)}",
    };

    private static string Interval(GraphAction action)
    {
        long interval = OperationRecords.Number(action, "CRM_meta_interval");
        return interval == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"={interval}");
    }
}
