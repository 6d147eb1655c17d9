using Truce.Model;
using Truce.Scheduler;

namespace Truce.Analysis.Why;

/// <summary>Says of a node what it runs, what comes and goes, and what can't run there.</summary>
internal sealed class NodeAnswer(
    Picture picture, NodeWords words, Obstacles obstacles, ResourceAnswer resources)
{
    private const int ObstaclesMax = 40;

    /// <summary>The answer.</summary>
    public Answer Of(NodeStatus node)
    {
        List<string> sentences = [Headline(node)];
        List<string> remedies = [];
        if (words.Unavailable(node.Name) is { Remedy: { } remedy })
            remedies.Add($"for {node.Name} to run resources: {remedy}");
        foreach (ResourceState.Primitive each in picture.Plan.Current.Resources.SelectMany(r => r.Primitives))
        {
            if (picture.Decided(each.Id) is Decision.Resource change
                && (change.FromNode == node.Name || change.ToNode == node.Name)
                && picture.Place(each.Id) is { } moved)
                sentences.Add(resources.Headline(each, moved));
        }

        if (words.Unavailable(node.Name) is null)
            Refused(node.Name, sentences, remedies);
        return new Answer([.. sentences.Distinct()], [.. remedies.Distinct()]);
    }

    private string Headline(NodeStatus node)
    {
        string[] runs =
        [
            .. picture.Plan.Current.Resources.SelectMany(r => r.Primitives)
                .Where(p => p.ActiveOn.Contains(node.Name)).Select(p => p.Id.Value),
        ];
        string what = runs.Length == 0 ? "it runs nothing" : $"it runs {string.Join(", ", runs)}";
        if (picture.Fencing(node.Name) is { } fence)
            return $"{node.Name} is fenced ({fence.Action}){NodeWords.Because(fence)}; {what}";
        return words.Unavailable(node.Name) is { } unavailable
            ? $"{unavailable.WithRemedy}; {what}" : $"{node.Name} is online; {what}";
    }

    private void Refused(NodeId node, List<string> sentences, List<string> remedies)
    {
        foreach (Placement placement in picture.Plan.Placements.Where(p => p.Node != node
            && picture.State(p.Resource) is ResourceState.Primitive { } s
                && !s.Marks.HasFlag(ResourceMarks.Disabled)))
        {
            NodePlacement? there = placement.Nodes.FirstOrDefault(n => n.Node == node);
            if (there is null || sentences.Count > ObstaclesMax || Roots.Decisive(there)
                .All(p =>
                    p.Rule is ScoreRule.NoRoomForInstance or ScoreRule.EnoughInstances
                        or ScoreRule.InContainer))
                continue;
            foreach (Clause clause in obstacles.On(placement, there).Take(1))
            {
                sentences.Add($"  {placement.Resource} can't run here: {clause.Text}");
                if (clause.Remedy is { } remedy)
                    remedies.Add($"for {placement.Resource} to run on {node}: {remedy}");
            }
        }
    }
}
