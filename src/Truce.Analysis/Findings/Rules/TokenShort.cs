using Truce.Model;
using Truce.Model.Corosync;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A token that doesn't survive a pause.</summary>
public sealed class TokenShort : Rule
{
    /// <inheritdoc/>
    public override RuleNeed Need => RuleNeed.Corosync;

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("token-short", Severity.Warning,
        "The token timeout is shorter than pauses that are known to happen",
        "A node that only paused (live migration of the machine, a snapshot, a busy disk) counts "
            + "as lost, and is fenced");

    private const long LeastMs = 1_000;

    // What the clouds' own guides ask for, because of maintenance that freezes a machine.
    private static readonly (string Agent, long Ms)[] s_clouds = [("fence_azure_arm", 30_000),
        ("fence_gce", 20_000)];

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        CorosyncFile file = input.Corosync[0];
        if (file.Times is not { } times)
            yield break;
        (string agent, long least) = s_clouds.Append((Agent: "", Ms: LeastMs)).First(
            c => c.Agent.Length == 0 || input.Primitives.Any(p => p.IsFenceDevice && p.Type == c.Agent));
        if (times.TokenMs >= least)
            yield break;
        yield return CorosyncSpot.Sight(file, file.Totem, file.Totem?.Find("token"), "totem.token",
            $"the token is lost after {times.TokenMs} ms"
                + (agent.Length > 0 ? $"; {agent}'s cloud pauses longer" : ""),
            $"set token: {Math.Max(least, 3_000)}");
    }
}
