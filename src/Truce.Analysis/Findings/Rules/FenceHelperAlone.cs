using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A helper of fencing that fences nothing by itself.</summary>
public sealed class FenceHelperAlone : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("fence-helper-alone", Severity.Warning,
        "A device that only helps others to fence is used alone",
        "fence_kdump succeeds only if the node happens to dump its memory, fence_heuristics_ping "
            + "never switches anything: the node isn't off");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from helper in input.Primitives
        where helper.IsFenceDevice && input.Options.FencingEnabled
        let alone = helper.Type switch
        {
            "fence_heuristics_ping" => !input.Configuration.FencingTopology.Any(
                l => l.Devices.Contains(helper.Written.Id) && l.Devices.Count > 1),
            "fence_kdump" => input.Members.Any(n => FenceReach.MayFence(helper, n.Name.Value)
                && !input.Primitives.Any(p => p.IsFenceDevice && !FenceKinds.IsHelper(p)
                    && FenceReach.MayFence(p, n.Name.Value))),
            _ => false,
        }
        where alone
        select new Sighting(helper.Spot, $"{helper.Written.Id} ({helper.Type}) doesn't fence by itself",
            helper.Type == "fence_kdump"
                ? "put it into a level before that of a real device"
                : "put it into a fencing level, in front of a real device");
}
