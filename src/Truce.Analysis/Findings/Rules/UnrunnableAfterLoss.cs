using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>What no other node can run.</summary>
public sealed class UnrunnableAfterLoss : Rule
{
    /// <inheritdoc/>
    public override RuleNeed Need => RuleNeed.Planner;

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("unrunnable-after-loss", Severity.Warning,
        "When one node is lost, a resource can't run any more",
        "The node is a single point of failure: the outage lasts until it is back");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from node in input.Loss?.Nodes ?? []
        let lost = input.Loss!.Without(node)
        where lost.Length > 0
        select new Sighting(Spot.Of(input.Members.First(n => n.Name == node)),
            $"without {node}, these don't run: {Losses.Named(lost)}",
            "let another node run them (truce why RESOURCE says what keeps it from there), or accept it with "
                + "a silence");
}
