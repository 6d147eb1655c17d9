namespace Truce.Model;

/// <summary>Masks the values of secrets in every attribute set of a configuration, and
/// takes the masks off again.</summary>
internal static class SecretMask
{
    public static Configuration Apply(Configuration configuration) => Rewrite(configuration, Masked);

    public static Cib Apply(Cib cib) => cib with
    {
        Configuration = Apply(cib.Configuration),
        Status = cib.Status with
        {
            NodeStates = [.. cib.Status.NodeStates.Select(n => n with { TransientAttributes = n.TransientAttributes is { } transient
                ? transient with { Sets = new SecretRewriting(Masked).Sets("node", transient.Sets) }
                : null })],
        },
    };

    public static Unmasking Undo(Configuration proposed, Configuration present)
    {
        Dictionary<SecretPlace, string> secrets = [];
        _ = Rewrite(present, (place, value) =>
        {
            if (Masked(place, value) != value)
                secrets[place] = value!;
            return value;
        });
        int restored = 0;
        List<string> unknown = [];
        Configuration configuration = Rewrite(proposed, (place, value) =>
        {
            if (value != SecretNames.Mask || !SecretNames.Contains(place.Name))
                return value;
            if (secrets.TryGetValue(place, out string? secret))
            {
                restored++;
                return secret;
            }

            unknown.Add($"{place.Owner}: {place.Name}");
            return value;
        });
        return new Unmasking(configuration, restored, [.. unknown]);
    }

    /// <summary>Every value that is a secret, or says where one lies: by its name, or because its agent's
    /// history says so (<c>op-secure-params</c>).</summary>
    public static IReadOnlyList<SecretValue> ValuesIn(Cib cib)
    {
        HashSet<(string, string?)> marked = [.. Marked(cib.Status)];
        List<SecretValue> found = [];
        string? Keep(SecretPlace place, string? value)
        {
            string owner = place.Owner.Split(' ', 2)[^1];
            bool isSecret = SecretNames.Contains(place.Name) || marked.Contains((owner, place.Name));
            if (value is { Length: > 0 } && value != SecretNames.Mask
                && (isSecret || SecretReference.TryParse(value) is not null))
                found.Add(new SecretValue(owner, place.Name ?? "", value));
            return value;
        }

        _ = Rewrite(cib.Configuration, Keep);
        foreach (NodeState node in cib.Status.NodeStates)
            _ = new SecretRewriting(Keep).Sets("node", node.TransientAttributes?.Sets ?? []);
        return found;
    }

    private static IEnumerable<(string Resource, string? Name)> Marked(ClusterStatus status) =>
        from node in status.NodeStates
        from history in node.History?.Resources ?? []
        from operation in history.Operations
        from name in operation.OpSecureParams?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? []
        select (history.Id.Value.Split(':')[0], name);

    private static string? Masked(SecretPlace place, string? value) => SecretNames.Shown(place.Name, value);

    private static Configuration Rewrite(Configuration configuration, Change change) => new SecretRewriting(change).Of(configuration);
}

/// <summary>A pair of a set of an owner: what a mask is recognised by.</summary>
/// <param name="Owner">The element that has the set, with its id.</param>
/// <param name="Set">The set's id.</param>
/// <param name="Name">The pair's name.</param>
internal readonly record struct SecretPlace(string Owner, string? Set, string? Name);

/// <summary>Another value for a pair.</summary>
internal delegate string? Change(SecretPlace place, string? value);

/// <summary>Walks through every attribute set of a configuration.</summary>
internal sealed class SecretRewriting(Change change)
{
    public Configuration Of(Configuration configuration) => configuration with
    {
        ClusterProperties = Sets("crm_config", configuration.ClusterProperties),
        ResourceDefaults = Sets("rsc_defaults", configuration.ResourceDefaults),
        OperationDefaults = Sets("op_defaults", configuration.OperationDefaults),
        Nodes = Map(configuration.Nodes, n => n with
        {
            InstanceAttributes = Sets($"node {n.Name}", n.InstanceAttributes),
            Utilization = Sets($"node {n.Name}", n.Utilization),
        }),
        Templates = Map(configuration.Templates, t => t with
        {
            MetaAttributes = Sets($"template {t.Id}", t.MetaAttributes),
            InstanceAttributes = Sets($"template {t.Id}", t.InstanceAttributes),
            Operations = Operations(t.Operations),
        }),
        Resources = Map(configuration.Resources, Of),
        Alerts = Map(configuration.Alerts, a => a with
        {
            MetaAttributes = Sets($"alert {a.Id}", a.MetaAttributes),
            InstanceAttributes = Sets($"alert {a.Id}", a.InstanceAttributes),
            Recipients = Map(a.Recipients, Of),
        }),
    };

    private AlertRecipient Of(AlertRecipient recipient) => recipient with
    {
        MetaAttributes = Sets($"recipient {recipient.Id}", recipient.MetaAttributes),
        InstanceAttributes = Sets($"recipient {recipient.Id}", recipient.InstanceAttributes),
    };

    private Resource Of(Resource resource)
    {
        Resource masked = resource with
        {
            MetaAttributes = Sets($"resource {resource.Id}", resource.MetaAttributes),
            InstanceAttributes = Sets($"resource {resource.Id}", resource.InstanceAttributes),
        };
        return masked switch
        {
            Resource.Primitive primitive => primitive with { Operations = Operations(primitive.Operations) },
            Resource.Group group =>
                group with { Members = Map(group.Members, m => (Resource.Primitive)Of(m)) },
            Resource.Cloned clone => clone with { Child = Of(clone.Child) },
            Resource.Bundle bundle => bundle with
            {
                Content = bundle.Content is { } content ? (Resource.Primitive)Of(content) : null,
            },
        };
    }

    private OperationList? Operations(OperationList? list) => list is null ? null : list with
    {
        Operations = Map(list.Operations, o => o with
        {
            MetaAttributes = Sets($"operation {o.Id}", o.MetaAttributes),
            InstanceAttributes = Sets($"operation {o.Id}", o.InstanceAttributes),
        }),
    };

    public EquatableArray<AttributeSet> Sets(string owner, EquatableArray<AttributeSet> sets) =>
        Map(sets, s => s with { Pairs = Map(s.Pairs, p => p with { Value = change(new SecretPlace(owner, s.Id, p.Name), p.Value) }) });

    private static EquatableArray<T> Map<T>(EquatableArray<T> items, Func<T, T> change) where T
        : IEquatable<T> =>
        items.Select(change).ToEquatableArray();
}
