using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A device that never answered.</summary>
public sealed class FenceUntested : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("fence-untested", Severity.Warning,
        "Nothing shows that a fence device ever worked",
        "Whether it can fence is found out on the day when it must");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        input.Options.FencingEnabled && input.Cib.Status.NodeStates.SelectMany(s => s.History?.Resources
            ?? [])
            .Any(h => h.Operations.Any(r => HistoryReading.Runs(r.RcCode) && r.IntervalMs == 0
                && r.Operation == OperationNames.Start))
        ? from device in input.Primitives
          where device.IsFenceDevice && input.MetaInForce(device, "target-role")?.Value
              is not ("Stopped" or "stopped")
              && !Recorded.Of(input, device).Any()
          select new Sighting(device.Spot,
              $"the status records no start or monitor of {device.Written.Id}, while others have run",
              "let it start, and test it: truce fence test")
        : [];
}
