using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A cluster file system that must be stopped when it can't be.</summary>
public sealed class LockManagerWithoutFreeze : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("lock-manager-without-freeze", Severity.Warning,
        "A cluster file system runs, and no-quorum-policy isn't freeze",
        "A partition without quorum is to unmount the file system, but the lock manager blocks "
            + "without quorum: the stop hangs, and every node there is fenced");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        if (input.Options.NoQuorumPolicy == NoQuorumPolicy.Freeze
            || input.Primitives.All(p => p.Type != "controld")
            || input.Primitives.FirstOrDefault(p => p.Type == "Filesystem"
                && p.Parameter("fstype")?.Value is "gfs2" or "ocfs2") is not { } first)
            yield break;
        yield return new Sighting(input.SpotOfOption("no-quorum-policy", "no-quorum-policy"),
            $"{first.Written.Id} is a cluster file system, and no-quorum-policy is "
                + (input.Options.Text("no-quorum-policy") ?? "stop, the default"),
            "set no-quorum-policy=freeze");
    }
}
