using System.Text.RegularExpressions;
using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>
/// Where location constraints let resources run. Only what always holds counts: rules may hold or not, and a
/// role's constraint leaves the other role alone.
/// </summary>
internal static class Reach
{
    /// <summary>Resources that a location constraint names, directly or by a tag or template.</summary>
    public static IEnumerable<Resource> Named(RuleInput input) =>
        input.Configuration.Constraints.OfType<Constraint.Location>().SelectMany(l => Ids(input, l))
            .Distinct()
            .Select(input.Index.Resource).OfType<Resource>();

    /// <summary>Whether the resource, or what holds it, is banned from a node.</summary>
    public static bool IsBanned(RuleInput input, Resource resource, NodeId node)
    {
        Constraint.Location[] here =
        [
            .. About(input, resource).Where(l => l.Node == node && l.Rules.IsEmpty && l.Role is null
                or Role.Started),
        ];
        return here.Any(l => l.Score is { IsMinusInfinity: true });
    }

    /// <summary>The members that it isn't banned from; in an opt-in cluster, those that it is allowed
    /// on.</summary>
    public static NodeId[] NotBanned(RuleInput input, Resource resource) =>
    [
        .. input.Members.Select(n => n.Name).Where(n => !IsBanned(input, resource, n)
            && (input.Options.SymmetricCluster || About(input, resource).Any(
                l => !l.Rules.IsEmpty || (l.Node == n && l.Score is null or { Value: >= 0 })))),
    ];

    /// <summary>Whether a constraint may allow it on some node.</summary>
    public static bool IsAllowedSomewhere(RuleInput input, ResourceId id) =>
        input.Configuration.Constraints.OfType<Constraint.Location>().Any(l => Matches(input, l, id)
            && (!l.Rules.IsEmpty || l.Score is null or { Value: >= 0 }));

    private static IEnumerable<Constraint.Location> About(RuleInput input, Resource resource)
    {
        List<ResourceId> ids = [];
        for (Resource? at = resource; at is not null; at = input.Index.Parent(at.Id))
            ids.Add(at.Id);
        return input.Configuration.Constraints.OfType<Constraint.Location>()
            .Where(l => ids.Any(id => Matches(input, l, id)));
    }

    private static bool Matches(RuleInput input, Constraint.Location location, ResourceId id) =>
        location.ResourcePattern is { } pattern ? Fits(pattern, id.Value) : Ids(input, location).Contains(id);

    private static IEnumerable<ResourceId> Ids(RuleInput input, Constraint.Location location) =>
    [
        .. location.Resource is { } one ? input.Index.Placeable(one) : [],
        .. location.Sets.Select(input.Index.Resolve).SelectMany(s => s.Resources)
            .SelectMany(id => input.Index.Placeable(id)),
    ];

    private static bool Fits(string pattern, string id)
    {
        bool isOthers = pattern.StartsWith('!');
        return SafePattern.TryMake(isOthers ? pattern[1..] : pattern, out _) is Regex regex
            && regex.IsMatch(id) != isOthers;
    }
}
