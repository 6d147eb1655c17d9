using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A level of the topology with a device that can't fence its target.</summary>
public sealed class LevelWithoutTarget : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("level-without-target", Severity.Warning,
        "A device of a fencing level doesn't fence the level's node",
        "All devices of a level must succeed: the level always fails, and the next one is "
            + "tried, if there is one");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        foreach (FencingLevel level in input.Configuration.FencingTopology)
        {
            if (level.Target is not LevelTarget.ByName { Node: var target })
                continue;
            foreach (ResourceId id in level.Devices)
            {
                PlacedPrimitive? device = input.Primitives.FirstOrDefault(
                    p => p.IsFenceDevice && p.Written.Id == id);
                if (device is not null && !FenceReach.MayFence(device, target.Value))
                {
                    yield return new Sighting(Spot.Of(level),
                        $"level {level.Index} of {target} has {id}, which fences only "
                        + string.Join(", ", FenceHosts.Of(device)?.Hosts ?? []),
                        $"add {target} to {id}'s pcmk_host_list or pcmk_host_map, or take {id} out of "
                            + "the level");
                }
            }
        }
    }
}
