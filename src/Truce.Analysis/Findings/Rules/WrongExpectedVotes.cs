using Truce.Model;
using Truce.Model.Corosync;

namespace Truce.Analysis.Findings.Rules;

/// <summary>Votes that don't add up.</summary>
public sealed class WrongExpectedVotes : Rule
{
    /// <inheritdoc/>
    public override RuleNeed Need => RuleNeed.Corosync;

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("wrong-expected-votes", Severity.Warning,
        "expected_votes isn't the sum of the nodes' votes",
        "Too few, and both halves of a split have quorum until all nodes have been seen; too "
            + "many, and the cluster lacks quorum though all nodes are up");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        CorosyncFile file = input.Corosync[0];
        if (file.Quorum?.Find("expected_votes") is not { } value || file.Device is not null
            || file.Nodes.Length == 0
            || file.Times is not { } times)
            yield break;
        int sum = file.Nodes.Sum(n => Numbers.ParseInt(n.Find("quorum_votes")?.Text) ?? 1);
        if (times.VotesExpected != sum)
        {
            yield return CorosyncSpot.Sight(file, value, "quorum.expected_votes",
                $"{value.Text} votes are expected, and the nodes listed have {sum}",
                "remove expected_votes: it is counted from the list");
        }
    }
}
