using System.Collections.Immutable;
using Truce.Model;

namespace Truce.Control;

/// <summary>
/// The primitives that a change of the configuration makes another thing of: another agent, other parameters,
/// other operations. What was learned of them, bad or good, ends with the definition that it was learned of.
/// </summary>
internal static class ChangedDefinitions
{
    /// <summary>Those that aren't what they were; also what is new, and what is gone.</summary>
    public static ImmutableHashSet<ResourceId> Between(Configuration before, Configuration after)
    {
        Dictionary<ResourceId, Definition> then = All(before);
        Dictionary<ResourceId, Definition> now = All(after);
        return
        [
            .. then.Keys.Union(now.Keys).Where(id => then.GetValueOrDefault(id) != now.GetValueOrDefault(id)),
        ];
    }

    private static Dictionary<ResourceId, Definition> All(Configuration configuration) =>
        configuration.Resources.SelectMany(r => r.Primitives).ToDictionary(p => p.Id, p => new Definition(
            p with { MetaAttributes = [], Utilization = [], Description = null },
            p.Template is { } template ? configuration.Templates.FirstOrDefault(t => t.Id == template)
                : null));

    // What an operation's outcome may depend on; meta attributes and placement aren't.
    private sealed record Definition(Resource.Primitive Primitive, ResourceTemplate? Template);
}
