using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A cluster that is to run nothing.</summary>
public sealed class StopAllOn : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("stop-all-on", Severity.Warning,
        "stop-all-resources is on",
        "No resource runs, and none is recovered");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        if (input.Options.StopAllResources)
        {
            yield return new Sighting(input.SpotOfOption("stop-all-resources", "stop-all-resources"),
                "stop-all-resources is on", "remove it once resources may run again");
        }
    }
}
