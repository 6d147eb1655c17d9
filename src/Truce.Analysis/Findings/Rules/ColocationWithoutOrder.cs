using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A file system that is where its device is, but doesn't wait for it.</summary>
public sealed class ColocationWithoutOrder : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("colocation-without-order", Severity.Warning,
        "A file system or volume is colocated with the device that it is on, without being "
            + "ordered after it",
        "Both start at once: the mount fails if the device isn't ready, and at a stop the device "
            + "is taken from under the file system");

    private static readonly HashSet<string> s_upper = ["Filesystem", "LVM", "LVM-activate", "ZFS"];

    private static readonly HashSet<string> s_lower =
        ["drbd", "LVM", "LVM-activate", "Raid1", "mdraid", "iscsi", "crypt", "vdo-vol"];

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        OrderedParts ordered = new(input.Configuration, input.Index);
        foreach (Constraint.Colocation c in input.Configuration.Constraints.OfType<Constraint.Colocation>())
        {
            if (c is not { Resource: { } upper, WithResource: { } lower } || c.Score is { Value: <= 0 }
                || !Holds(input, upper, s_upper) || !Holds(input, lower, s_lower)
                || ordered.AreLinked(upper, lower))
                continue;
            yield return new Sighting(Spot.Of(c), $"{upper} runs with {lower}, but isn't ordered after it",
                $"add an order: start {lower} (promote it if it is promotable), then start {upper}");
        }
    }

    private static bool Holds(RuleInput input, ResourceId id, HashSet<string> types) =>
        input.PrimitivesOf(id).Any(p => types.Contains(p.Type));
}
