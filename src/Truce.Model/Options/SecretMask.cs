namespace Truce.Model;

/// <summary>Masks the values of secrets in every attribute set of a configuration.</summary>
internal static class SecretMask
{
    public static Configuration Apply(Configuration configuration) => configuration with
    {
        ClusterProperties = Apply(configuration.ClusterProperties),
        ResourceDefaults = Apply(configuration.ResourceDefaults),
        OperationDefaults = Apply(configuration.OperationDefaults),
        Nodes = Map(configuration.Nodes, n => n with
        {
            InstanceAttributes = Apply(n.InstanceAttributes),
            Utilization = Apply(n.Utilization),
        }),
        Templates = Map(configuration.Templates, t => t with
        {
            MetaAttributes = Apply(t.MetaAttributes),
            InstanceAttributes = Apply(t.InstanceAttributes),
            Operations = Apply(t.Operations),
        }),
        Resources = Map(configuration.Resources, Apply),
        Alerts = Map(configuration.Alerts, a => a with
        {
            MetaAttributes = Apply(a.MetaAttributes),
            InstanceAttributes = Apply(a.InstanceAttributes),
            Recipients = Map(a.Recipients, Apply),
        }),
    };

    private static AlertRecipient Apply(AlertRecipient recipient) => recipient with
    {
        MetaAttributes = Apply(recipient.MetaAttributes),
        InstanceAttributes = Apply(recipient.InstanceAttributes),
    };

    private static Resource Apply(Resource resource)
    {
        Resource masked = resource with
        {
            MetaAttributes = Apply(resource.MetaAttributes),
            InstanceAttributes = Apply(resource.InstanceAttributes),
        };
        return masked switch
        {
            Resource.Primitive primitive => primitive with { Operations = Apply(primitive.Operations) },
            Resource.Group group =>
                group with { Members = Map(group.Members, m => (Resource.Primitive)Apply(m)) },
            Resource.Cloned clone => clone with { Child = Apply(clone.Child) },
            Resource.Bundle bundle => bundle with
            {
                Content = bundle.Content is { } content ? (Resource.Primitive)Apply(content) : null,
            },
        };
    }

    private static OperationList? Apply(OperationList? list) => list is null ? null : list with
    {
        Operations = Map(list.Operations, o => o with
        {
            MetaAttributes = Apply(o.MetaAttributes),
            InstanceAttributes = Apply(o.InstanceAttributes),
        }),
    };

    private static EquatableArray<AttributeSet> Apply(EquatableArray<AttributeSet> sets) =>
        Map(sets, s => s with { Pairs = Map(s.Pairs, p =>
            p with { Value = SecretNames.Shown(p.Name, p.Value) }) });

    private static EquatableArray<T> Map<T>(EquatableArray<T> items, Func<T, T> change) where T
        : IEquatable<T> =>
        items.Select(change).ToEquatableArray();
}
