using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>An option under its older and its newer name.</summary>
public sealed class OptionSetTwice : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("option-set-twice", Severity.Warning,
        "An option is set under its older and its newer name, with different values",
        "The newer name wins: a change of the older one, by a tool that knows no other, has no effect");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        NameValue[] pairs = [.. PlacedPrimitive.Pairs(
            input.Index.Resolve(input.Configuration.ClusterProperties))];
        foreach ((string newer, string older) in OptionNames.OlderNames)
        {
            if (pairs.FirstOrDefault(p => p.Name == newer) is { } first
                && pairs.FirstOrDefault(p => p.Name == older) is { } second && first.Value != second.Value)
            {
                yield return new Sighting(Spot.Of(second, Spot.ClusterProperties),
                    $"{older}={second.Value}, but {newer}={first.Value} wins", $"remove {older}");
            }
        }
    }
}
