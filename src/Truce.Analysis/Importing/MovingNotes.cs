using Truce.Analysis.Findings;
using Truce.Model;

namespace Truce.Analysis.Importing;

/// <summary>Something that is sound in Pacemaker and in Truce, but not the same in both.</summary>
/// <param name="Id">Stable and short.</param>
/// <param name="Where">The element that it refers to.</param>
/// <param name="Message">What Truce does.</param>
/// <param name="Remedy">What to do; <c>nothing</c> where nothing is needed.</param>
internal sealed record MovingNote(string Id, Spot Where, string Message, string Remedy);

/// <summary>What only matters when a configuration moves: <c>truce check</c> has nothing to say about
/// it.</summary>
internal static class MovingNotes
{
    // Until then concurrent-fencing was false unless it was set.
    private static readonly Version s_concurrentByDefault = new(3, 20);

    // Written by the cluster itself, so nobody misses them.
    private static readonly HashSet<string> s_written =
        ["dc-version", "cluster-infrastructure", "last-lrm-refresh"];

    // GoneOption tells of these.
    private const string Gone = "crmd-";

    /// <summary>All there is to say.</summary>
    public static IEnumerable<MovingNote> Of(RuleInput input) =>
    [
        .. OptionsWithoutEffect(input), .. ConcurrentFencing(input), .. NoFencing(input), .. Alerts(input),
        .. Access(input), .. LocalSecrets(input), .. RemotePorts(input),
    ];

    private static IEnumerable<MovingNote> OptionsWithoutEffect(RuleInput input) =>
        from pair in input.Configuration.ClusterProperties.SelectMany(s => s.Pairs)
        where pair.Name is { } name && !name.StartsWith(Gone, StringComparison.Ordinal)
            && OptionCatalogue.Find(name)?.Meaning == OptionCatalogue.NoEffect
        select new MovingNote("without-effect", Spot.Of(pair, Spot.ClusterProperties),
            $"{pair.Name} is kept, and has no effect in Truce",
            s_written.Contains(pair.Name!) ? "nothing" : "remove it once nothing goes back to Pacemaker");

    private static IEnumerable<MovingNote> ConcurrentFencing(RuleInput input)
    {
        bool before3 = !Version.TryParse(input.Cib.Header.CrmFeatureSet, out Version? set)
            || set < s_concurrentByDefault;
        if (before3 && input.Options.Text("concurrent-fencing") is null && input.Options.FencingEnabled)
        {
            yield return new MovingNote("concurrent-fencing", Spot.ClusterProperties,
                "concurrent-fencing isn't set: Truce fences several nodes at a time, as Pacemaker 3 does; "
                    + "before that they were fenced one after the other",
                "nothing; to keep it as it was: set concurrent-fencing=false");
        }
    }

    private static IEnumerable<MovingNote> NoFencing(RuleInput input)
    {
        if (!input.Options.FencingEnabled && input.Options.UnfencedRecovery == UnfencedRecovery.Refuse)
        {
            yield return new MovingNote("unfenced-recovery",
                input.SpotOfOption("fencing-enabled", "stonith-enabled"),
                "fencing is off: Pacemaker starts a lost node's resources elsewhere at once, Truce leaves "
                    + "them where they were until the node is proven off",
                "configure fence devices; to accept damage instead: set "
                    + "truce-unfenced-recovery=accept-damage");
        }
    }

    private static IEnumerable<MovingNote> Alerts(RuleInput input) =>
        from alert in input.Configuration.Alerts
        select new MovingNote("alerts-need-a-service", new Spot("alert", alert.Id),
            "alert agents are run by truce alerts, a service of its own",
            "run truce alerts on every node (docs/operations/alerts.md)");

    private static IEnumerable<MovingNote> Access(RuleInput input)
    {
        if (input.Options.EnableAcl)
        {
            yield return new MovingNote("access-by-group", new Spot("acls", null),
                "users reach the cluster as members of the group truce, not haclient",
                "add them: adduser USER truce");
        }
    }

    private static IEnumerable<MovingNote> LocalSecrets(RuleInput input) =>
        from primitive in input.Primitives
        from pair in primitive.Written.InstanceAttributes.SelectMany(s => s.Pairs)
        where pair.Value?.StartsWith("lrm://", StringComparison.Ordinal) == true
        select new MovingNote("local-secret", Spot.Of(pair, primitive.Spot),
            $"{pair.Name} is a secret in a file of each node, which Truce reads where Pacemaker kept it",
            "keep /var/lib/pacemaker/lrm/cibsecrets on every node, or move it to a secret-file:");

    private static IEnumerable<MovingNote> RemotePorts(RuleInput input)
    {
        if (input.Cib.Header is { RemoteTlsPort: not null } or { RemoteClearPort: not null })
        {
            yield return new MovingNote("remote-ports", Spot.Document,
                "Truce has no port for administration over the network", "log in to a node with ssh");
        }
    }
}
