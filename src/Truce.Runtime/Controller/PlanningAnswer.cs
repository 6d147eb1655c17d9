using Truce.Control;
using Truce.Model;
using Truce.Scheduler;

namespace Truce.Runtime.Controller;

/// <summary>What the worker brings back.</summary>
internal abstract record PlanningAnswer
{
    // Several hundred times what 100 nodes with 1,000 resources cost.
    private const long WorkMax = 20_000_000_000;

    private PlanningAnswer() { }

    /// <summary>A plan.</summary>
    public sealed record Made(Plan Plan) : PlanningAnswer;

    /// <summary>None, and why.</summary>
    public sealed record Failed(string Reason) : PlanningAnswer;

    /// <summary>Plans. A planner that throws has a defect; the cluster goes on without a new
    /// plan rather than without a controller, as a defect that depends on the configuration
    /// would end all of them one by one.</summary>
    public static PlanningAnswer Make(IPlanner planner, Cib cib, PlanOptions options, CancellationToken tooMuch)
    {
        try
        {
            return new Made(planner.Plan(cib, options with { Budget = new PlanBudget(WorkMax, tooMuch) }));
        }
        catch (PlanBudgetException e)
        {
            return new Failed(e.Message + ": reduce whatever multiplies (clone-max, sets in constraints, rules)");
        }
#pragma warning disable CA1031 // The top of the worker's loop.
        catch (Exception e)
        {
            return new Failed($"{e.GetType().Name}: {e.Message}");
        }
#pragma warning restore CA1031
    }
}
