using Truce.Model;
using Truce.Model.Corosync;

namespace Truce.Analysis.Findings.Rules;

/// <summary>Two nodes that need each other.</summary>
public sealed class TwoNodesLoseQuorum : Rule
{
    /// <inheritdoc/>
    public override RuleNeed Need => RuleNeed.Corosync;

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("two-nodes-lose-quorum", Severity.Warning,
        "Two nodes without two_node: 1 or a quorum device",
        "When one node is lost, the other one has no quorum: everything stops, instead of being "
            + "taken over");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        CorosyncFile file = input.Corosync[0];
        if (file.Nodes.Length == 2 && file.Device is null && file.Quorum?.Find("two_node")?.Text != "1"
            && file.Quorum?.Find("provider")?.Text == NoQuorumProvider.Provider
            && file.Quorum.Find("auto_tie_breaker")?.Text != "1" && file.Times is { VotesNeeded: > 1 }
            && input.Options.NoQuorumPolicy != NoQuorumPolicy.Ignore)
        {
            yield return CorosyncSpot.Sight(file, file.Quorum, "quorum", "two nodes, and two_node isn't set",
                "add two_node: 1 (it implies wait_for_all), or a quorum device");
        }
    }
}
