using System.Collections.Immutable;

using Truce.Model;
using Truce.Scheduler;

namespace Truce.Analysis.Why;

/// <summary>Where a chain of colocations ends: the resource that can't be on a node for a reason of its
/// own.</summary>
/// <param name="Placement">That resource.</param>
/// <param name="Own">Its own reasons.</param>
/// <param name="Path">How it was reached.</param>
internal sealed record Root(
    Placement Placement, ImmutableArray<ScorePart> Own,
        ImmutableArray<(ResourceId Resource, string By)> Path);

/// <summary>Finds the reasons behind a score.</summary>
internal sealed class Roots(Picture picture)
{
    /// <summary>Stands for: no constraint names the node, in a cluster that wants that.</summary>
    public static ScorePart OptIn { get; } =
        new(-Scores.Infinity, true, ScoreRule.NotNamed, "symmetric-cluster", null);

    // A chain is told to its end, but a search ends.
    private const int VisitedMax = 500;

    /// <summary>The parts that make it impossible: after the last that replaced the score by a possible one,
    /// those that forbid; of a score that is only negative, those below zero.</summary>
    public static ImmutableArray<ScorePart> Decisive(NodePlacement there)
    {
        if (!there.Considered)
            return [OptIn];
        int begin = 0;
        for (int i = 0; i < there.Parts.Length; i++)
        {
            if (there.Parts[i] is { Becomes: true, Score: > -Scores.Infinity })
                begin = i;
        }

        ScorePart[] all = [.. there.Parts.Skip(begin)];
        ScorePart[] forbidding = [.. all.Where(p => p.Score <= -Scores.Infinity)];
        if (forbidding.Length == 0)
            return [.. all.Where(p => p.Score < 0).DistinctBy(p => (p.Rule, p.Source, p.Other))];
        ScorePart[] telling = [.. forbidding.Where(p => !IsConsequence(p.Rule))];
        return [.. (telling.Length > 0 ? telling : forbidding).DistinctBy(p => (p.Rule, p.Source, p.Other))];
    }

    // Written last, over everything else: these say little where something else forbids it, too.
    private static bool IsConsequence(ScoreRule rule) =>
        rule is ScoreRule.ToBeStopped or ScoreRule.EnoughInstances or ScoreRule.NoRoomForInstance;

    /// <summary>Whether the part comes through another resource.</summary>
    public static bool IsThrough(ScorePart part) =>
        part is { Rule: ScoreRule.Colocation or ScoreRule.Follower, Other: not null };

    /// <summary>The resource behind <paramref name="start"/> that can't be on the node for a reason of its
    /// own; null: none is found. What was asked about already has nothing to tell of itself, but what is tied
    /// to it may be what holds the others.</summary>
    public Root? Find(ResourceId start, string by, NodeId node, ImmutableHashSet<ResourceId> asked)
    {
        HashSet<ResourceId> seen = [];
        Queue<(ResourceId Id, ImmutableArray<(ResourceId, string)> Path)> next = new();
        next.Enqueue((start, [(start, by)]));
        Root? tied = null;
        while (next.Count > 0 && seen.Count < VisitedMax)
        {
            (ResourceId id, ImmutableArray<(ResourceId, string)> path) = next.Dequeue();
            if (!seen.Add(id))
                continue;
            bool isAsked = asked.Contains(id);
            foreach (Placement placement in picture.Within(id))
            {
                if (!isAsked && Own(placement, node) is { IsEmpty: false } own)
                    return new Root(placement, own, path);
                foreach ((ResourceId other, string through) in Onward(placement, node))
                    next.Enqueue((other, asked.Contains(other) ? path : path.Add((other, through))));
                if (!isAsked && tied is null
                    && Tied(placement, node, [.. seen, .. asked]) is { IsEmpty: false } binding)
                    tied = new Root(placement, binding, path);
            }
        }

        return tied;
    }

    private static ImmutableArray<ScorePart> Own(Placement placement, NodeId node) =>
        Barred(placement, node) is { } there
            ? [.. Decisive(there).Where(p => !IsThrough(p) && !IsConsequence(p.Rule))]
            : [];

    // Where no reason of its own is found, what it is tied to elsewhere is the reason.
    private static ImmutableArray<ScorePart> Tied(Placement placement, NodeId node,
        HashSet<ResourceId> seen) =>
        Barred(placement, node) is { } there
            ? [.. Decisive(there).Where(p => p.Rule == ScoreRule.Colocation && p.Other is { } o
                && !seen.Contains(o)).Take(1)]
            : [];

    private static NodePlacement? Barred(Placement placement, NodeId node) =>
        placement.Nodes.FirstOrDefault(n => n.Node == node && (n.Score < 0 || !n.Considered));

    private static IEnumerable<(ResourceId Other, string By)> Onward(Placement placement, NodeId node)
    {
        foreach (Companion follower in placement.Followers)
            yield return (follower.Resource, follower.Constraint);
        if (Barred(placement, node) is not { } there)
            yield break;
        foreach (ScorePart part in Decisive(there).Where(IsThrough))
            yield return (part.Other!.Value, part.Source);
    }
}
