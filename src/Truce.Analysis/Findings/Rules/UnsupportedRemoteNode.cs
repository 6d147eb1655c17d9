using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>Remote nodes and guests: the scheduler plans them, no node can carry the plan out yet.</summary>
public sealed class UnsupportedRemoteNode : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("unsupported-remote-node", Severity.Error,
        "A resource is a connection to a remote node, or creates a guest node",
        "Nothing would ever run there, and a plan could require fencing the node, so the configuration is refused");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        foreach (PlacedPrimitive primitive in input.Primitives)
        {
            if (primitive.Effective.Agent is { Class: AgentName.Ocf, Provider: "pacemaker", Type: "remote" })
            {
                yield return new Sighting(primitive.Spot, "Truce can't run remote nodes yet",
                    "remove it; truce simulate and truce check accept it on paper");
            }

            if (primitive.Meta("remote-node") is { } pair)
            {
                yield return new Sighting(Spot.Of(pair, primitive.Spot),
                    $"{primitive.Written.Id} creates the guest node {pair.Value}, but Truce can't run guest nodes yet",
                    "remove the meta attribute remote-node; the resource itself can stay");
            }
        }
    }
}
