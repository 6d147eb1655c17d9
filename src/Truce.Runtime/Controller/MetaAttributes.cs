using Truce.Model;
using Truce.Model.Rules;

namespace Truce.Runtime.Controller;

/// <summary>
/// The meta attributes in force for a resource: its own, its template's, its group's and clone's, and the defaults.
/// Sets with rules about time or nodes don't count here: status names no moment and no node.
/// </summary>
internal sealed class MetaAttributes(Configuration configuration)
{
    private readonly ConfigurationIndex _index = new(configuration);

    /// <summary>Whether the cluster takes the resource in hand.</summary>
    public bool IsManaged(Resource.Primitive primitive) => CibBoolean.Parse(Value(primitive, "is-managed")) ?? true;

    /// <summary>Whether its instances can be promoted, so that a started one is unpromoted.</summary>
    public bool IsPromotable(Resource.Primitive primitive) => Above(primitive).OfType<Resource.Cloned>().Any(
        c => c.Form == CloneForm.Master || CibBoolean.Parse(Own(c, "promotable")) == true);

    /// <summary>Its agent, perhaps its template's.</summary>
    public AgentName? Agent(Resource.Primitive primitive) => _index.Effective(primitive).Agent;

    private string? Value(Resource.Primitive primitive, string name) =>
        Above(primitive).Select(r => Own(r, name)).FirstOrDefault(v => v is not null)
        ?? AttributeSets.Value(_index.Resolve(configuration.ResourceDefaults), name, RuleContext.Nothing);

    private string? Own(Resource resource, string name) => AttributeSets.Value(
        resource is Resource.Primitive primitive
            ? _index.Effective(primitive).MetaAttributes
            : _index.Resolve(resource.MetaAttributes),
        name, RuleContext.Nothing);

    // Itself, then what holds it, inside out.
    private IEnumerable<Resource> Above(Resource resource)
    {
        for (Resource? at = resource; at is not null; at = _index.Parent(at.Id))
            yield return at;
    }
}
