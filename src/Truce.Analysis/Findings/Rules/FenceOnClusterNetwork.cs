using Truce.Model;
using Truce.Model.Corosync;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A device that is reached by the link whose cut it is needed for.</summary>
public sealed class FenceOnClusterNetwork : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("fence-on-cluster-network", Severity.Warning,
        "A fence device is on the same network as the cluster's links",
        "The failure that splits the cluster also cuts off the device: no node can be fenced, and nothing is "
            + "recovered");

    /// <inheritdoc/>
    public override RuleNeed Need => RuleNeed.Corosync;

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        CorosyncLinks links = CorosyncLinks.From(input.Corosync[0].Root);
        foreach (PlacedPrimitive device in input.Primitives.Where(p => p.IsFenceDevice))
        {
            foreach (NameValue pair in FenceHosts.Addresses(device))
            {
                if (links.NodeAt(pair.Value!) is { } node)
                {
                    yield return new Sighting(Spot.Of(pair, device.Spot),
                        $"{device.Written.Id} has the address {pair.Value}, which is {node} itself",
                        "use the address of the power switch or management controller");
                }
                else if (links.Links.Any() && links.Links.All(l => links.IsOn(l, pair.Value!)))
                {
                    string all = links.Links.Count() == 1 ? "the only link" : "every link";
                    yield return new Sighting(Spot.Of(pair, device.Spot),
                        $"{device.Written.Id} has the address {pair.Value}, in the network of {all} of the "
                            + "cluster",
                        "put the device on a network of its own, or give the nodes a second link "
                            + "in another network (ring1_addr in corosync.conf)");
                }
            }
        }
    }
}
