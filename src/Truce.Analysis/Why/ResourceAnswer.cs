using System.Collections.Immutable;

using Truce.Model;
using Truce.Scheduler;

namespace Truce.Analysis.Why;

/// <summary>Says of a resource's instances where they are, why, and what keeps them off other
/// nodes.</summary>
internal sealed class ResourceAnswer(
    Picture picture, FailureWords failures, Obstacles obstacles, Troubles troubles)
{
    private const int NodesMax = 16;

    /// <summary>The answer about all of that name.</summary>
    public Answer Of(IReadOnlyList<ResourceState> named)
    {
        List<string> sentences = [];
        List<string> remedies = [];
        foreach (ResourceState.Primitive each in named.SelectMany(r => r.Primitives).DistinctBy(p => p.Id))
            One(each, sentences, remedies);
        foreach (ResourceState.CloneSet clone in named.OfType<ResourceState.CloneSet>()
            .Concat(named.Select(n => picture.Parent(n.Id)).OfType<ResourceState.CloneSet>()).DistinctBy(c =>
                c.Id))
            sentences.AddRange(Unpromoted(clone));
        foreach (ResourceState each in named.DistinctBy(n => n.ConfigId))
            sentences.AddRange(OrderWords.WithoutEffect(picture, each.Id));
        return new Answer([.. sentences.Distinct()], [.. remedies.Distinct()]);
    }

    private void One(ResourceState.Primitive state, List<string> sentences, List<string> remedies)
    {
        if (picture.Place(state.Id) is not { } placement)
        {
            sentences.Add($"{state.Id} has no place in the plan");
            return;
        }

        sentences.Add(Headline(state, placement));
        bool blocked = state.Marks.HasFlag(ResourceMarks.Blocked);
        if (troubles.Disabled(state) is not null || !(placement.Managed || blocked))
            return;
        int told = 0;
        foreach (NodePlacement there in placement.Nodes.Where(n => blocked || n.Node != placement.Node))
        {
            if (IsOtherInstances(placement, there) || picture.Node(there.Node) is { Kind: NodeKind.Guest }
                && there.Score < 0)
                continue;
            Clause[] all = [.. obstacles.On(placement, there)];
            foreach (Clause clause in all.Where(c => told < NodesMax && !IsSaidAtLength(c, all)))
            {
                told++;
                sentences.Add($"  {state.Id} can't run on {there.Node}: {clause.Text}");
                if (clause.Remedy is { } remedy)
                    remedies.Add($"for {state.Id} to run on {there.Node}: {remedy}");
            }
        }
    }

    // One failure may count in two ways: the longer sentence says both.
    private static bool IsSaidAtLength(Clause clause, Clause[] all) => all.Any(
        c => c.Text.Length > clause.Text.Length && c.Text.StartsWith(clause.Text, StringComparison.Ordinal));

    // That another instance has the place there isn't news.
    private static bool IsOtherInstances(Placement placement, NodePlacement there) =>
        there.Available && placement.Node is not null && Roots.Decisive(there) is { IsEmpty: false } parts
        && parts.All(p => p.Rule is ScoreRule.NoRoomForInstance or ScoreRule.EnoughInstances);

    /// <summary>One sentence: what is, or is done, and why.</summary>
    public string Headline(ResourceState.Primitive state, Placement placement)
    {
        Decision? decision = picture.Decided(state.Id);
        if (decision is Decision.Resource change)
            return Changing(state, placement, change);
        if (state.ActiveOn.IsEmpty)
            return $"{state.Id} is stopped: {troubles.OfOne(placement, [state.Id]).WithRemedy}";
        string role = state.Role == ResourceRole.Promoted ? "is promoted" : "runs";
        string at = string.Join(" and ", state.ActiveOn);
        return placement.Managed
            ? $"{state.Id} {role} on {at}: {Because(placement)}"
            : $"{state.Id} {role} on {at} and is left alone: "
                + $"{troubles.LeftAlone(placement, state).WithRemedy}";
    }

    private string Changing(ResourceState.Primitive state, Placement placement, Decision.Resource change)
    {
        string id = state.Id.Value;
        NodeId? from = change.FromNode, to = change.ToNode;
        NodeId? at = from ?? to;
        string why = Why(state, placement, change);
        return change.Change switch
        {
            ResourceChange.Start when change.Blocked => $"{id} is stopped and waits to start on {to}: {why}",
            ResourceChange.Start => $"{id} is started on {to}: {Because(placement)}",
            ResourceChange.Stop when change.Blocked => $"{id} should be stopped on {at} and can't be: {why}",
            ResourceChange.Stop => $"{id} is stopped on {at}: {why}",
            ResourceChange.Restart => $"{id} is restarted on {at}: {why}",
            ResourceChange.Recover when from == to || to is null || from is null =>
                $"{id} is recovered on {at}: {why}",
            ResourceChange.Recover => $"{id} failed on {from} and is moved to {to}: {why}",
            ResourceChange.Move => $"{id} is moved from {from} to {to}: {why}",
            ResourceChange.Migrate => $"{id} is migrated alive from {from} to {to}: {why}",
            ResourceChange.Promote when change.Blocked => $"{id} waits to be promoted on {at}: {why}",
            ResourceChange.Promote when change.FromRole == ResourceRole.Promoted =>
                $"{id} is demoted on {at}, then promoted again: it failed there",
            ResourceChange.Promote => $"{id} is promoted on {at}: {Claim(placement)}",
            ResourceChange.Demote => $"{id} is demoted on {at}: {Demoted(placement, change, why)}",
            ResourceChange.Reload =>
                $"{id} is reloaded on {at}: its parameters were changed, and its agent takes them over "
                    + $"without a stop",
        };
    }

    private string Why(ResourceState.Primitive state, Placement placement, Decision.Resource change)
    {
        if (troubles.Disabled(state) is { } disabled && change.ToNode is null)
            return disabled.WithRemedy;
        if (change is { FromNode: { } left, ToNode: { } to } && left != to
            && Left(placement, left) is { } obstacle)
            return obstacle.WithRemedy;
        if (state.Marks.HasFlag(ResourceMarks.Failed) && change.Change is ResourceChange.Recover
            && failures.Find(state.Id, change.FromNode, null) is { } failure)
            return failures.Say(failure, "there");
        if (change.Cause is { } cause)
            return troubles.Caused(placement, cause, change, [state.Id]).WithRemedy;
        if (placement.Node is null || change.ToRole == ResourceRole.Stopped || change.Blocked)
            return troubles.OfOne(placement, [state.Id]).WithRemedy;
        return failures.Find(state.Id, change.FromNode, null) is { } last
            && state.Marks.HasFlag(ResourceMarks.Failed)
            ? failures.Say(last, "there") : Because(placement);
    }

    private Clause? Left(Placement placement, NodeId left) => placement.Nodes
        .Where(n => n.Node == left).SelectMany(n => obstacles.On(placement, n)).FirstOrDefault();

    // Why there: what draws it, or that no other can have it.
    private static string Because(Placement placement)
    {
        if (placement.Nodes.FirstOrDefault(n => n.Node == placement.Node) is not { } there)
            return "that is where it was found";
        if (!placement.Nodes.Any(n => n.Node != placement.Node
            && n is { Available: true, Considered: true, Score: >= 0 }))
            return "no other node can run it";
        string[] drawn =
        [
            .. there.Parts.Where(p => p.Score > 0).DistinctBy(p => (p.Rule, p.Source, p.Other))
                .Select(PartWords.Attraction).OfType<string>(),
        ];
        return drawn.Length > 0 ? string.Join("; ", drawn) : "no node is better for it";
    }

    private static string Claim(Placement placement) => placement.Promotion is [.., _] parts
        ? string.Join("; ",
            parts.Where(p =>
                p.Score > 0).Select(PartWords.Attraction).OfType<string>()) is { Length: > 0 } drawn
            ? drawn : "no instance has a better claim"
        : "no instance has a better claim";

    private static string Demoted(Placement placement, Decision.Resource change, string why)
    {
        if (change.Cause is not null || placement.Node is null || placement.Promotion is not [.., var last])
            return why;
        return last is { Rule: ScoreRule.Colocation, Other: { } other }
            ? $"{PartWords.ConstraintName(last)} ties its promotion to {other}"
            : last.Rule == ScoreRule.RoleAsked ? "its target-role is Unpromoted, or an operation failed"
            : IsUnscored(placement) ? NoScore(placement.Collective?.Value ?? placement.Resource.Value)
            : "another instance has the better claim";
    }

    private IEnumerable<string> Unpromoted(ResourceState.CloneSet clone)
    {
        Placement[] instances = [.. clone.Instances.Select(i => picture.Place(i.Id)).OfType<Placement>()];
        if (!clone.Promotable || instances.Any(i => i.Role == ResourceRole.Promoted)
            || !instances.Any(i => i.Role == ResourceRole.Unpromoted))
            yield break;
        foreach (
            Placement instance in instances.Where(i => i.Role == ResourceRole.Unpromoted
                && i.Promotion.Length > 0))
        {
            if (Refusal(instance) is { } refusal)
                yield return $"{instance.Resource} isn't promoted: {refusal}";
        }

        if (instances.All(i => i.Promotion.Length == 0 || IsUnscored(i)))
            yield return $"nothing of {clone.Id} is promoted: {NoScore(clone.Id.Value)}";
    }

    private static string NoScore(string clone) =>
        $"no instance of {clone} has a promotion score; its agent sets one (crm_attribute --promotion), or "
            + $"a location "
        + "constraint for the promoted role";

    private static string? Refusal(Placement instance)
    {
        ScorePart? against = instance.Promotion.LastOrDefault(p => p.Score <= -Scores.Infinity);
        return against switch
        {
            null => null,
            { Rule: ScoreRule.Colocation } =>
                $"{PartWords.ConstraintName(against)} ties its promotion to {against.Other}",
            { Rule: ScoreRule.Location } =>
                $"location constraint {against.Source} keeps the promoted role off {instance.Node}",
            { Rule: ScoreRule.RoleAsked } => "its target-role is Unpromoted, or an operation failed",
            _ => null,
        };
    }

    private static bool IsUnscored(Placement instance) =>
        instance.Promotion is [{ Rule: ScoreRule.Promotion, Score: < 0 and > -Scores.Infinity }, ..]
        && instance.Promotion.Skip(1).All(p => p.Score <= 0);
}
