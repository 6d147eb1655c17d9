namespace Truce.Model;

/// <summary>
/// Changes a CIB without changing it: each function gives a new one. A change that changes nothing gives the
/// same one. No function counts versions; <see cref="CibVersions"/> does. Ids of what is added are made from
/// names, with a number where they are taken.
/// </summary>
public static class CibEditor
{
    /// <summary>
    /// Sets a cluster option, in the set <c>cib-bootstrap-options</c> unless another set has it.
    /// </summary>
    public static Cib SetClusterProperty(Cib cib, string name, string value) => cib.With(c => c with
    {
        ClusterProperties = AttributeSetEditor.Set(c.ClusterProperties, AttributeSets.BootstrapOptions, name,
            value, new IdSource(c)),
    });

    /// <summary>Removes a cluster option from all sets, under its older name too.</summary>
    public static Cib RemoveClusterProperty(Cib cib, string name) => cib.With(c => c with
    {
        ClusterProperties = AttributeSetEditor.Remove(
            AttributeSetEditor.Remove(c.ClusterProperties, name),
            OptionNames.OlderNames.GetValueOrDefault(name, name)),
    });

    /// <summary>Sets a permanent node attribute; null if there is no such node.</summary>
    public static Cib? SetNodeAttribute(Cib cib, NodeId node, string name, string value) =>
        ChangeNode(cib, node, (n, ids) => n with
    {
        InstanceAttributes = AttributeSetEditor.Set(n.InstanceAttributes, $"nodes-{n.Id}", name, value, ids),
    });

    /// <summary>Removes a permanent node attribute; null if there is no such node.</summary>
    public static Cib? RemoveNodeAttribute(Cib cib, NodeId node, string name) =>
        ChangeNode(cib, node, (n, _) => n with
    {
        InstanceAttributes = AttributeSetEditor.Remove(n.InstanceAttributes, name),
    });

    /// <summary>
    /// Sets a node attribute that a reboot forgets; a node without a state gets one if it is configured.
    /// </summary>
    public static Cib? SetTransientAttribute(Cib cib, NodeId node, string name, string value) =>
        ChangeState(cib, node, s =>
    {
        TransientAttributes transient = s.TransientAttributes ?? new TransientAttributes(s.Id.Value, []);
        return s with
        {
            TransientAttributes = transient with
            {
                Sets = AttributeSetEditor.Set(transient.Sets, $"status-{s.Id}", name, value,
                    IdSource.Unchecked),
            },
        };
    });

    /// <summary>Removes a node attribute that a reboot forgets.</summary>
    public static Cib? RemoveTransientAttribute(Cib cib, NodeId node, string name) =>
        ChangeState(cib, node, s => s with
    {
        TransientAttributes = s.TransientAttributes is { } transient
            ? transient with { Sets = AttributeSetEditor.Remove(transient.Sets, name) }
            : null,
    });

    /// <summary>
    /// Sets a meta attribute of a resource at any level; null if there is no such resource.
    /// </summary>
    public static Cib? SetResourceMeta(Cib cib, ResourceId resource, string name, string value) =>
        ChangeResource(cib, resource, (r, ids) => r with
        {
            MetaAttributes = AttributeSetEditor.Set(r.MetaAttributes, $"{r.Id}-meta_attributes", name, value,
                ids),
        });

    /// <summary>Removes a meta attribute of a resource; null if there is no such resource.</summary>
    public static Cib? RemoveResourceMeta(Cib cib, ResourceId resource, string name) =>
        ChangeResource(cib, resource, (r, _) =>
            r with { MetaAttributes = AttributeSetEditor.Remove(r.MetaAttributes, name) });

    /// <summary>Sets (value null: removes) a parameter of a resource; null if
    /// there is no such resource.</summary>
    public static Cib? SetResourceParameter(Cib cib, ResourceId resource, string name, string? value) =>
        ChangeResource(cib, resource, (r, ids) => r with
        {
            InstanceAttributes = SetOrRemove(
                r.InstanceAttributes, $"{r.Id}-instance_attributes", name, value, ids),
        });

    /// <summary>Sets (value null: removes) what a primitive takes; null if
    /// there is no such primitive.</summary>
    public static Cib? SetResourceUtilization(Cib cib, ResourceId resource, string name, string? value)
    {
        bool found = false;
        Cib? changed = ChangeResource(cib, resource, (r, ids) =>
        {
            found = r is Resource.Primitive;
            return r is Resource.Primitive primitive
                ? primitive with
                {
                    Utilization = SetOrRemove(primitive.Utilization, $"{r.Id}-utilization", name, value, ids),
                }
                : r;
        });
        return found ? changed : null;
    }

    /// <summary>Sets (value null: removes) a capacity of a node; null if there is no such node.</summary>
    public static Cib? SetNodeUtilization(Cib cib, NodeId node, string name, string? value) =>
        ChangeNode(cib, node, (n, ids) => n with
        {
            Utilization = SetOrRemove(n.Utilization, $"nodes-{n.Id}-utilization", name, value, ids),
        });

    private static EquatableArray<AttributeSet> SetOrRemove(
        EquatableArray<AttributeSet> sets, string newSetId, string name, string? value, IdSource ids) =>
        value is null ? AttributeSetEditor.Remove(sets, name) : AttributeSetEditor.Set(sets, newSetId, name, value, ids);

    /// <summary>Adds a constraint, in the place of the one of the same id if there is one.</summary>
    public static Cib SetConstraint(Cib cib, Constraint constraint) => cib.With(c =>
    {
        int index = c.Constraints.FindIndex(other => other.Id == constraint.Id);
        return c with
        {
            Constraints = index < 0 ? c.Constraints.Add(constraint)
                : c.Constraints.SetItem(index, constraint),
        };
    });

    /// <summary>Removes the constraint of that id, if there is one.</summary>
    public static Cib RemoveConstraint(Cib cib, string id) =>
        cib.With(c => c with { Constraints = c.Constraints.RemoveAll(constraint => constraint.Id == id) });

    /// <summary>Replaces the state of one node, or adds it.</summary>
    public static Cib SetNodeState(Cib cib, NodeState state)
    {
        EquatableArray<NodeState> states = cib.Status.NodeStates;
        int index = states.FindIndex(s => s.Id == state.Id);
        return cib with
        {
            Status = cib.Status with { NodeStates = index < 0 ? states.Add(state)
                : states.SetItem(index, state) },
        };
    }

    /// <summary>Forgets the state of one node.</summary>
    public static Cib RemoveNodeState(Cib cib, NodeUuid node) => cib with
    {
        Status = cib.Status with { NodeStates = cib.Status.NodeStates.RemoveAll(s => s.Id == node) },
    };

    /// <summary>Replaces the state of one ticket, or adds it.</summary>
    public static Cib SetTicket(Cib cib, TicketState ticket)
    {
        EquatableArray<TicketState> tickets = cib.Status.Tickets;
        int index = tickets.FindIndex(t => t.Id == ticket.Id);
        return cib with
        {
            Status = cib.Status with { Tickets = index < 0 ? tickets.Add(ticket)
                : tickets.SetItem(index, ticket) },
        };
    }

    private static Cib With(this Cib cib, Func<Configuration, Configuration> change) =>
        cib with { Configuration = change(cib.Configuration) };

    private static Cib? ChangeNode(Cib cib, NodeId node, Func<Node, IdSource, Node> change)
    {
        EquatableArray<Node> nodes = cib.Configuration.Nodes;
        int index = nodes.FindIndex(n => n.Name == node);
        if (index < 0)
            return null;
        Node changed = change(nodes[index], new IdSource(cib.Configuration));
        return cib.With(c => c with { Nodes = nodes.SetItem(index, changed) });
    }

    private static Cib? ChangeState(Cib cib, NodeId node, Func<NodeState, NodeState> change)
    {
        NodeUuid? uuid = cib.Configuration.Nodes.FindIndex(n => n.Name == node) is >= 0 and var index
            ? cib.Configuration.Nodes[index].Id
            : null;
        int place = cib.Status.NodeStates.FindIndex(s => s.Name == node || s.Id == uuid);
        if (place >= 0)
            return SetNodeState(cib, change(cib.Status.NodeStates[place]));
        return uuid is { } id ? SetNodeState(cib, change(new NodeState(id) { Name = node })) : null;
    }

    private static Cib? ChangeResource(Cib cib, ResourceId id, Func<Resource, IdSource, Resource> change)
    {
        IdSource ids = new(cib.Configuration);
        EquatableArray<Resource> resources = cib.Configuration.Resources;
        for (int i = 0; i < resources.Count; i++)
        {
            if (ChangeWithin(resources[i], id, r => change(r, ids)) is { } changed)
                return cib.With(c => c with { Resources = resources.SetItem(i, changed) });
        }

        return null;
    }

    private static Resource? ChangeWithin(Resource resource, ResourceId id, Func<Resource, Resource> change)
    {
        if (resource.Id == id)
            return change(resource);
        return resource switch
        {
            Resource.Primitive => null,
            Resource.Group group => ChangeMember(group, id, change),
            Resource.Cloned clone =>
                ChangeWithin(clone.Child, id, change) is { } child ? clone with { Child = child } : null,
            Resource.Bundle bundle => bundle.Content is { } content && content.Id == id
                ? bundle with { Content = (Resource.Primitive)change(content) }
                : null,
        };
    }

    private static Resource.Group? ChangeMember(Resource.Group group, ResourceId id, Func<Resource,
        Resource> change)
    {
        int index = group.Members.FindIndex(m => m.Id == id);
        return index < 0
            ? null
            : group with { Members = group.Members.SetItem(index,
                (Resource.Primitive)change(group.Members[index])) };
    }
}

/// <summary>Counts the versions of a CIB.</summary>
public static class CibVersions
{
    /// <summary>
    /// The administrator's counter: a configuration with a higher value takes precedence over all
    /// others. The lesser counters start over.
    /// </summary>
    public static Cib BumpAdminEpoch(Cib cib) => With(cib, v => new CibVersion(v.AdminEpoch + 1, 0, 0));

    /// <summary>The configuration changed. The counter of status changes starts over.</summary>
    public static Cib BumpEpoch(Cib cib) => With(cib, v => new CibVersion(v.AdminEpoch, v.Epoch + 1, 0));

    /// <summary>The status changed.</summary>
    public static Cib BumpNumUpdates(Cib cib) => With(cib, v => v with { NumUpdates = v.NumUpdates + 1 });

    private static Cib With(Cib cib, Func<CibVersion, CibVersion> next) =>
        cib with { Header = cib.Header with { Version = next(cib.Header.Version) } };
}
