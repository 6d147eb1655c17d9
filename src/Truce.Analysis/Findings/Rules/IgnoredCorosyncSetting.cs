using Truce.Model;
using Truce.Model.Corosync;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A line that Corosync passes over.</summary>
public sealed class IgnoredCorosyncSetting : Rule
{
    /// <inheritdoc/>
    public override RuleNeed Need => RuleNeed.Corosync;

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("ignored-corosync-setting", Severity.Warning,
        "corosync.conf has a setting without effect",
        "What it was meant for isn't done: a second link that isn't used, multicast where there "
            + "is none");

    private static readonly HashSet<string> s_multicast = ["mcastaddr", "broadcast"];

    // Of Corosync 2; with Corosync 3, several links are a matter of knet.
    private static readonly HashSet<string> s_gone =
        ["rrp_mode", "rrp_problem_count_timeout", "rrp_problem_count_threshold", "rrp_token_expired_timeout"];

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        CorosyncFile file = input.Corosync[0];
        CorosyncValue[] interfaces = [.. (file.Totem?.All("interface") ?? []).SelectMany(i => i.Values)];
        foreach (CorosyncValue value in interfaces.Where(v => s_multicast.Contains(v.Key)
            && file.Transport != "udp"))
            yield return Say(file, value, $"{file.Transport} doesn't use multicast", "remove it");
        foreach (CorosyncValue value in (file.Totem?.Values ?? []).Where(v => s_gone.Contains(v.Key)))
            yield return Say(file, value, "Corosync 3 no longer has it", "remove it, and use transport: "
                + "knet");
        if (file.Transport is not ("udp" or "udpu"))
            yield break;
        CorosyncValue? second = file.Nodes.SelectMany(n => n.Values)
            .FirstOrDefault(v => v.Key == "ring1_addr");
        if (second is not null)
            yield return Say(file, second, $"{file.Transport} has one link only", "use transport: knet");
    }

    private static Sighting Say(CorosyncFile file, CorosyncValue value, string message, string remedy) =>
        CorosyncSpot.Sight(file, value, value.Key, message, remedy);
}
