using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A small file that becomes a plan without end (promise S9).</summary>
public sealed class Expansion : Rule
{
    internal const string Id = "expansion";

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new(Id, Severity.Error,
        "A configuration expands beyond what can be planned in time",
        "Every plan would take minutes or exhaust memory, and nothing would be recovered in the meantime");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        foreach (Excess excess in ExpansionLimits.Exceeded(input.Configuration, input.Index))
        {
            yield return new Sighting(Where(input, excess), $"{excess.What} is {excess.Number}; {excess.Limit} is the limit",
                "make it smaller, or split the cluster");
        }
    }

    private static Spot Where(RuleInput input, Excess excess) => excess switch
    {
        { Resource: { } id } when input.Index.Resource(id) is { } resource => Spot.Of(resource),
        { Constraint: { } id } when input.Configuration.Constraints.FirstOrDefault(c => c.Id == id) is { } constraint =>
            Spot.Of(constraint),
        _ => Spot.Document,
    };
}
