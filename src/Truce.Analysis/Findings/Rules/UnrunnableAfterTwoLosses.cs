using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>What two lost nodes leave unrunnable.</summary>
public sealed class UnrunnableAfterTwoLosses : Rule
{
    /// <inheritdoc/>
    public override RuleNeed Need => RuleNeed.Planner;

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("unrunnable-after-two-losses", Severity.Information,
        "When two nodes are lost, a resource can't run any more though the others have quorum",
        "The outage lasts until one of the two is back");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from pair in input.Loss?.Pairs ?? []
        let lost = input.Loss!.WithoutBoth(pair)
        where lost.Length > 0
        select new Sighting(Spot.Of(input.Members.First(n => n.Name == pair.One)),
            $"without {pair.One} and {pair.Other}, these don't run: {Losses.Named(lost)}",
            "let a third node run them, or accept it with a silence");
}
