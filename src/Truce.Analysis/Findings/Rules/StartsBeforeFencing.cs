using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>Data that is used before the other user is off.</summary>
public sealed class StartsBeforeFencing : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("starts-before-fencing", Severity.Warning,
        "A resource that holds data doesn't wait for fencing",
        "It is started while the lost node may still write: its data is destroyed");

    private static readonly HashSet<string> s_data =
    [
        "Filesystem", "LVM", "LVM-activate", "drbd", "ZFS", "mdraid", "Raid1", "pgsql", "pgsqlms", "mysql",
        "mariadb", "oracle", "db2", "VirtualDomain", "iSCSILogicalUnit",
    ];

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from primitive in input.Primitives
        where s_data.Contains(primitive.Type) && input.Options.FencingEnabled
        let requires = input.MetaInForce(primitive, "requires")
        where requires?.Value is "nothing" or "quorum"
        select new Sighting(Spot.Of(requires, primitive.Spot),
            $"{primitive.Written.Id} has requires={requires.Value}",
            "remove it: with fencing enabled, the default is requires=fencing");
}
