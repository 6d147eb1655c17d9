using Truce.Model;
using Truce.Model.Corosync;

namespace Truce.Analysis.Findings.Rules;

/// <summary>Nodes that were told different things.</summary>
public sealed class CorosyncFilesDiffer : Rule
{
    /// <inheritdoc/>
    public override RuleNeed Need => RuleNeed.Corosync;

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("corosync-files-differ", Severity.Warning,
        "The nodes' files corosync.conf differ",
        "Nodes with different timeouts, votes or nodes form different memberships, or none");

    private const int Most = 10;

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        input.Corosync.Skip(1).SelectMany(f => Differences(input.Corosync[0], f).Take(Most));

    private static IEnumerable<Sighting> Differences(CorosyncFile first, CorosyncFile other)
    {
        Dictionary<string, CorosyncValue> one = Flat(first), two = Flat(other);
        foreach ((string key, CorosyncValue value) in two)
        {
            string? there = one.GetValueOrDefault(key)?.Text;
            if (there == value.Text)
                continue;
            yield return CorosyncSpot.Sight(other, value, key,
                there is null ? $"{first.Name} doesn't have it" : $"{value.Text}, but {there} in "
                    + $"{first.Name}", Remedy);
        }

        foreach (string missing in one.Keys.Except(two.Keys))
            yield return CorosyncSpot.Sight(other, other.Root, missing,
                $"missing here, {one[missing].Text} in {first.Name}", Remedy);
    }

    private const string Remedy = "copy the file from one node to all, and reload: corosync-cfgtool -R";

    // What may differ: where a node binds to, and how it logs.
    private static Dictionary<string, CorosyncValue> Flat(CorosyncFile file)
    {
        Dictionary<string, CorosyncValue> flat = [];
        Add(file.Root, "");
        return flat;

        void Add(CorosyncSection section, string path)
        {
            foreach (CorosyncValue value in section.Values.Where(v => v.Key != "bindnetaddr"))
                flat[path + value.Key] = value;
            foreach (CorosyncSection inner in section.Sections.Where(s => s.Name != "logging"))
                Add(inner, $"{path}{inner.Name}{(inner.Find("nodeid") is { } id ? $"[{id.Text}]" : "")}.");
        }
    }
}
