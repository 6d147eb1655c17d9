using System.Collections.Immutable;
using Truce.Model.Rules;

namespace Truce.Model;

/// <summary>
/// An operator's instruction where a resource is to run: a constraint made by <c>truce resource move</c> or
/// <c>ban</c> (or <c>crm_resource</c>). Such a constraint is easily forgotten, so the status lists it.
/// </summary>
/// <param name="ConstraintId">The constraint.</param>
/// <param name="Resource">What it is about.</param>
/// <param name="Node">Where; null if the constraint doesn't say it plainly.</param>
/// <param name="Kind">Sent there, or kept off.</param>
/// <param name="Until">When it ends, as written; null if it lasts until it is cleared.</param>
public sealed record OperatorPlacement(
    string ConstraintId, ResourceId Resource, NodeId? Node, OperatorPlacementKind Kind, string? Until)
{
    /// <summary>Begins the ids of constraints that <c>truce resource move</c> makes.</summary>
    public const string MovePrefix = "truce-move-";

    /// <summary>Begins the ids of constraints that <c>truce resource ban</c> makes.</summary>
    public const string BanPrefix = "truce-ban-";

    /// <summary>Begin the ids of constraints that <c>crm_resource --move</c> and <c>--ban</c> make.</summary>
    public static ImmutableArray<string> ForeignPrefixes { get; } = ["cli-prefer-", "cli-ban-"];

    /// <summary>Whether a constraint's id says that an operator made it.</summary>
    public static bool IsId(string constraintId) =>
        constraintId.StartsWith(MovePrefix, StringComparison.Ordinal)
        || constraintId.StartsWith(BanPrefix, StringComparison.Ordinal)
        || ForeignPrefixes.Any(p => constraintId.StartsWith(p, StringComparison.Ordinal));

    /// <summary>All that a configuration holds, in its order.</summary>
    public static ImmutableArray<OperatorPlacement> Of(Configuration configuration) =>
        [.. configuration.Constraints.OfType<Constraint.Location>()
            .Where(c => c.Resource is not null && IsId(c.Id))
            .Select(Read)];

    /// <summary>Those that haven't ended.</summary>
    public static IEnumerable<OperatorPlacement> InForce(Configuration configuration, DateTimeOffset now) =>
        Of(configuration).Where(p => p.Until is null
            || !IsoTime.TryParse(p.Until, TimeSpan.Zero, out DateTimeOffset end) || now < end);

    /// <summary>A sentence for people, with the way out.</summary>
    public override string ToString()
    {
        string where = Node?.Value ?? "some nodes";
        string what = Kind switch
        {
            OperatorPlacementKind.SentTo => $"an operator moved it to {where}",
            OperatorPlacementKind.KeptOff => $"an operator banned it from {where}",
        };
        string end = Until is null ? "" : $" until {Until}";
        return $"{what}{end} ({ConstraintId}): to undo this, truce resource clear {Resource}";
    }

    private static OperatorPlacement Read(Constraint.Location constraint)
    {
        RuleCondition[] conditions = [.. constraint.Rules.SelectMany(r => r.Conditions)];
        NodeId? named = conditions.OfType<RuleCondition.NodeAttributeTest>()
            .Where(t => t is { Attribute: "#uname", Comparison: Comparison.Equal, Value: not null })
            .Select(t => (NodeId?)new NodeId(t.Value!)).FirstOrDefault();
        Score? score = constraint.Score ?? constraint.Rules.Select(r => r.Score).FirstOrDefault(s => s is not null);
        return new OperatorPlacement(
            constraint.Id,
            constraint.Resource!.Value,
            constraint.Node ?? named,
            score is { Value: < 0 } ? OperatorPlacementKind.KeptOff : OperatorPlacementKind.SentTo,
            conditions.OfType<RuleCondition.DateTest>().Select(t => t.End).FirstOrDefault(e => e is not null));
    }
}

/// <summary>What an operator wished.</summary>
public enum OperatorPlacementKind
{
    /// <summary>There.</summary>
    SentTo,

    /// <summary>Anywhere but there.</summary>
    KeptOff,
}
