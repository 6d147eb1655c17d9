using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A class of agents that can be planned for, but that no node can run.</summary>
public sealed class UnsupportedClass : Rule
{
    private static readonly HashSet<string> s_run =
        [AgentName.Ocf, AgentName.Systemd, AgentName.Lsb, AgentName.Service, AgentName.Stonith];

    private const string Plugins = "external/";

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("unsupported-class", Severity.Error,
        "A resource has an agent of a class that Truce can't run",
        "All its operations would fail, and a failed stop gets its node fenced, so the configuration is "
            + "refused");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        foreach (PlacedPrimitive primitive in input.Primitives)
        {
            if (primitive.Effective.Agent is not { } agent)
                continue;
            if (!s_run.Contains(agent.Class))
            {
                yield return new Sighting(
                    primitive.Spot, $"Truce can't run agents of class {agent.Class}", Instead(agent));
            }
            else if (agent.Class == AgentName.Stonith && IsPlugin(agent.Type))
            {
                yield return new Sighting(primitive.Spot,
                    $"Truce can't run {agent.Type}, a cluster-glue plugin",
                    "use the fence agent for the device (fence_ipmilan, fence_sbd, fence_virsh, …)");
            }
        }
    }

    // Pacemaker 3 dropped upstart and nagios as well.
    private static string Instead(AgentName agent) => agent.Class switch
    {
        "upstart" => $"write systemd:{agent.Type}, if there is a unit of that name",
        "nagios" => "use an OCF agent that monitors the service, or remove the resource",
        _ => "use an agent of class ocf, systemd, service, lsb or stonith, or remove the resource",
    };

    /// <summary>Whether a fence device's type is a plugin of cluster-glue, such
    /// as <c>external/ipmi</c>.</summary>
    public static bool IsPlugin(string type) =>
        type.StartsWith(Plugins, StringComparison.Ordinal) && type.Length > Plugins.Length
        && type[Plugins.Length..].All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
