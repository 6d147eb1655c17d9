using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A device that didn't answer when it was last asked.</summary>
public sealed class FenceDeviceFailing : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("fence-device-failing", Severity.Warning,
        "A fence device's last start or monitor failed",
        "It probably can't fence now: a wrong password, a cut cable, a controller that hangs");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        foreach (PlacedPrimitive device in input.Primitives.Where(p => p.IsFenceDevice
            && input.Options.FencingEnabled))
        {
            OperationRecord[] last = [.. Recorded.Of(input, device).Select(LastOf).OfType<OperationRecord>()];
            if (last.Any(IsGood) || last.FirstOrDefault(r => !IsGood(r)
                && r.RcCode != (int)AgentExitCode.NotRunning && r.OpStatus != (int)ExecutionStatus.Pending)
                is not { } failed)
                continue;
            string said = string.IsNullOrEmpty(failed.ExitReason) ? "" : $": {failed.ExitReason}";
            yield return new Sighting(device.Spot, $"the last {failed.Operation} of {device.Written.Id} "
                + $"failed{said}",
                "find out why, and test it: truce fence test");
        }
    }

    // A stop says nothing about the device; the failure before it is kept in a record of its own.
    private static OperationRecord? LastOf(ResourceHistory history) => history.Operations.Items
        .Where(r => r.Operation is OperationNames.Start or OperationNames.Monitor).MaxBy(r => r.CallId);

    private static bool IsGood(OperationRecord record) => record.RcCode == (int)AgentExitCode.Ok
        && record.OpStatus == (int)ExecutionStatus.Done;
}
