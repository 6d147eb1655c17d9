using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A device that nobody asks until it is needed.</summary>
public sealed class UnwatchedDevice : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("unwatched-device", Severity.Warning,
        "A fence device has no recurring monitor",
        "A password that expired or a cable that was pulled is noticed at the moment when the device is "
            + "needed");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from device in input.Primitives
        where device.IsFenceDevice && input.Options.FencingEnabled
            && !device.Operations.Any(
                o => o is { Name: OperationNames.Monitor, Interval.Milliseconds: > 0, Enabled: not false })
        select new Sighting(device.Spot, $"{device.Written.Id} is never asked whether it works",
            "add <op name=\"monitor\" interval=\"60s\"/>, and try it: truce fence test");
}
