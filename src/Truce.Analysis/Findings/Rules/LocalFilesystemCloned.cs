using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A file system of one host, mounted on several.</summary>
public sealed class LocalFilesystemCloned : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("local-filesystem-cloned", Severity.Warning,
        "A file system that isn't a cluster file system is cloned",
        "Two nodes mount it at once, and each destroys what the other writes");

    private static readonly HashSet<string> s_local =
        ["ext2", "ext3", "ext4", "xfs", "btrfs", "reiserfs", "jfs", "vfat", "ntfs"];

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from primitive in input.Primitives
        where primitive is { Type: "Filesystem", In: { } }
            && input.Meta(primitive.In!, "clone-max")?.Value != "1"
        let type = primitive.Parameter("fstype")
        where type is not null && s_local.Contains(type.Value!)
            && !(primitive.Parameter("options")?.Value ?? "").Split(',').Contains("ro")
        select new Sighting(Spot.Of(type, primitive.Spot),
            $"{primitive.Written.Id} mounts {type.Value} on several nodes",
            "take it out of the clone, or use gfs2 or ocfs2 with a lock manager");
}
