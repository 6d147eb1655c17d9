using Truce.Model;
using Truce.Model.Corosync;

namespace Truce.Analysis.Findings.Rules;

/// <summary>Nodes under two names.</summary>
public sealed class NodelistDiffers : Rule
{
    /// <inheritdoc/>
    public override RuleNeed Need => RuleNeed.Corosync;

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("nodelist-differs", Severity.Warning,
        "The nodes of corosync.conf aren't those of the configuration",
        "A node that only one of them has never joins, or counts as lost and is fenced; "
            + "constraints and fence devices for it have no effect");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        CorosyncFile file = input.Corosync[0];
        string[] members = [.. input.Members.Select(n => n.Name.Value)];
        if (members.Length == 0 || file.Nodes.Length == 0 || file.Nodes.Any(n => n.Find("name") is null))
            yield break;
        foreach (CorosyncSection node in file.Nodes)
        {
            string name = node.Find("name")!.Text;
            if (!members.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                yield return CorosyncSpot.Sight(file, node.Find("name")!, "node.name",
                    $"the configuration has no node {name}",
                        $"name one of {string.Join(", ", members.Take(8))}");
            }
        }

        foreach (Node member in input.Members.Where(m => !file.Nodes.Any(
            n => n.Find("name")!.Text.Equals(m.Name.Value, StringComparison.OrdinalIgnoreCase))))
        {
            yield return new Sighting(Spot.Of(member), $"corosync.conf has no node {member.Name}",
                "add it to the nodelist, or remove the node from the configuration");
        }
    }
}
