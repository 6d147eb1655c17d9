using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>Fence devices that wait for one another.</summary>
public sealed class FencingInGroup : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("fencing-in-group", Severity.Warning,
        "A fence device is a member of a group",
        "Members start in order on one node: a device that fails takes the members after it down, and all are lost with that node");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from device in input.Primitives
        where device.IsFenceDevice && device.Parents.Any(p => p is Resource.Group)
        select new Sighting(device.Spot, $"the fence device {device.Written.Id} is in the group {device.Parents.First(p => p is Resource.Group).Id}",
            "take it out of the group; optionally, keep it off the node that it fences with a location constraint");
}
