using Truce.Model;
using Truce.Model.Corosync;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A setting for two nodes where it doesn't belong.</summary>
public sealed class TwoNodeOfMore : Rule
{
    /// <inheritdoc/>
    public override RuleNeed Need => RuleNeed.Corosync;

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("two-node-of-more", Severity.Warning,
        "two_node: 1 with other than two nodes, or with a quorum device",
        "Corosync refuses to start with it, or both halves of a split go on alone");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        CorosyncFile file = input.Corosync[0];
        if (file.Quorum?.Find("two_node") is not { Text: "1" } value
            || (file.Nodes.Length is 0 or 2 && file.Device is null))
            yield break;
        yield return CorosyncSpot.Sight(file, value, "quorum.two_node",
            file.Device is null ? $"{file.Nodes.Length} nodes are listed" : "there is a quorum device",
            "remove two_node");
    }
}
