using System.Xml.Linq;
using Truce.Model;

namespace Truce.Analysis.Importing;

/// <summary>
/// Which findings matter when a configuration moves from Pacemaker, and what Truce makes of what they are
/// about. The others are for <c>truce check</c>: they hold as much without a move.
/// </summary>
internal static class FindingWords
{
    private const string AsBefore = "Truce applies it, as Pacemaker 2 does; Pacemaker 3 dropped it";
    private const string Kept = "Truce keeps it, and it has no effect";

    // What a finding doesn't say itself, by its kind.
    private static readonly Dictionary<string, string> s_words = new()
    {
        ["clone-node-max-anonymous"] =
            "Truce does as Pacemaker 3: instances are globally unique unless globally-unique=false says "
            + "otherwise, and then each node gets one at most",
        ["gone-element"] = AsBefore,
        ["gone-option"] = Kept,
        ["negative-threshold"] = "Truce reads it as no limit, as Pacemaker 2 does; Pacemaker 3 refuses it",
        ["option-set-twice"] = "",
        ["unknown-fence-option"] = Kept,
    };

    // As above, by the element.
    private static readonly Dictionary<string, string> s_elementWords = new()
    {
        ["master"] = "Truce runs it as a promotable clone; Pacemaker 3 dropped it",
        ["node"] = "Truce keeps it, and runs nothing there; Pacemaker 3 dropped ping nodes",
    };

    // As above, by the option.
    private static readonly Dictionary<string, string> s_optionWords = new()
    {
        ["remove-after-stop"] = AsBefore,
        ["stonith-action"] = "Truce reads it as off",
        ["fencing-action"] = "Truce reads it as off",
    };

    private static readonly HashSet<string> s_reading = [.. FindingIds.Kinds.Select(k => k.Id)];

    /// <summary>The kinds of <c>truce check</c> that matter here beside errors.</summary>
    internal static IEnumerable<string> Kinds => s_words.Keys;

    /// <summary>Whether it is a line of the report.</summary>
    public static bool ConcernsImport(Finding finding) =>
        finding.Severity == Severity.Error || s_reading.Contains(finding.Id)
        || s_words.ContainsKey(finding.Id);

    /// <summary>What is there, and what Truce does about it.</summary>
    public static string Of(Finding finding, XElement about)
    {
        if (finding.Severity == Severity.Error || !s_words.TryGetValue(finding.Id, out string? words))
            return finding.Message;
        words = s_elementWords.GetValueOrDefault(about.Name.LocalName, words);
        if (about.Attribute("name")?.Value is { } name)
            words = s_optionWords.GetValueOrDefault(name, words);
        return words.Length == 0 ? finding.Message : $"{finding.Message}: {words}";
    }
}
