using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A fencing level with something that isn't a fence device.</summary>
public sealed class LevelWithoutDevice : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("level-without-device", Severity.Warning,
        "A fencing level names a resource that isn't a fence device",
        "The level always fails, and the next one is tried, if there is one");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from level in input.Configuration.FencingTopology
        from id in level.Devices
        where id.Value != BuiltIn && !input.PrimitivesOf(id).Any(p => p.IsFenceDevice)
        select new Sighting(Spot.Of(level), $"{id} isn't a fence device", "name resources of class stonith");

    // Pacemaker's own device, which no configuration has to define.
    private const string BuiltIn = "watchdog";
}
