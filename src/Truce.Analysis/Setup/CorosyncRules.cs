using Truce.Analysis.Findings;
using Truce.Model;
using Truce.Model.Corosync;

namespace Truce.Analysis.Setup;

/// <summary>The rules of <c>truce check</c> that look at corosync.conf, where there is no configuration
/// yet.</summary>
public static class CorosyncRules
{
    // With one of these a cluster doesn't form, or damages data: nothing is set up with them.
    private static readonly HashSet<string> s_grave =
        ["corosync-node-twice", "loopback-link", "no-quorum-provider", "two-node-of-more", "no-wait-for-all"];

    /// <summary>What they find in the nodes' files; the first stands for all where one is enough.</summary>
    public static IEnumerable<Finding> Look(IEnumerable<CorosyncFile> files)
    {
        RuleInput input = new(Cib.Empty) { Corosync = [.. files] };
        return from rule in RuleCatalogue.Rules
               where rule.Need == RuleNeed.Corosync
               from sighting in rule.Look(input)
               select ToFinding(rule.Kind, sighting);
    }

    private static Finding ToFinding(FindingKind kind, Sighting sighting)
    {
        FileLine at = sighting.At ?? new FileLine("", 0);
        Severity severity = s_grave.Contains(kind.Id) ? Severity.Error : sighting.Severity ?? kind.Severity;
        return new Finding(kind.Id, severity, at.File, Math.Max(1, at.Line), 1, sighting.Where.ToString(),
            sighting.Message, sighting.Remedy)
        {
            Consequence = sighting.Consequence ?? kind.Consequence,
        };
    }
}
