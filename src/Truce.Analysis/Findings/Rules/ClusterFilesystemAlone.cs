using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A cluster file system without its lock manager.</summary>
public sealed class ClusterFilesystemAlone : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("cluster-filesystem-alone", Severity.Warning,
        "A cluster file system has no lock manager, or isn't ordered after it",
        "It can't be mounted; and where the lock manager is stopped first, the unmount hangs and "
            + "the node is fenced");

    private static readonly HashSet<string> s_managers = ["controld", "o2cb"];

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        PlacedPrimitive[] managers = [.. input.Primitives.Where(p => s_managers.Contains(p.Type))];
        OrderedParts ordered = new(input.Configuration, input.Index);
        foreach (PlacedPrimitive primitive in input.Primitives.Where(p => p.Type == "Filesystem"))
        {
            // The stack of ocfs2 may also be started by the system.
            if (primitive.Parameter("fstype") is not { Value: "gfs2" or "ocfs2" } type
                || (type.Value == "ocfs2" && managers.Length == 0)
                    || managers.Any(m => ordered.AreLinked(m.Written.Id, primitive.Written.Id)))
                continue;
            yield return new Sighting(Spot.Of(type, primitive.Spot), managers.Length == 0
                    ? $"{primitive.Written.Id} mounts {type.Value}, and there is no lock manager"
                    : $"{primitive.Written.Id} mounts {type.Value} without waiting for "
                        + $"{managers[0].Written.Id}",
                managers.Length == 0
                    ? "add an interleaved clone of ocf:pacemaker:controld, and order the file system after it"
                    : "add an order and a colocation with the lock manager's clone");
        }
    }
}
