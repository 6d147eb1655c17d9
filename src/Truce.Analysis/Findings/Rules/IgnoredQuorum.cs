using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>Two nodes that both go on alone.</summary>
public sealed class IgnoredQuorum : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("ignored-quorum", Severity.Warning,
        "no-quorum-policy=ignore",
        "After a split each side continues as if it were alone: they shoot each other, and without fencing both run everything");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        if (input.Options.NoQuorumPolicy == NoQuorumPolicy.Ignore && input.Configuration.Nodes.Count > 1)
        {
            yield return new Sighting(input.SpotOfOption("no-quorum-policy", "no-quorum-policy"),
                "both sides of a split continue without quorum",
                "remove it; for two nodes set two_node: 1 in corosync.conf, or add a quorum device");
        }
    }
}
