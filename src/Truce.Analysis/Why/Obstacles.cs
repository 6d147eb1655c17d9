using System.Collections.Immutable;

using Truce.Model;
using Truce.Scheduler;

namespace Truce.Analysis.Why;

/// <summary>What keeps a resource off a node, with what lies behind it.</summary>
internal sealed class Obstacles(Picture picture, NodeWords nodes, PartWords parts)
{
    private const int ClausesMax = 3;
    private readonly Roots _roots = new(picture);

    /// <summary>Says why a resource runs nowhere; set by whoever knows.</summary>
    public Func<ResourceId, ImmutableHashSet<ResourceId>, Clause> Trouble { get; set; } =
        (id, _) => new Clause($"{id} runs nowhere");

    /// <summary>Why it can't be there; empty: it could.</summary>
    public ImmutableArray<Clause> On(Placement placement, NodePlacement there) =>
        On(placement, there, [placement.Resource]);

    /// <summary>The same, without asking again about what was asked already.</summary>
    public ImmutableArray<Clause> On(
        Placement placement, NodePlacement there, ImmutableHashSet<ResourceId> asked)
    {
        if (!there.Available && nodes.Unavailable(there.Node) is { } unavailable)
            return [unavailable];
        if (there.Considered && there.Score >= 0)
            return [];
        return
        [
            .. Roots.Decisive(there).SelectMany(p => Of(placement, there.Node, p, asked))
                .DistinctBy(c => c.Text).Take(ClausesMax),
        ];
    }

    private ImmutableArray<Clause> Of(
        Placement placement, NodeId node, ScorePart part, ImmutableHashSet<ResourceId> asked)
    {
        if (part is { Rule: ScoreRule.Colocation, Other: { } primary })
            return [WithPrimary(node, part, primary, asked)];
        if (part is { Rule: ScoreRule.Follower, Other: { } dependent })
            return [WithDependent(node, part, dependent, asked)];
        if (part.Rule == ScoreRule.NoRoomForInstance && placement.Collective is { } whole
            && picture.Place(whole) is { } collective && !asked.Contains(whole)
            && collective.Nodes.FirstOrDefault(n => n.Node == node) is { } there
            && On(collective, there, asked.Add(whole)) is { IsEmpty: false } of)
            return of;
        return [parts.Of(placement, node, part)];
    }

    private Clause WithPrimary(
        NodeId node, ScorePart part, ResourceId primary, ImmutableHashSet<ResourceId> asked)
    {
        string name = PartWords.ConstraintName(part);
        ImmutableArray<NodeId> places = picture.Places(primary);
        if (places.Contains(node))
            return new Clause($"{name} keeps it apart from {primary}, which is there", Undo(part));
        if (places.IsEmpty)
        {
            string behind = asked.Contains(primary) ? ""
                : $": {Trouble(primary, asked.Add(primary)).WithRemedy}";
            return new Clause($"{name} keeps it with {primary}, which runs nowhere{behind}");
        }

        string place = $"which {PartWords.Where(places)}";
        Root? root = _roots.Find(primary, part.Source, node, asked);
        return root is null
            ? new Clause($"{name} keeps it with {primary}, {place}")
            : Behind($"{name} keeps it with {primary}, {place}", node, root);
    }

    private Clause WithDependent(
        NodeId node, ScorePart part, ResourceId dependent, ImmutableHashSet<ResourceId> asked)
    {
        string begin = $"{PartWords.ConstraintName(part)} keeps {dependent} with it";
        return _roots.Find(dependent, part.Source, node, asked) is { } root
            ? Behind(begin, node, root)
            : new Clause(
                $"{begin}, and {dependent}, which {PartWords.Where(picture.Places(dependent))}, has its "
                    + $"place elsewhere");
    }

    private Clause Behind(string begin, NodeId node, Root root)
    {
        IEnumerable<string> way = root.Path.Skip(1).Select(
            step => $"{PartWords.ConstraintName(step.By)} "
                + $"ties in {step.Resource}");
        string path = string.Concat(way.Select(w => $", {w}"));
        Clause[] own =
            [.. root.Own.Select(p => parts.Of(root.Placement, node, p)).DistinctBy(c => c.Text).Take(2)];
        return new Clause(
            $"{begin}{path}, and {root.Placement.Resource} can't run on {node}: "
            + string.Join("; ", own.Select(c => c.Text)),
            own.Select(c => c.Remedy).FirstOrDefault(r => r is not null));
    }

    private static string? Undo(ScorePart part) =>
        part.Source is ['#', ..] || part.Source.Contains(':', StringComparison.Ordinal)
            ? null : $"truce constraint delete {part.Source}";
}
