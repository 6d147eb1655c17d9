using Truce.Model;
using Truce.Model.Corosync;

namespace Truce.Analysis.Findings.Rules;

/// <summary>Two links that are one.</summary>
public sealed class LinksShareNetwork : Rule
{
    /// <inheritdoc/>
    public override RuleNeed Need => RuleNeed.Corosync;

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("links-share-network", Severity.Warning,
        "Two links are in the same network",
        "One failure of that network cuts both: the second link protects nothing");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        CorosyncFile file = input.Corosync[0];
        CorosyncLinks links = CorosyncLinks.From(file.Root);
        int[] numbers = [.. links.Links.Order()];
        foreach (int second in numbers.Skip(1))
        {
            string[] addresses = [.. links.Addresses.Where(a => a.Link == second).Select(a => a.Address)];
            if (numbers.TakeWhile(n => n < second)
                .FirstOrDefault(n => addresses.All(a => links.IsOn(n, a)), -1)
                is >= 0 and var first)
            {
                yield return CorosyncSpot.Sight(file, file.Root.First("nodelist"), "nodelist",
                    $"links {first} and {second} are in the same network",
                    "put the second link into a network of its own, with its own switches and cards");
            }
        }
    }
}
