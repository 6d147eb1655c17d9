using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A configuration that no plan can be made for.</summary>
public sealed class PlanFails : Rule
{
    /// <inheritdoc/>
    public override RuleNeed Need => RuleNeed.Planner;

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("plan-fails", Severity.Error,
        "No plan can be made with this configuration",
        "Nothing would be started, stopped or recovered any more");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        foreach ((string name, Func<Scheduler.Plan> make) in input.Trial!.Situations())
        {
            if (Trial.Try(make) is (null, var failure))
            {
                yield return new Sighting(Spot.Document, $"planning {name} fails: {failure}",
                    "report it with this file, and undo the last change");
                yield break;
            }
        }
    }
}
