using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A rule about a ping's result that nothing provides.</summary>
public sealed class ConnectivityWithoutPing : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("connectivity-without-ping", Severity.Warning,
        "A rule tests the result of ping, but no resource writes that node attribute",
        "The attribute is never defined: the rule always holds, or never, and the resource may "
            + "be kept off every node");

    private static readonly HashSet<string> s_usual = ["pingd", "ping"];

    private static readonly HashSet<string> s_agents = ["ping", "pingd"];

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        string[] written = [.. input.Primitives.Where(p => s_agents.Contains(p.Type))
            .Select(p => p.Parameter("name")?.Value ?? "pingd")];
        foreach (Constraint.Location location in input.Configuration.Constraints.OfType<Constraint.Location>())
        {
            if (RuleTests.Of(location).FirstOrDefault(t => s_usual.Contains(t.Attribute)) is not { } test
                || written.Contains(test.Attribute) || NodeAttributes.IsSet(input, test.Attribute))
                continue;
            yield return new Sighting(Spot.Of(location),
                $"no resource writes the node attribute {test.Attribute}",
                written.Length > 0
                    ? $"test {written[0]}, which the ping resource writes"
                    : "add a clone of ocf:pacemaker:ping, or correct the attribute's name");
        }
    }
}
