using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A class of agents that can be planned for, but that no node can run.</summary>
public sealed class UnsupportedClass : Rule
{
    private static readonly HashSet<string> s_run = ["ocf", "systemd", "lsb", "service", "stonith"];

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("unsupported-class", Severity.Error,
        "A resource is of a class of agents that Truce can't run",
        "Its operations could only fail, and a failed stop costs a node; so the configuration is refused");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from primitive in input.Primitives
        where primitive.Effective.Agent is { } agent && !s_run.Contains(agent.Class)
        select new Sighting(primitive.Spot, $"Truce can't run agents of class {primitive.Effective.Agent!.Class}",
            "use an agent of class ocf, systemd, service, lsb or stonith, or remove the resource");
}
