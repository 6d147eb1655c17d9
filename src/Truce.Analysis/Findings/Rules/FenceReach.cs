using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>From where a fence device can be used: location constraints apply to
/// the nodes that use it, too.</summary>
internal static class FenceReach
{
    /// <summary>Nodes that no constraint keeps from the device.</summary>
    public static string[] UsableFrom(RuleInput input, PlacedPrimitive device)
    {
        Constraint.Location[] about = [.. input.Configuration.Constraints.OfType<Constraint.Location>()
            .Where(l => l.Resource == device.Written.Id && l.Node is not null && l.Rules.IsEmpty)];
        return [.. input.Members.Select(n => n.Name).Where(
            n => MayUse(input, about, n)).Select(n => n.Value)];
    }

    /// <summary>Whether the device may fence the node: it names it, or asks its hardware.</summary>
    public static bool MayFence(PlacedPrimitive device, string node) =>
        FenceHosts.AsksHardware(device)
            || (FenceHosts.Of(device)?.Hosts.Contains(node, StringComparer.OrdinalIgnoreCase) ?? true);

    private static bool MayUse(RuleInput input, Constraint.Location[] about, NodeId node)
    {
        Score[] here = [.. about.Where(l => l.Node == node).Select(l => l.Score ?? Score.Zero)];
        return !here.Any(s => s.IsMinusInfinity)
            && (input.Options.SymmetricCluster || here.Any(s => s.Value >= 0));
    }
}
