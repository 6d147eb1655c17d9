using Truce.Model;
using Truce.Model.Corosync;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A node that goes on alone from the start.</summary>
public sealed class NoWaitForAll : Rule
{
    /// <inheritdoc/>
    public override RuleNeed Need => RuleNeed.Corosync;

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("no-wait-for-all", Severity.Warning,
        "two_node: 1 with wait_for_all: 0",
        "A node that starts while the link is cut fences the other one, which starts and fences "
            + "it in turn, for ever");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        CorosyncFile file = input.Corosync[0];
        if (file.Quorum?.Find("two_node") is { Text: "1" }
            && file.Quorum.Find("wait_for_all") is { Text: "0" } value)
        {
            yield return CorosyncSpot.Sight(file, value, "quorum.wait_for_all",
                "a node that has never seen the other one has quorum", "remove wait_for_all: 0");
        }
    }
}
