using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A failure that a reboot doesn't cure costs a node.</summary>
public sealed class FencesForIncurable : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("fences-for-incurable", Severity.Warning,
        "A failed start or monitor fences its node",
        "A wrong parameter or a missing file isn't cured by the reboot, or by moving to the next node: "
            + "each is shot in turn, up to the limit");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from primitive in input.Primitives
        where input.Options.FencingEnabled && !primitive.IsFenceDevice
        from operation in primitive.Operations
        where operation is { OnFail: OnFail.Fence,
            Name: OperationNames.Start or OperationNames.Monitor or OperationNames.Promote }
        select new Sighting(Spot.Of(operation),
            $"{operation.Name} of {primitive.Written.Id} has on-fail=fence, but a reboot cures few "
                + "causes of such a failure",
            "use on-fail=restart (a failed stop still fences), and migration-threshold to "
                + "move it away");
}
