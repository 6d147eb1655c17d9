using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>One host decides whether anything runs.</summary>
public sealed class SinglePingTarget : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("single-ping-target", Severity.Warning,
        "A single host that is pinged decides where resources may run",
        "When that host fails, or doesn't answer for maintenance, the resources stop on every node");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from ping in input.Primitives
        where ping.Type is "ping" or "pingd" && ping.Parameter("host_list") is { Value: { } hosts }
            && hosts.Split([' ', ',', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries).Length == 1
        let attribute = ping.Parameter("name")?.Value ?? "pingd"
        where input.Configuration.Constraints.OfType<Constraint.Location>().Any(l => l.Rules.Any(
            r => r.Score is { IsMinusInfinity: true }) && RuleTests.Of(l).Any(t => t.Attribute == attribute))
        select new Sighting(Spot.Of(ping.Parameter("host_list")!, ping.Spot),
            $"{ping.Written.Id} pings {ping.Parameter("host_list")!.Value} alone, and without an answer "
                + $"nothing may run",
            "list several hosts that fail independently, or prefer (a finite score) instead of forbidding");
}
