using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>Nodes that count as off because they were never seen.</summary>
public sealed class StartupFencingOff : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("startup-fencing-off", Severity.Warning,
        "startup-fencing is off",
        "When a part of the cluster starts, nodes that it can't see count as off, though they "
            + "may be running resources: these then run twice");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        if (input.Options is { StartupFencing: false, FencingEnabled: true } && input.Members.Count() > 1)
        {
            yield return new Sighting(input.SpotOfOption("startup-fencing", "startup-fencing"),
                "nodes that weren't seen since the start aren't fenced", "remove startup-fencing=false");
        }
    }
}
