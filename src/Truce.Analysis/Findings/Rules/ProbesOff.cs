using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A cluster that doesn't look before it starts.</summary>
public sealed class ProbesOff : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("probes-off", Severity.Warning,
        "enable-startup-probes is off",
        "A resource that already runs on a joining node, started by the system or left over, "
            + "isn't noticed and is started a second time");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        if (!input.Options.EnableStartupProbes && input.Members.Count() > 1)
        {
            yield return new Sighting(input.SpotOfOption("enable-startup-probes", "enable-startup-probes"),
                "nodes that join aren't probed", "remove enable-startup-probes=false");
        }
    }
}
