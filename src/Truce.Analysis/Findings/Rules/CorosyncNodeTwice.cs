using Truce.Model;
using Truce.Model.Corosync;

namespace Truce.Analysis.Findings.Rules;

/// <summary>Two nodes that are one to Corosync.</summary>
public sealed class CorosyncNodeTwice : Rule
{
    /// <inheritdoc/>
    public override RuleNeed Need => RuleNeed.Corosync;

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("corosync-node-twice", Severity.Warning,
        "Two nodes in corosync.conf have the same id, name or address, or a node has no id",
        "Corosync refuses to start, or takes two nodes for one: both run everything");

    private static readonly string[] s_unique = ["nodeid", "name", .. Enumerable.Range(0, 8)
        .Select(i => $"ring{i}_addr")];

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        CorosyncFile file = input.Corosync[0];
        foreach (string key in s_unique)
        {
            foreach (IGrouping<string, CorosyncValue> same in
                file.Nodes.Select(n => n.Find(key)).OfType<CorosyncValue>().GroupBy(v => v.Text)
                    .Where(g => g.Count() > 1))
            {
                yield return CorosyncSpot.Sight(file, same.Last(), $"node.{key}",
                    $"two nodes have {key}: {same.Key}",
                    "give each node its own");
            }
        }

        foreach (CorosyncSection node in file.Nodes.Where(n => n.Find("nodeid") is null
            && file.Transport == "knet"))
            yield return CorosyncSpot.Sight(file, node, "node", "a node without nodeid", "add a nodeid, "
                + "different for each node");
    }
}
