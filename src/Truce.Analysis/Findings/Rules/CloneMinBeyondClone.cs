using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>More instances are required than there can be.</summary>
public sealed class CloneMinBeyondClone : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("clone-min-beyond-clone", Severity.Warning,
        "clone-min is larger than the number of instances that there can be",
        "Nothing that is ordered after the clone ever starts");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        int nodes = input.Members.Count();
        foreach (Resource.Cloned clone in input.Resources.OfType<Resource.Cloned>())
        {
            if (input.Meta(clone, "clone-min") is not { } least
                || Numbers.ParseInt(least.Value) is not { } wanted)
                continue;
            int onNode = Numbers.ParseInt(input.Meta(clone, "clone-node-max")?.Value) ?? 1;
            long there = Math.Min(
                Numbers.ParseInt(input.Meta(clone, "clone-max")?.Value) ?? int.MaxValue,
                    (long)nodes * Math.Max(1, onNode));
            if (nodes > 0 && wanted > there)
            {
                yield return new Sighting(Spot.Of(least, Spot.Of(clone)),
                    $"{clone.Id} must have {wanted} instances before anything follows; there can be {there}",
                    "lower clone-min");
            }
        }
    }
}
