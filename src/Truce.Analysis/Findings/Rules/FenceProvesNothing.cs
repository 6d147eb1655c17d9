using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>An agent that says yes without switching anything.</summary>
public sealed class FenceProvesNothing : Rule
{
    private static readonly string[] s_agents =
        ["fence_dummy", "external/null", "null", "external/ssh", "ssh", "fence_ssh"];

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("fence-proves-nothing", Severity.Warning,
        "A fence agent is for tests only",
        "It reports a node as off that may still write: resources are started twice");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from device in input.Primitives
        where device.IsFenceDevice && s_agents.Contains(device.Effective.Agent!.Type)
        select new Sighting(
            device.Spot,
            $"{device.Written.Id} is a {device.Effective.Agent!.Type}, which doesn't switch power",
            "use the agent of a real power switch, management controller or hypervisor");
}
