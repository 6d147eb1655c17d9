using Truce.Model;
using Truce.Model.Corosync;

namespace Truce.Analysis.Findings.Rules;

/// <summary>An address that leads to the node itself.</summary>
public sealed class LoopbackLink : Rule
{
    /// <inheritdoc/>
    public override RuleNeed Need => RuleNeed.Corosync;

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("loopback-link", Severity.Warning,
        "A node's address is a loopback address",
        "The other nodes can't reach it: the cluster never forms");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from file in input.Corosync
        from node in file.Nodes
        from value in node.Values
        where value.Key.StartsWith("ring", StringComparison.Ordinal)
            && value.Key.EndsWith("_addr", StringComparison.Ordinal)
            && (value.Text.StartsWith("127.", StringComparison.Ordinal) || value.Text is "::1" or "localhost")
        select CorosyncSpot.Sight(file, value, $"node.{value.Key}",
            $"{value.Text} leads back to the node itself",
            "write the address by which the others reach it");
}
