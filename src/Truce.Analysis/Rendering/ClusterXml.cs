using System.Xml.Linq;

using Truce.Model;
using Truce.Scheduler;

namespace Truce.Analysis.Rendering;

/// <summary>A cluster status as the XML that crm_simulate and crm_mon print.</summary>
internal sealed class ClusterXml
{
    // What a member counts as that says nothing of its version.
    private const string OldFeatureSet = "<3.15.1";

    private readonly Cib _cib;
    private readonly Dictionary<NodeId, NodeStatus> _nodes;

    private ClusterXml(Cib cib, ClusterState cluster)
    {
        _cib = cib;
        _nodes = cluster.Nodes.ToDictionary(n => n.Name);
    }

    /// <summary>A section with all nodes and resources.</summary>
    public static XElement Section(string title, Cib cib, ClusterState cluster)
    {
        ClusterXml xml = new(cib, cluster);
        return new XElement(
            title,
            new XElement("nodes", cluster.Nodes.Select(xml.Node)),
            new XElement(
                "resources",
                cluster.Resources.Where(IsListed).Select(xml.Resource)));
    }

    // What is gone from the configuration is listed as long as it runs.
    private static bool IsListed(ResourceState resource) =>
        !resource.Marks.HasFlag(ResourceMarks.Removed)
        || resource.Primitives.Any(p => !p.ActiveOn.IsEmpty);

    private XElement Node(NodeStatus node)
    {
        bool member = node.Kind == NodeKind.Cluster;
        NodeState? state = HistoryReading.Node(_cib.Status, new NodeUuid(node.Uuid));
        string? features = node.Attributes.GetValueOrDefault("#feature-set")
            ?? (member && node.Online ? OldFeatureSet : null);
        return new XElement(
            "node",
            new XAttribute("name", node.Name),
            new XAttribute("id", node.Uuid),
            new XAttribute("online", node.Online),
            new XAttribute("standby", node.Standby),
            new XAttribute("standby_onfail", node.StandbyOnFail),
            new XAttribute("maintenance", node.Maintenance),
            new XAttribute("pending", node.Pending),
            new XAttribute("unclean", node.Unclean),
            new XAttribute("health", $"{node.Health}".ToLowerInvariant()),
            features is null ? null : new XAttribute("feature_set", features),
            new XAttribute("shutdown", node.Shutdown),
            new XAttribute("expected_up", member && state?.Expected == "member"),
            new XAttribute("is_dc", _cib.Header.DcUuid?.Value == node.Uuid),
            new XAttribute("resources_running", node.RunningCount),
            new XAttribute("type", member ? "member" : "remote"),
            node.GuestResource is { } guest ? new XAttribute("id_as_resource", guest) : null);
    }

    private XElement Resource(ResourceState resource) => resource switch
    {
        ResourceState.Primitive primitive => Primitive(primitive),
        ResourceState.Group group => new XElement(
            "group", new XAttribute("id", group.Id), new XAttribute("number_resources", group.Members.Length),
            Managed(group), Disabled(group), group.Members.Select(Resource)),
        ResourceState.CloneSet clone => new XElement(
            "clone", new XAttribute("id", clone.Id), new XAttribute("multi_state", clone.Promotable),
            new XAttribute("unique", clone.GloballyUnique), Managed(clone), Disabled(clone), Failed(clone),
            Ignored(clone),
            clone.Instances.Where(IsListed).Select(Resource)),
        ResourceState.Bundle bundle => new XElement(
            "bundle", new XAttribute("id", bundle.Id), new XAttribute("type", bundle.ContainerKind),
            new XAttribute("image", bundle.Image), new XAttribute("unique", bundle.GloballyUnique),
            Managed(bundle), Failed(bundle), bundle.Replicas.Select(Replica)),
    };

    private XElement Replica(BundleReplica replica) => new(
        "replica", new XAttribute("id", replica.Number),
        new[] { replica.Address, replica.Service, replica.Container, replica.Connection }
            .OfType<ResourceState>().Select(Resource));

    private XElement Primitive(ResourceState.Primitive p)
    {
        string id = (p.Marks.HasFlag(ResourceMarks.Unique) ? p.Id : p.ConfigId).Value;
        ResourceRole role = p.Role == ResourceRole.Unknown ? ResourceRole.Stopped : p.Role;
        return new XElement(
            "resource",
            new XAttribute("id", id),
            new XAttribute("resource_agent", PrimitiveText.Agent(p)),
            new XAttribute("role", PrimitiveText.Role(role)),
            p.TargetRole == ResourceRole.Unknown
                ? null
                : new XAttribute("target_role", PrimitiveText.Role(p.TargetRole)),
            new XAttribute("active", !p.ActiveOn.IsEmpty),
            new XAttribute("orphaned", p.Marks.HasFlag(ResourceMarks.Removed)),
            new XAttribute("blocked", p.Marks.HasFlag(ResourceMarks.Blocked)),
            Managed(p),
            Failed(p),
            Ignored(p),
            new XAttribute("nodes_running_on", p.ActiveOn.Length),
            p.ActiveOn.Select(n => new XElement(
                "node", new XAttribute("name", n), new XAttribute("id", _nodes[n].Uuid),
                new XAttribute("cached", _nodes[n].Online))));
    }

    private static XAttribute Managed(ResourceState resource) =>
        new("managed", resource.Marks.HasFlag(ResourceMarks.Managed));

    private static XAttribute Disabled(ResourceState resource) =>
        new("disabled", resource.Marks.HasFlag(ResourceMarks.Disabled));

    private static XAttribute Failed(ResourceState resource) =>
        new("failed", resource.Marks.HasFlag(ResourceMarks.Failed));

    private static XAttribute Ignored(ResourceState resource) =>
        new("failure_ignored", resource.Marks.HasFlag(ResourceMarks.FailureIgnored));
}
