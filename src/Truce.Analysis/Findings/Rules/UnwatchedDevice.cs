using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A device that isn't monitored until it is needed.</summary>
public sealed class UnwatchedDevice : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("unwatched-device", Severity.Warning,
        "A fence device has no recurring monitor",
        "An expired password or a disconnected cable goes unnoticed until the device is "
            + "needed");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from device in input.Primitives
        where device.IsFenceDevice && input.Options.FencingEnabled
            && !device.Operations.Any(
                o => o is { Name: OperationNames.Monitor, Interval.Milliseconds: > 0, Enabled: not false })
        select new Sighting(device.Spot, $"{device.Written.Id} has no recurring monitor",
            "add <op name=\"monitor\" interval=\"60s\"/>, and try it: truce fence test");
}
