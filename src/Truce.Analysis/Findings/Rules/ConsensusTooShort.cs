using Truce.Model;
using Truce.Model.Corosync;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A consensus that is over before the token.</summary>
public sealed class ConsensusTooShort : Rule
{
    /// <inheritdoc/>
    public override RuleNeed Need => RuleNeed.Corosync;

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("consensus-too-short", Severity.Warning,
        "The consensus timeout is shorter than the token needs",
        "The membership changes again and again when a node is lost: recovery is late, and nodes "
            + "that are well may drop out");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        CorosyncFile file = input.Corosync[0];
        if (file.Times is not { } times || file.Totem?.Find("consensus") is not { } written
            || times.ConsensusMs * 10 >= times.TokenMs * 12
            || (file.Nodes.Length == 2 && times.ConsensusMs > times.JoinMs))
            yield break;
        yield return CorosyncSpot.Sight(file, written, "totem.consensus",
            $"{times.ConsensusMs} ms, and the token {times.TokenMs} ms",
            "remove it: 1.2 times the token is the default");
    }
}
