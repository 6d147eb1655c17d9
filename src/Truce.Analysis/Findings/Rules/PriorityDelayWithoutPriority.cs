using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A head start by priorities that there aren't.</summary>
public sealed class PriorityDelayWithoutPriority : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("priority-delay-without-priority", Severity.Warning,
        "priority-fencing-delay is set, but no resource has a priority",
        "It has no effect: both sides are equally important, and shoot at the same moment");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        if (input.Options is { FencingEnabled: true, PriorityFencingDelayMs: > 0 }
            && !input.Resources.Any(r => Score.ParseRounded(input.Meta(r, "priority")?.Value)
                is { Value: not 0 })
            && !input.Primitives.Any(p => Score.ParseRounded(input.MetaInForce(p, "priority")?.Value)
                is { Value: not 0 }))
        {
            yield return new Sighting(input.SpotOfOption("priority-fencing-delay", "priority-fencing-delay"),
                "no resource has a priority", "set priority=1 in rsc_defaults or on the important resources");
        }
    }
}
