using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>Nodes that are fenced one after the other.</summary>
public sealed class ConcurrentFencingOff : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("concurrent-fencing-off", Severity.Information,
        "concurrent-fencing is off in a cluster of more than two nodes",
        "If several nodes are lost at once, recovery waits until they are fenced one by one, and "
            + "a device that hangs holds up the others");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        if (input.Options is { ConcurrentFencing: false, FencingEnabled: true } && input.Members.Count() > 2)
        {
            yield return new Sighting(input.SpotOfOption("concurrent-fencing", "concurrent-fencing"),
                "nodes are fenced one after the other", "remove concurrent-fencing=false: true is the "
                    + "default");
        }
    }
}
