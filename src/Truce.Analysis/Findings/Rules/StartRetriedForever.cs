using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A start that fails again and again on one node.</summary>
public sealed class StartRetriedForever : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("start-retried-forever", Severity.Warning,
        "start-failure-is-fatal is off, and a resource has no migration-threshold",
        "A start that fails is tried again on the same node for ever, and never on another one");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        if (input.Options.StartFailureIsFatal)
            yield break;
        PlacedPrimitive[] endless = [.. input.Primitives.Where(p => !p.IsFenceDevice
            && Score.ParseRounded(input.MetaInForce(p, "migration-threshold")?.Value)
                is not { IsInfinity: false, Value: > 0 })];
        if (endless.Length > 0)
        {
            string others = endless.Length == 1 ? "" : $" and {endless.Length - 1} more";
            yield return new Sighting(input.SpotOfOption("start-failure-is-fatal", "start-failure-is-fatal"),
                $"nothing limits the starts of {endless[0].Written.Id}{others}",
                "set migration-threshold (in rsc_defaults, for instance), or remove "
                    + "start-failure-is-fatal=false");
        }
    }
}
