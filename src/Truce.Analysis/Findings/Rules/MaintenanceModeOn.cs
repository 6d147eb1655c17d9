using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A cluster that keeps its hands off.</summary>
public sealed class MaintenanceModeOn : Rule
{
    /// <summary>Its id.</summary>
    public const string Id = "maintenance-mode-on";

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new(Id, Severity.Information,
        "The whole cluster is in maintenance mode",
        "Nothing is monitored, started, stopped or recovered until it is switched off");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        if (input.Options.MaintenanceMode)
        {
            yield return new Sighting(input.SpotOfOption("maintenance-mode", "maintenance-mode"),
                "maintenance-mode is on",
                "switch it off once the work is done: truce cluster maintenance off");
        }
    }
}
