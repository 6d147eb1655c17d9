using System.Runtime.CompilerServices;
using Truce.Model;
using Truce.Model.Rules;

namespace Truce.Runtime.Controller;

/// <summary>
/// The meta attributes in force for a resource: its own, its template's, its group's and clone's, and the
/// defaults. Sets with rules about time or nodes don't count here: status names no moment and no node.
/// </summary>
internal sealed class MetaAttributes
{
    // Clients ask about the same configuration over and over.
    private static readonly ConditionalWeakTable<Configuration, MetaAttributes> s_known = [];

    private MetaAttributes(Configuration configuration) => Index = new ConfigurationIndex(configuration);

    /// <summary>The configuration by id.</summary>
    public ConfigurationIndex Index { get; }

    /// <summary>Those of a configuration.</summary>
    public static MetaAttributes Of(Configuration configuration) =>
        s_known.GetValue(configuration, c => new MetaAttributes(c));

    /// <summary>Whether the cluster takes the resource in hand.</summary>
    public bool IsManaged(Resource.Primitive primitive) =>
        (CibBoolean.Parse(Value(primitive, "is-managed")) ?? true)
        && CibBoolean.Parse(Value(primitive, "maintenance")) != true;

    /// <summary>Whether it is to be stopped everywhere.</summary>
    public bool IsDisabled(Resource.Primitive primitive) =>
        string.Equals(Value(primitive, "target-role"), "Stopped", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether its instances can be promoted, so that a started one is unpromoted.</summary>
    public bool IsPromotable(Resource.Primitive primitive) => Above(primitive).OfType<Resource.Cloned>().Any(
        c => c.Form == CloneForm.Master || CibBoolean.Parse(Own(c, "promotable")) == true);

    /// <summary>Whether it may have instances on several nodes.</summary>
    public bool IsCloned(ResourceId id) =>
        Index.Resource(id) is { } resource && Above(resource).Any(r => r is Resource.Cloned);

    /// <summary>Its agent, perhaps its template's.</summary>
    public AgentName? Agent(Resource.Primitive primitive) => Index.Effective(primitive).Agent;

    /// <summary>The value in force: its own, else that of what holds it, else the
    /// default; null: none is set.</summary>
    public string? Value(Resource resource, string name) =>
        Above(resource).Select(r => Own(r, name)).FirstOrDefault(v => v is not null)
        ?? AttributeSets.Value(Index.Resolve(Index.Configuration.ResourceDefaults), name, RuleContext.Nothing);

    private string? Own(Resource resource, string name) => AttributeSets.Value(
        resource is Resource.Primitive primitive
            ? Index.Effective(primitive).MetaAttributes
            : Index.Resolve(resource.MetaAttributes),
        name, RuleContext.Nothing);

    /// <summary>Itself, then what holds it, inside out.</summary>
    public IEnumerable<Resource> Above(Resource resource)
    {
        for (Resource? at = resource; at is not null; at = Index.Parent(at.Id))
            yield return at;
    }
}
