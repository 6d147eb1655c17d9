using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>
/// A silence for a finding that doesn't exist. Only a warning: in a cluster of two versions, the older one
/// doesn't know the newer one's rules.
/// </summary>
public sealed class SilenceOfNothing : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("silence-of-nothing", Severity.Warning,
        "A silence names an unknown finding, or one that can't be silenced",
        "It silences nothing");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        foreach (Silence silence in SilenceReader.Read(input.Configuration).DistinctBy(s => s.Kind))
        {
            if (!RuleCatalogue.Kinds.TryGetValue(silence.Kind, out FindingKind? kind))
            {
                string? nearest = NearestName.Find(silence.Kind, RuleCatalogue.Kinds.Keys.Order(StringComparer.Ordinal));
                yield return new Sighting(Spot.Document, $"there is no finding '{silence.Kind}' to silence",
                    nearest is null ? "remove the silence" : $"remove the silence, or write '{nearest}' if that was meant");
            }
            else if (!kind.CanBeSilenced)
            {
                yield return new Sighting(Spot.Document, $"'{silence.Kind}' can't be silenced",
                    "remove the silence, and fix what the finding reports");
            }
        }
    }
}
