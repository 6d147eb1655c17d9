using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A node that only its own management controller fences.</summary>
public sealed class FenceSharesPower : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("fence-shares-power", Severity.Information,
        "A node is fenced only by its own management controller",
        "When the node loses power, its controller does too: the shot fails, and nothing is "
            + "recovered until an operator confirms that the node is off");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        PlacedPrimitive[] devices = [.. input.Primitives.Where(p => p.IsFenceDevice)];
        string[] alone = [.. input.Members.Select(n => n.Name.Value).Where(n => IsAlone(devices, n))];
        if (!input.Options.FencingEnabled || input.Options.FencingWatchdogTimeoutMs > 0 || alone.Length == 0)
            yield break;
        yield return new Sighting(devices.First(FenceKinds.IsController).Spot,
            $"{string.Join(", ", alone)}: nothing but the management controller fences the node",
            "add a second way (a power switch, sbd) as a further fencing level");
    }

    private static bool IsAlone(PlacedPrimitive[] devices, string node)
    {
        PlacedPrimitive[] able = [.. devices.Where(d => FenceReach.MayFence(d, node))];
        return able.Length > 0 && able.All(FenceKinds.IsController);
    }
}
