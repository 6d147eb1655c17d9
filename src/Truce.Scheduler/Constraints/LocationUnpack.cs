using System.Text.RegularExpressions;

using Truce.Model;
using Truce.Model.Rules;

namespace Truce.Scheduler.Engine;

/// <summary>Reads location constraints into lists of nodes with scores, and applies them.</summary>
internal static class LocationUnpack
{
    public static void Run(World world, Constraint.Location constraint)
    {
        if (constraint.Resource is { } id)
        {
            foreach (PlanResource resource in References.Resolve(world, id.Value, out _))
                For(world, constraint, resource, constraint.Role, null);
        }

        foreach (ResourceSet set in References.Sets(world, constraint.Sets))
        {
            foreach (PlanResource resource in References.Of(world, set))
                For(world, constraint, resource, set.Role ?? constraint.Role, null, set.Score?.Value);
        }

        if (constraint.ResourcePattern is { } pattern)
            ByPattern(world, constraint, pattern);
    }

    private static void ByPattern(World world, Constraint.Location constraint, string pattern)
    {
        bool inverted = pattern.StartsWith('!');
        if (SafePattern.TryMake(inverted ? pattern[1..] : pattern, out string complaint) is not { } regex)
        {
            world.Warnings.Add($"{constraint.Id}: the pattern {complaint}; the constraint is ignored");
            return;
        }

        foreach (PlanResource resource in world.Resources.ToList())
        {
            Match match = regex.Match(resource.Id);
            if (match.Success != inverted)
                For(world, constraint, resource, constraint.Role, match.Success ? match : null);
        }
    }

    private static void For(
        World world, Constraint.Location constraint, PlanResource resource, Role? role, Match? match, int? setScore = null)
    {
        if (constraint.Node is { } name)
        {
            if (world.NodeByName(name.Value) is { } node)
            {
                Add(world, constraint.Id, resource, role,
                    [(node, constraint.Score?.Value ?? setScore ?? 0)], constraint.Discovery);
            }

            return;
        }

        foreach (Rule written in constraint.Rules)
        {
            Rule rule = world.Judging.Resolve(written);
            Add(world, constraint.Id, resource, rule.Role ?? role,
                Matching(world, rule, resource, match), constraint.Discovery);
        }
    }

    private static List<(PlanNode, int)> Matching(World world, Rule rule, PlanResource resource, Match? match)
    {
        var nodes = new List<(PlanNode, int)>();
        foreach (PlanNode node in world.Nodes)
        {
            // A parameter that depends on the node is compared with its value there.
            IReadOnlyDictionary<string, string>? parameters =
                resource.IsPrimitive ? Parameters.For(world, resource, node) : null;
            var context = new RuleContext
            {
                NodeAttribute = name => node.Attribute(Expand(name, match)),
                Parameter = parameters is null ? null : parameters.GetValueOrDefault,
                Meta = name => resource.Meta.GetValueOrDefault(name),
            };
            // The rule says nothing of a node without the attribute that holds its score.
            if (world.Judging.Holds(rule, context) && ScoreOf(rule, node, match) is { } score)
                nodes.Add((node, score));
        }

        return nodes;
    }

    // %0 to %9 are the groups of the pattern by which the constraint named its resource.
    private static string Expand(string attribute, Match? match) => match is not null && attribute.Contains('%')
        ? Regex.Replace(attribute, "%([0-9])", m => match.Groups[m.Groups[1].Value].Value)
        : attribute;

    private static int? ScoreOf(Rule rule, PlanNode node, Match? match)
    {
        if (rule.ScoreAttribute is not { } attribute)
            return rule.Score?.Value ?? -Scores.Infinity;
        return node.Attribute(Expand(attribute, match)) is { } value ? SettingsUnpack.Number(value, 0) : null;
    }

    private static void Add(
        World world, string id, PlanResource resource, Role? role, List<(PlanNode Node, int Score)> nodes,
        ResourceDiscovery? discovery)
    {
        // Where such a constraint names no node, there is none to look at.
        if (discovery == ResourceDiscovery.Exclusive)
            resource.Set(Is.ExclusiveProbes);
        if (nodes.Count == 0)
            return;
        // Who is to be promoted is unpromoted first, so what is said of unpromoted instances holds for all.
        ResourceRole wanted = role is null or Role.Started or Role.Unpromoted ? ResourceRole.Unknown : Roles.Of(role.Value);
        Discovery mode = discovery switch
        {
            ResourceDiscovery.Never => Discovery.Never,
            ResourceDiscovery.Exclusive => Discovery.Exclusive,
            ResourceDiscovery.Always or null => Discovery.Always,
        };
        var location = new Location(new ScoreReason(ScoreRule.Location, id), resource, wanted, nodes, mode);
        world.Locations.Add(location);
        resource.Locations.Add(location);
    }
}
