using Truce.Model;
using Truce.Model.Rules;

namespace Truce.Scheduler.Engine;

/// <summary>Makes the nodes: configured ones, remote nodes behind connections,
/// guests inside resources.</summary>
internal static class NodesUnpack
{
    public static void Run(World world)
    {
        foreach (Node configured in world.Cib.Configuration.Nodes)
        {
            NodeKind kind = configured.Type == NodeType.Remote ? NodeKind.Remote : NodeKind.Cluster;
            PlanNode? node = Add(world, configured.Id.Value, configured.Name.Value, kind);
            if (node is null)
                continue;
            node.ConfiguredScore = configured.Score?.Value ?? 0;
            node.IsPing = configured.Type == NodeType.Ping;
            node.Configured = configured;
            Attributes(world, node);
        }

        RemoteNodes(world);
        world.SortNodes();
    }

    public static PlanNode? Add(World world, string uuid, string name, NodeKind kind)
    {
        if (world.NodeByName(name) is not null)
            return null;
        var node = new PlanNode(world.Nodes.Count, uuid, name, kind)
        {
            Unclean = kind == NodeKind.Cluster && MayRunAnything(world),
        };
        world.AddNode(node);
        world.HaveRemotes |= node.IsRemote;
        return node;
    }

    // Until its status is seen, a machine may be running anything.
    private static bool MayRunAnything(World world) => world.Settings is { StartupFencing: true, FencingEnabled: true };

    private static void Attributes(World world, PlanNode node)
    {
        BuiltIn(world, node);
        var configured = new Dictionary<string, string>(StringComparer.Ordinal);
        world.Judging.Merge(node.Configured!.InstanceAttributes, new RuleContext { NodeAttribute = node.Attribute }, configured);
        foreach ((string name, string value) in configured)
            node.Attributes.TryAdd(name, value);
        var capacity = new Dictionary<string, string>(StringComparer.Ordinal);
        world.Judging.Merge(node.Configured.Utilization, new RuleContext { NodeAttribute = node.Attribute }, capacity);
        foreach ((string name, string value) in capacity)
            node.Capacity[name] = SettingsUnpack.Number(value, 0);
    }

    public static void BuiltIn(World world, PlanNode node)
    {
        node.Attributes["#uname"] = node.Name;
        node.Attributes["#id"] = node.Uuid;
        bool coordinator = world.Cib.Header.DcUuid?.Value == node.Uuid;
        node.Attributes["#is_dc"] = coordinator ? "true" : "false";
        if (coordinator)
        {
            node.IsCoordinator = true;
            world.Coordinator = node;
        }

        node.Attributes["#kind"] = node.Kind switch
        {
            NodeKind.Cluster => "cluster",
            NodeKind.Remote => "remote",
            NodeKind.Guest => "container",
        };
        if (node.Attributes.TryGetValue("site-name", out string? site))
            node.Attributes["#site-name"] = site;
        var cluster = world.ClusterName;
        if (cluster is not null)
            node.Attributes["#cluster-name"] = cluster;
    }

    // Nodes must exist before the resources: every resource's table of
    // scores is as long as the list of nodes.
    private static void RemoteNodes(World world)
    {
        foreach (Resource resource in world.Cib.Configuration.Resources)
            RemoteNodes(world, resource);
        foreach (NodeState state in world.Cib.Status.NodeStates)
        {
            if (state.History is null)
                continue;
            foreach (ResourceHistory entry in state.History.Resources)
            {
                if (entry is { Class: AgentName.Ocf, Provider: "pacemaker", Type: "remote" }
                    && !entry.Operations.IsEmpty
                    && !IsConfiguredOtherwise(world, entry.Id))
                    AddForgotten(world, entry);
            }
        }
    }

    // Its connection is no longer configured, so that it concerns no configured resource.
    private static void AddForgotten(World world, ResourceHistory entry)
    {
        // Several nodes may have it in their history.
        if (world.NodeByName(entry.Id.Value) is null)
            AddRemote(world, entry.Id.Value, entry.Container is null ? NodeKind.Remote : NodeKind.Guest)
                .Forgotten = true;
    }

    // A connection once; now something else has its id.
    private static bool IsConfiguredOtherwise(World world, ResourceId id) =>
        world.Cib.Configuration.Resources.Items.OfType<Resource.Primitive>().Any(p => p.Id == id)
        && world.NodeByName(id.Value) is null;

    private static void RemoteNodes(World world, Resource resource)
    {
        switch (resource)
        {
            case Resource.Primitive primitive:
                RemoteNode(world, primitive);
                break;
            case Resource.Group group:
                foreach (Resource.Primitive member in group.Members)
                    RemoteNode(world, member);
                break;
            case Resource.Cloned:
                break;
            case Resource.Bundle bundle:
                if (bundle.Content is null || !BundleUnpack.IsReachable(bundle))
                    break;
                for (int i = 0; i < BundleUnpack.ReplicaCount(bundle); i++)
                {
                    string name = BundleUnpack.ReplicaName(bundle, i);
                    bool known = world.NodeByName(name) is not null;
                    PlanNode node = AddRemote(world, name, NodeKind.Guest);
                    node.BundleGuest = !known;
                }

                break;
        }
    }

    private static void RemoteNode(World world, Resource.Primitive primitive)
    {
        if (Templates.Agent(world, primitive) is { Class: AgentName.Ocf, Provider: "pacemaker",
            Type: "remote" })
        {
            AddRemote(world, primitive.Id.Value, NodeKind.Remote);
            return;
        }

        string? guest = null;
        foreach (AttributeSet set in primitive.MetaAttributes)
        {
            foreach (NameValue pair in set.Pairs)
            {
                if (pair.Name == "remote-node")
                    guest = pair.Value;
            }
        }

        if (guest is not null && guest.Length > 0)
            AddRemote(world, guest, NodeKind.Guest);
    }

    public static PlanNode AddRemote(World world, string name, NodeKind kind)
    {
        if (world.NodeByName(name) is { } known)
            return known;
        var node = new PlanNode(world.Nodes.Count, name, name, kind) { Unclean = kind == NodeKind.Remote && MayRunAnything(world) };
        world.AddNode(node);
        BuiltIn(world, node);
        world.HaveRemotes = true;
        return node;
    }
}
