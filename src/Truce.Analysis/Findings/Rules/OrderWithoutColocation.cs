using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A file system or address that waits for a device, but may run on another node.</summary>
public sealed class OrderWithoutColocation : Rule
{
    private static readonly HashSet<string> s_local = ["Filesystem", "LVM", "LVM-activate", "IPaddr2", "IPaddr", "drbd", "ZFS", "mdraid", "Raid1"];

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("order-without-colocation", Severity.Warning,
        "A resource is ordered after one that it needs on the same node, without being colocated with it",
        "An order says when, not where: the resource may be started on a node where the other one isn't "
            + "running");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        HashSet<(string, string)> together = [.. Pairs(input)];
        foreach (Constraint.Ordering order in input.Configuration.Constraints.OfType<Constraint.Ordering>())
        {
            if (order is not { First: { } first, Then: { } then } || order.Kind == OrderKind.Optional
                || !IsLocal(input, first) || !IsLocal(input, then)
                    || together.Contains((then.Value, first.Value))
                || AreInOneGroup(input, first, then))
                continue;
            yield return new Sighting(Spot.Of(order),
                $"{then} starts after {first}, but may run on another node",
                $"add a colocation of {then} with {first}");
        }
    }

    private static bool AreInOneGroup(RuleInput input, ResourceId one, ResourceId other) =>
        input.Index.Parent(one) is Resource.Group group && input.Index.Parent(other)?.Id == group.Id;

    private static bool IsLocal(RuleInput input, ResourceId id) => input.Primitives.Any(p =>
        (p.Written.Id == id || p.Parents.Any(r => r.Id == id)) && p.Effective.Agent is { } agent
            && s_local.Contains(agent.Type));

    // Sets and members count as colocated whichever way round: this rule
    // must not cry at a sound configuration.
    private static IEnumerable<(string, string)> Pairs(RuleInput input)
    {
        foreach (Constraint.Colocation colocation in input.Configuration.Constraints.OfType<Constraint.Colocation>())
        {
            string[] all =
            [
                .. new[] { colocation.Resource, colocation.WithResource }.OfType<ResourceId>()
                    .Select(r => r.Value),
                .. colocation.Sets.Select(input.Index.Resolve).SelectMany(s => s.Resources)
                    .Select(r => r.Value),
            ];
            string[] wide = [.. all.SelectMany(id => Around(input, id)).Distinct().Take(200)];
            foreach (string one in wide)
            {
                foreach (string other in wide)
                    yield return (one, other);
            }
        }
    }

    private static IEnumerable<string> Around(RuleInput input, string id)
    {
        yield return id;
        foreach (PlacedPrimitive primitive in input.Primitives.Where(p => p.Written.Id.Value == id
            || p.Parents.Any(r => r.Id.Value == id)))
        {
            yield return primitive.Written.Id.Value;
            foreach (Resource parent in primitive.Parents)
                yield return parent.Id.Value;
        }
    }
}
