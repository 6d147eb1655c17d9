using Truce.Model;
using Truce.Model.Replication;
using Truce.Model.Rules;

namespace Truce.Control;

/// <summary>
/// What the configuration says of what runs, read without the scheduler: for what has to be decided where
/// no plan can be made. Rules that would need a node or a time don't apply.
/// </summary>
internal sealed class StartedResources(ConfigurationIndex index)
{
    // Rather too long than a stop that is cut off.
    private const long TimeoutDefaultMs = 120_000;

    /// <summary>The configuration.</summary>
    public ConfigurationIndex Index => index;

    /// <summary>The resource as it is configured; of an instance, the resource that is cloned.</summary>
    public ResourceId Configured(StartedAs started) => index.Resource(started.Resource) is not null
        ? started.Resource
        : new ResourceId(InstanceNames.Configured(started.Resource.Value));

    /// <summary>Whether it is configured not to run.</summary>
    public bool IsDisabled(StartedAs started) => IsDisabled(Configured(started));

    /// <summary>Whether a configured resource is meant not to run.</summary>
    public bool IsDisabled(ResourceId id) =>
        string.Equals(Meta(id, "target-role"), "Stopped", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether it may be stopped at all.</summary>
    public bool IsManaged(StartedAs started) => IsManaged(Configured(started));

    /// <summary>Whether a configured resource may be stopped and started at all.</summary>
    public bool IsManaged(ResourceId id) => (CibBoolean.Parse(Meta(id, "is-managed")) ?? true)
        && CibBoolean.Parse(Meta(id, "maintenance")) != true;

    /// <summary>A resource and what it is in, from inside out.</summary>
    public IEnumerable<Resource> Chain(ResourceId id)
    {
        for (Resource? at = index.Resource(id); at is not null; at = index.Parent(at.Id))
            yield return at;
    }

    /// <summary>The configured timeout of an operation that isn't repeated, in milliseconds.</summary>
    public long TimeoutMs(StartedAs started, string operation)
    {
        Operation? configured = index.Resource(Configured(started)) is Resource.Primitive primitive
            ? index.Effective(primitive).Operations?.Operations.FirstOrDefault(o => o.Name == operation)
            : null;
        return configured?.Timeout?.Milliseconds is { } ms and > 0 ? ms : TimeoutDefaultMs;
    }

    private string? Meta(ResourceId id, string name)
    {
        foreach (Resource resource in Chain(id))
        {
            EquatableArray<AttributeSet> sets = resource is Resource.Primitive primitive
                ? index.Effective(primitive).MetaAttributes
                : index.Resolve(resource.MetaAttributes);
            if (AttributeSets.Value(sets, name, RuleContext.Nothing) is { } value)
                return value;
        }

        return AttributeSets.Value(index.Resolve(index.Configuration.ResourceDefaults), name,
            RuleContext.Nothing);
    }
}
