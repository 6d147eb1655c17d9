using System.Collections.Immutable;
using System.Globalization;

using Truce.Model;
using Truce.Model.Fencing;

namespace Truce.Scheduler.Engine;

/// <summary>Everything an executor needs to know of an action: parameters, meta
/// attributes, the way to its node.</summary>
internal sealed class ActionAttributes(World world)
{
    private readonly List<KeyValuePair<string, string>> _all = [];
    private (PlanResource? Resource, OperationConfig? Config, string Task, string Real, long IntervalMs, bool Pseudo) _of;
    private KeyValuePair<string, string>[] _common = [];

    public GraphAction Write(PlanAction action, ImmutableArray<GraphInput> inputs)
    {
        PlanResource? resource = action.Resource;
        NodeId? node = action.Node is { } at ? new NodeId(at.Name) : null;
        string? uuid = action.Node?.Uuid;
        (string key, string? internalKey) = Keys(action);
        int priority = Priority(action);
        ImmutableArray<KeyValuePair<string, string>> attributes = Attributes(action);
        ImmutableArray<string> downed = Downed(action);
        if (action.Is(Act.Pseudo) && action.Task != "probe_complete")
        {
            bool named = action.Task == Tasks.Fence;
            return new GraphAction.Pseudo
            {
                Id = action.Id,
                Operation = action.Task,
                OperationKey = key,
                InternalOperationKey = internalKey,
                Node = named ? node : null,
                NodeUuid = named ? uuid : null,
                Attributes = attributes,
                Inputs = inputs,
                Priority = priority,
                Downed = downed,
                Maintenance = action.Task == Tasks.MaintenanceNodes ? MaintenanceChanges() : [],
                Instance = resource is null ? null : new ResourceId(resource.Id),
            };
        }

        if (action.Task == Tasks.Fence)
        {
            return WithCauses(action, new GraphAction.Fence
            {
                Id = action.Id,
                Operation = action.Task,
                OperationKey = key,
                Node = node,
                NodeUuid = uuid,
                Attributes = attributes,
                Inputs = inputs,
                Priority = priority,
                Downed = downed,
                Action = action.MetaValue("stonith_action") ?? "",
                Reason = action.Reason,
            });
        }

        if (resource is null || action.Task == Tasks.ClearFailCount)
        {
            return new GraphAction.ClusterAction
            {
                Id = action.Id,
                Operation = action.Task,
                OperationKey = key,
                InternalOperationKey = internalKey,
                Node = node,
                NodeUuid = uuid,
                Router = Router(action),
                Attributes = attributes,
                Inputs = inputs,
                Priority = priority,
                Downed = downed,
                Resource = resource is null ? null : Primitive(resource),
                Instance = resource is null ? null : new ResourceId(resource.Id),
            };
        }

        return new GraphAction.ResourceOperation
        {
            Id = action.Id,
            Operation = action.Task,
            OperationKey = key,
            InternalOperationKey = internalKey,
            Node = node,
            NodeUuid = uuid,
            Router = Router(action),
            Attributes = attributes,
            Inputs = inputs,
            Priority = priority,
            Downed = downed,
            Resource = Primitive(resource),
            Instance = new ResourceId(resource.Id),
        };
    }

    private ImmutableArray<MaintenanceChange> MaintenanceChanges() =>
        [.. world.Nodes.Where(n => n.IsRemote && n.Maintenance != n.MaintenanceOnRecord)
            .Select(n => new MaintenanceChange(n.Uuid, n.Maintenance))];

    private static GraphResource Primitive(PlanResource resource)
    {
        if (resource.Has(Is.Unique) || resource.InstanceNumber < 0 || resource.Replica is not null)
            return new GraphResource(resource.Id, null, resource.Class, resource.Provider, resource.Type);
        string id = resource.HistoryName ?? resource.ConfigId;
        return new GraphResource(
            id, id == resource.Id ? null : resource.Id, resource.Class, resource.Provider, resource.Type);
    }

    private static (string Key, string? Internal) Keys(PlanAction action)
    {
        if (action.Resource is not { IsPrimitive: true } resource || resource.HistoryId == resource.Id)
            return (action.Key, null);
        if (!action.Key.StartsWith(resource.Id, StringComparison.Ordinal))
            return (action.Key, null);
        string external = action.Task switch
        {
            Tasks.Notify => Tasks.NotifyKey(
                resource.HistoryId, action.MetaValue("notify_type")!, action.MetaValue("notify_operation")!),
            Tasks.Notified => Tasks.Key(resource.HistoryId, action.Task),
            _ => resource.HistoryId + action.Key[resource.Id.Length..],
        };
        return (external, action.Key);
    }

    private static int Priority(PlanAction action)
    {
        // That a clone or bundle is through is what others wait for.
        if (action is { Resource.IsCollective: true, Task: Tasks.Running or Tasks.Stopped or Tasks.Promoted or Tasks.Demoted })
            return Scores.Infinity;
        return Math.Max(action.Resource?.ConfiguredPriority ?? 0, action.Priority);
    }

    /// <summary>
    /// The node that passes a remote node's actions on. While its connection moves, what ends something, and
    /// the news of it, goes by the node that had the connection, even if that is lost (kept:
    /// ends-go-by-the-connection-s-old-host).
    /// </summary>
    private static NodeId? Router(PlanAction action)
    {
        if (action.Node is not { IsRemote: true } node || node.Connection is not { } connection)
            return null;
        PlanNode? before = connection.Running.Count > 0 ? connection.Running[0] : null;
        PlanNode? after = connection.Assigned;
        if (before is null || after is null)
            return (before ?? after) is { } one ? new NodeId(one.Name) : null;
        if (ReferenceEquals(before, after))
            return new NodeId(before.Name);
        bool onOld = action.Task is Tasks.Stop or Tasks.MigrateFrom or Tasks.MigrateTo
            || action.Task is Tasks.Cancel or Tasks.Demote
            || action.Task == Tasks.Notify && action.MetaValue("notify_operation") is Tasks.Stop or Tasks.Demote;
        return new NodeId((onOld ? before : after).Name);
    }

    private ImmutableArray<string> Downed(PlanAction action)
    {
        if (action.Task == Tasks.Shutdown && action.Node is not null)
            return [action.Node.Uuid];
        if (action is { Task: Tasks.Fence, Node: { } target }
            && action.MetaValue("stonith_action") is "reboot" or "off" or "poweroff")
            return [target.Uuid, .. Guests(target)];
        // A connection that moves alive leaves its node up.
        if (action is { Task: Tasks.Stop, Resource.RemoteNode: { } remote } && !action.Is(Act.Pseudo)
            && !action.Is(Act.Migratable))
            return [remote.Uuid];
        return [];
    }

    private IEnumerable<string> Guests(PlanNode host) =>
        world.Nodes.Where(n => n.IsGuest && n.Connection?.Container?.Running.Contains(host) == true)
            .Select(n => n.Uuid);

    private GraphAction.Fence WithCauses(PlanAction action, GraphAction.Fence fence) => fence with
    {
        Causes = Fences.CausesOf(world, action),
        PriorityDelayMs = Interval.ParseMilliseconds(action.MetaValue(Fencing.DelayByPriority)) ?? 0,
        Priorities = [.. world.Nodes.Where(n => n is { Kind: NodeKind.Cluster, Priority: not 0 })
            .Select(n => new NodePriority(new NodeId(n.Name), n.Priority)).OrderBy(p => p.Node)],
    };

    private ImmutableArray<KeyValuePair<string, string>> Attributes(PlanAction action)
    {
        PlanResource? resource = action.Resource;
        _all.Clear();
        if (resource is not null)
            _all.AddRange(Common(action, resource));
        if (action.Meta is not null)
        {
            foreach ((string name, string value) in action.Meta)
                Set(MetaName(name), value);
        }

        if (resource is not null)
            AddPlace(action);
        return [.. _all];
    }

    private void AddPlace(PlanAction action)
    {
        if (action.Node is { } node && !action.Is(Act.Pseudo))
        {
            Set("CRM_meta_on_node", node.Name);
            Set("CRM_meta_on_node_uuid", node.Uuid);
        }

        if (action.ExpectedRc != 0)
            Set("CRM_meta_op_target_rc", action.ExpectedRc.ToString(CultureInfo.InvariantCulture));
        if (action.Task == Tasks.Cancel)
            Set("CRM_meta_operation", action.CancelledTask!);
    }

    // Where it belongs by name: they are few, and nearly all come sorted.
    private void Set(string name, string value)
    {
        int at = _all.Count;
        int order = -1;
        while (at > 0 && (order = string.CompareOrdinal(_all[at - 1].Key, name)) > 0)
            at--;
        if (at > 0 && order == 0)
            _all[at - 1] = KeyValuePair.Create(name, value);
        else
            _all.Insert(at, KeyValuePair.Create(name, value));
    }

    // A resource's actions of one kind come one after the other, for one node
    // after the other: probes above all.
    private KeyValuePair<string, string>[] Common(PlanAction action, PlanResource resource)
    {
        string task = action.CancelledTask ?? action.Task;
        bool same = ReferenceEquals(_of.Resource, resource) && ReferenceEquals(_of.Config, action.Config) && _of.Task == task
            && _of.Real == action.Task && _of.IntervalMs == action.IntervalMs && _of.Pseudo == action.Is(Act.Pseudo);
        if (same && !DependsOnNode(action, resource))
            return _common;
        _of = (resource, action.Config, task, action.Task, action.IntervalMs, action.Is(Act.Pseudo));
        return _common = MakeCommon(action, resource, task);
    }

    private static bool DependsOnNode(PlanAction action, PlanResource resource) =>
        resource.Container is not null || action.Node is { IsRemote: true } || Parameters.DependOnNode(resource)
        || action.Config?.Config.InstanceAttributes.IsEmpty == false;

    private KeyValuePair<string, string>[] MakeCommon(PlanAction action, PlanResource resource, string task)
    {
        var all = new SortedList<string, string>(StringComparer.Ordinal);
        if (resource.IsPrimitive)
            AddParameters(action, resource, all);
        SortedList<string, string> meta = OperationRules.Meta(
            world, resource, action.Task == Tasks.Cancel || resource.IsPrimitive ? ConfigOf(action, resource, task) : null,
            task, action.IntervalMs);
        foreach ((string name, string value) in meta)
            all[MetaName(name)] = value;
        if (resource.Kind != ResourceKind.Bundle)
            OfClone(resource, all);
        if (resource.IsPrimitive)
            Instance(resource, action, all);
        return [.. all];
    }

    private static string MetaName(string name) => "CRM_meta_" + name.Replace('-', '_');

    private static OperationConfig? ConfigOf(PlanAction action, PlanResource resource, string task) =>
        action.Config ?? OperationRules.Find(resource, task, action.IntervalMs, includeDisabled: false);

    private void AddParameters(PlanAction action, PlanResource resource, SortedList<string, string> all)
    {
        foreach ((string name, string value) in Parameters.For(world, resource, action.Node))
            all[name] = value;
        if (action.Config is not null && action.Node is not null)
        {
            foreach ((string name, string value) in Digests.OperationParameters(world, resource, action.Config, action.Node))
                all[name] = value;
        }

        if (all.TryGetValue("addr", out string? address) && address == "#uname" && resource.Container is { } container)
        {
            PlanNode? host = action.Task is Tasks.Stop or Tasks.Demote
                ? container.Running.Count > 0 ? container.Running[0] : container.Assigned
                : container.Assigned ?? (container.Running.Count > 0 ? container.Running[0] : null);
            if (host is not null)
                all["addr"] = host.Name;
        }
    }

    // What agents are told of the clone that they, or their group, are instances of.
    private static void OfClone(PlanResource resource, SortedList<string, string> all)
    {
        PlanResource? clone = resource;
        while (clone is not null && clone.Kind != ResourceKind.Clone)
            clone = clone.Parent;
        if (clone?.Clone is not { } data)
            return;
        if (resource.IsPrimitive)
            all["CRM_meta_clone"] = resource.InstanceNumber.ToString(CultureInfo.InvariantCulture);
        all["CRM_meta_clone_max"] = data.Max.ToString(CultureInfo.InvariantCulture);
        all["CRM_meta_clone_node_max"] = data.NodeMax.ToString(CultureInfo.InvariantCulture);
        all["CRM_meta_globally_unique"] = CibBoolean.Text(clone.Has(Is.Unique));
        all["CRM_meta_notify"] = CibBoolean.Text(clone.Has(Is.Notify));
        if (!data.Promotable)
            return;
        string max = data.PromotedMax.ToString(CultureInfo.InvariantCulture);
        string nodeMax = data.PromotedNodeMax.ToString(CultureInfo.InvariantCulture);
        all["CRM_meta_promoted_max"] = max;
        all["CRM_meta_promoted_node_max"] = nodeMax;
        all["CRM_meta_master_max"] = max;
        all["CRM_meta_master_node_max"] = nodeMax;
    }

    private static void Instance(PlanResource resource, PlanAction action, SortedList<string, string> all)
    {
        if (resource.IsConnection && resource.Container is { } container)
            all["CRM_meta_container"] = container.Id;
        if (resource.Meta.TryGetValue("remote-node", out string? remote))
            all["CRM_meta_remote_node"] = remote;
        if (action.Is(Act.Pseudo) || action.Task == Tasks.Cancel)
            return;
        if (action.Node is { IsGuest: true, Connection.Container: { } host }
            && (host.Assigned ?? (host.Running.Count > 0 ? host.Running[0] : null)) is { } physical)
            all["CRM_meta_physical_host"] = physical.Name;
        if (resource.Meta.TryGetValue("container-attribute-target", out string? target))
            all["CRM_meta_container_attribute_target"] = target;
    }
}
