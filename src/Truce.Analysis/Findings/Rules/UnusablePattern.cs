using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A regular expression that isn't one, or that could take forever.</summary>
public sealed class UnusablePattern : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("unusable-pattern", Severity.Error,
        "A regular expression can't be read, or can't be matched in bounded time",
        "The constraint or fencing level would be ignored, or every plan would wait for it");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        foreach (Constraint.Location location in input.Configuration.Constraints.OfType<Constraint.Location>())
        {
            if (location.ResourcePattern is { } pattern && Complaint(pattern.StartsWith('!') ? pattern[1..] : pattern) is { } complaint)
                yield return Say(Spot.Of(location), $"rsc-pattern {complaint}");
        }

        foreach (FencingLevel level in input.Configuration.FencingTopology)
        {
            if (level.Target is LevelTarget.ByPattern(var pattern) && Complaint(pattern) is { } complaint)
                yield return Say(Spot.Of(level), $"target-pattern {complaint}");
        }
    }

    private static string? Complaint(string pattern) =>
        SafePattern.TryMake(pattern, out string complaint) is null ? complaint : null;

    private static Sighting Say(Spot where, string complaint) =>
        new(where, complaint, "write an extended regular expression without back references, or name the resources or nodes");
}
