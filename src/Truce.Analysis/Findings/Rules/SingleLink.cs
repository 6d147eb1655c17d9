using Truce.Model;
using Truce.Model.Corosync;

namespace Truce.Analysis.Findings.Rules;

/// <summary>One cable between the nodes.</summary>
public sealed class SingleLink : Rule
{
    /// <inheritdoc/>
    public override RuleNeed Need => RuleNeed.Corosync;

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("single-link", Severity.Warning,
        "The nodes hear each other by a single link",
        "When that network fails, the nodes shoot each other although all of them are well");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        CorosyncFile file = input.Corosync[0];
        if (file.Nodes.Length < 2 || CorosyncLinks.From(file.Root).Links.Count() != 1
            || input.Primitives.Any(p => p.IsFenceDevice && FenceKinds.IsCloud(p)))
            yield break;
        yield return CorosyncSpot.Sight(file, file.Root.First("nodelist"), "nodelist",
            "every node has a single address",
            file.Transport == "knet"
                ? "add a second link in another network: ring1_addr for each node"
                : "use transport: knet, and add a second link in another network: ring1_addr for each node");
    }
}
