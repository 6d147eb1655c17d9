using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>Fencing is on, and nothing can fence.</summary>
public sealed class FencingWithoutDevice : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("fencing-without-device", Severity.Warning,
        "Fencing is enabled, but there is no fence device",
        "Nothing is started, and a lost node's resources stay down until an operator confirms that it is off");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        if (input.Options.FencingEnabled && input.Options.FencingWatchdogTimeoutMs == 0 && input.Primitives.Any(p => !p.IsFenceDevice)
            && !input.Primitives.Any(p => p.IsFenceDevice))
        {
            yield return new Sighting(input.SpotOfOption("fencing-enabled", "stonith-enabled"),
                "fencing is enabled, but there is no resource of class stonith",
                "add a fence device for each node, and test it: truce fence test");
        }
    }
}
