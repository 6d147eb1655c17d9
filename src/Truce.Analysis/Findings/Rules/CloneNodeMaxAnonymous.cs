using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>Several instances on a node that can't be told apart.</summary>
public sealed class CloneNodeMaxAnonymous : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("clone-node-max-anonymous", Severity.Warning,
        "clone-node-max is above 1 without globally-unique=true",
        "Pacemaker 2 starts one instance a node, Pacemaker 3 takes the clone as globally unique: "
            + "what runs depends on the version");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from clone in input.Resources.OfType<Resource.Cloned>()
        let most = input.Meta(clone, "clone-node-max")
        where Numbers.ParseInt(most?.Value) > 1
            && CibBoolean.Parse(input.Meta(clone, "globally-unique")?.Value) != true
        select new Sighting(Spot.Of(most!, Spot.Of(clone)),
            $"{clone.Id} has clone-node-max={most!.Value} and anonymous instances",
            "set globally-unique=true, or remove clone-node-max");
}
