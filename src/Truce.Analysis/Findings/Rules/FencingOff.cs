using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>Fencing is off.</summary>
public sealed class FencingOff : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("fencing-off", Severity.Warning,
        "Fencing is turned off",
        "A lost node's resources aren't recovered, because they may still be running; a failed stop blocks the resource for good");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        if (!input.Options.FencingEnabled && input.Configuration.Nodes.Count > 1 && input.Primitives.Any())
        {
            yield return new Sighting(input.SpotOfOption("fencing-enabled", "stonith-enabled"),
                "fencing is turned off", "add fence devices and set fencing-enabled=true");
        }
    }
}
