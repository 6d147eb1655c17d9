using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A cluster that is to run nothing.</summary>
public sealed class StopAllOn : Rule
{
    /// <summary>Its id.</summary>
    public const string Id = "stop-all-on";

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new(Id, Severity.Warning,
        "stop-all-resources is on",
        "No resource runs, and none is recovered");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        if (input.Options.StopAllResources)
        {
            yield return new Sighting(input.SpotOfOption("stop-all-resources", "stop-all-resources"),
                "stop-all-resources is on", "truce cluster start, once resources may run again");
        }
    }
}
