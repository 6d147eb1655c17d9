using Truce.Model;
using Truce.Model.Corosync;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A cluster that doesn't count votes.</summary>
public sealed class NoQuorumProvider : Rule
{
    /// <inheritdoc/>
    public override RuleNeed Need => RuleNeed.Corosync;

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("no-quorum-provider", Severity.Warning,
        "corosync.conf has no quorum provider",
        "Corosync never reports quorum or its loss: nothing starts, or both halves of a split go on");

    internal const string Provider = "corosync_votequorum";

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from file in input.Corosync.Take(1)
        where file.Quorum?.Find("provider")?.Text != Provider
        select CorosyncSpot.Sight(file, file.Quorum, "quorum", "no provider counts votes",
            $"add provider: {Provider} to the section quorum");
}
