using Truce.Model;

namespace Truce.Cli.Metrics;

/// <summary>Location constraints as the field's exporter names them.</summary>
internal static class ConstraintMetrics
{
    /// <summary>Writes them.</summary>
    public static void Write(Exposition text, Cib cib)
    {
        Exposition.Metric constraints = text.Begin("ha_cluster_pacemaker_location_constraints",
            "Location constraints of resources; the value is the score");
        ConfigurationIndex index = new(cib.Configuration);
        foreach (Constraint.Location location in cib.Configuration.Constraints.OfType<Constraint.Location>())
        {
            foreach (string resource in Resources(location, index))
            {
                constraints.Add(ResourceMetrics.Number(Score(location, index)),
                    ("constraint", location.Id), ("node", location.Node?.Value ?? ""), ("resource", resource),
                    ("role", location.Role is { } role ? ResourceMetrics.Lower(role.ToString()) : ""));
            }
        }
    }

    private static IEnumerable<string> Resources(Constraint.Location location, ConfigurationIndex index) =>
        location.Resource is { } resource ? [resource.Value]
        : location.ResourcePattern is { } pattern ? [pattern]
        : location.Sets.Select(index.Resolve).SelectMany(s => s.Resources).Select(r => r.Value).Distinct();

    // A constraint with rules has as many scores: the first one stands for it.
    private static Score Score(Constraint.Location location, ConfigurationIndex index) =>
        location.Score
        ?? location.Rules.Select(r => r.IdRef is { } id ? index.Rule(id) : r).Select(r => r?.Score)
            .FirstOrDefault(s => s is not null)
        ?? Truce.Model.Score.Zero;
}
