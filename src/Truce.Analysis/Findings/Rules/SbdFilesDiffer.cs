using Truce.Model;
using Truce.Model.Fencing;

namespace Truce.Analysis.Findings.Rules;

/// <summary>Nodes whose watchdogs differ.</summary>
public sealed class SbdFilesDiffer : Rule
{
    /// <inheritdoc/>
    public override RuleNeed Need => RuleNeed.Sbd;

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("sbd-files-differ", Severity.Warning,
        "The nodes' settings of sbd differ",
        "A node whose watchdog is slower than the others believe still runs when they take over");

    private static readonly string[] s_keys =
        [SbdFile.WatchdogKey, SbdFile.DeviceKey, "SBD_STARTMODE", "SBD_DELAY_START", "SBD_TIMEOUT_ACTION", "SBD_PACEMAKER"];

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        SbdFile[] nodes = [.. input.Sbd.Where(f => !f.IsHeader)];
        foreach (SbdFile other in nodes.Skip(1))
        {
            foreach (string key in s_keys)
            {
                string? one = nodes[0].Find(key)?.Text, two = other.Find(key)?.Text;
                if (one == two)
                    continue;
                yield return SbdSpot.Sight(other, other.Find(key) ?? other.Values[0], key,
                    $"{key} is {two ?? "not set"}, but {one ?? "not set"} in {nodes[0].Name}", "make them "
                        + "equal on all nodes");
            }
        }
    }
}
