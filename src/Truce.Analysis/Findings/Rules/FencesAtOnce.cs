using Truce.Model;
using Truce.Scheduler;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A change that costs a node that is up, at once.</summary>
public sealed class FencesAtOnce : Rule
{
    /// <inheritdoc/>
    public override RuleNeed Need => RuleNeed.Planner;

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("fences-at-once", Severity.Error,
        "The change would fence a node that is up",
        "The node is shot as soon as the change is committed");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        Trial trial = input.Trial!;
        if (trial.Before is null)
            yield break;
        string?[] already = [.. Fenced(Trial.Try(trial.AsThingsWere).Made).Select(f => f.Node?.Value)];
        foreach (GraphAction.Fence fence in Fenced(Trial.Try(trial.AsThingsAre).Made))
        {
            if (fence.Node is not { } node || !trial.Up.Contains(node) || already.Contains(node.Value))
                continue;
            yield return new Sighting(Spot.Document, $"{node} would be fenced at once{(fence.Reason is null ? "" : $": {fence.Reason}")}",
                $"remove what causes it, or fence the node yourself first: truce fence node {node}");
        }
    }

    private static IEnumerable<GraphAction.Fence> Fenced(Plan? plan) =>
        plan is null ? [] : plan.Graph.Actions.OfType<GraphAction.Fence>().Where(f => f.Action is "reboot" or "off" or "poweroff");
}
