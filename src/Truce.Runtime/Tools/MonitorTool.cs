using System.Globalization;
using System.Xml.Linq;
using Truce.Contracts;
using Truce.Model;
using Truce.Model.Replication;
using Truce.Runtime.Controller;

namespace Truce.Runtime.Tools;

/// <summary>crm_mon, once, as XML or in a few lines. What agents look for is there: nodes,
/// resources and their roles.</summary>
internal static class MonitorTool
{
    private const string Options = "1,one-shot X,as-xml output-as= output-to= r,inactive n,group-by-node A,show-node-attributes "
        + "f,failcounts o,operations t,timing-details R,show-detail b,brief D,hide-headers N,disable-ncurses Q,quiet V,verbose "
        + "d,daemonize i,interval= h,as-html= p,pid-file= I,include= U,exclude= node= resource= c,tickets m,fence-history=?";

    /// <summary>crm_mon.</summary>
    public static ToolOutcome Run(ToolCall call, ToolContext context)
    {
        ToolOptions options = ToolOptions.Read(call.Arguments, Options);
        if (options.Problem is { } problem)
            return AgentTools.Usage(call, problem);
        if (options.Has("daemonize", "as-html") || options["output-as"] is "html")
            return ToolOutcome.Fail(ToolCodes.NotImplemented, "crm_mon: daemon mode and HTML aren't supported here; do: use truce status --json");
        ClusterStatusDocument status = StatusView.Make(context.Control, [], []);
        if (options.Has("as-xml"))
            return Xml(new XElement("crm_mon", new XAttribute("version", "2.1.5")), context, status);
        return options["output-as"] == "xml"
            ? Xml(new XElement(
                "pacemaker-result", new XAttribute("api-version", "2.25"),
                new XAttribute("request", $"crm_mon {string.Join(' ', call.Arguments)}")), context, status)
            : Text(status);
    }

    private static ToolOutcome Xml(XElement root, ToolContext context, ClusterStatusDocument status)
    {
        root.Add(
            Summary(context, status),
            new XElement("nodes", context.State.Members.Values.Select(m => NodeElement(context, status, m))),
            new XElement("resources", context.State.Cib.Configuration.Resources.SelectMany(r => ResourceElements(context, status, r))),
            new XElement("node_attributes", context.State.Members.Values.Select(m => Attributes(context, m))));
        return ToolOutcome.Say(root.ToString());
    }

    private static XElement Summary(ToolContext context, ClusterStatusDocument status) => new(
        "summary",
        new XElement("stack", new XAttribute("type", "truce")),
        new XElement("current_dc", new XAttribute("present", Text(status.Coordinator is not null)), new XAttribute("name", status.Coordinator ?? ""),
            new XAttribute("with_quorum", Text(status.Quorate))),
        new XElement("nodes_configured", new XAttribute("number", context.State.Members.Count)),
        new XElement("resources_configured", new XAttribute("number", status.Resources.Select(r => r.Id).Distinct().Count())));

    private static XElement NodeElement(ToolContext context, ClusterStatusDocument status, MemberState member)
    {
        string word = status.Nodes.FirstOrDefault(n => n.Name == member.Node.Value)?.State ?? "offline";
        bool online = member.Phase == MemberPhase.Joined;
        return new XElement(
            "node", new XAttribute("name", member.Node), new XAttribute("id", NodeTool.IdOf(context.State, member.Node)),
            new XAttribute("online", Text(online)), new XAttribute("standby", Text(word == "standby")),
            new XAttribute("standby_onfail", "false"), new XAttribute("maintenance", Text(word == "maintenance")),
            new XAttribute("pending", Text(word == "pending")), new XAttribute("unclean", Text(word == "unclean")),
            new XAttribute("shutdown", Text(word == "shutdown")), new XAttribute("expected_up", Text(member.Phase != MemberPhase.Down)),
            new XAttribute("is_dc", Text(status.Coordinator == member.Node.Value)),
            new XAttribute("resources_running", Active(status).Count(r => r.Node == member.Node.Value)), new XAttribute("type", "member"));
    }

    private static IEnumerable<XElement> ResourceElements(ToolContext context, ClusterStatusDocument status, Resource resource) =>
        resource switch
        {
            Resource.Primitive primitive => Instances(context, status, primitive),
            Resource.Group group => [new XElement(
                "group", new XAttribute("id", group.Id), new XAttribute("number_resources", group.Members.Count),
                group.Members.SelectMany(m => Instances(context, status, m)))],
            Resource.Cloned clone => [new XElement(
                "clone", new XAttribute("id", clone.Id),
                new XAttribute("multi_state", Text(MetaAttributes.Of(context.State.Cib.Configuration).IsPromotable(First(clone.Child)))),
                ResourceElements(context, status, clone.Child))],
            Resource.Bundle bundle => bundle.Content is { } content ? Instances(context, status, content) : [],
        };

    private static Resource.Primitive First(Resource resource) => resource.Primitives.First();

    private static IEnumerable<XElement> Instances(ToolContext context, ClusterStatusDocument status, Resource.Primitive primitive) =>
        from r in status.Resources
        where r.Id == primitive.Id.Value
            && (r.IsActive || r.Pending is not null || !status.Resources.Any(o => o.Id == r.Id && o.IsActive))
        let active = r.IsActive
        select new XElement(
            "resource", new XAttribute("id", r.Instance), new XAttribute("resource_agent", r.Agent), new XAttribute("role", r.Role),
            new XAttribute("active", Text(active)), new XAttribute("orphaned", "false"), new XAttribute("blocked", "false"),
            new XAttribute("managed", Text(r.Managed)), new XAttribute("failed", Text(r.Failed)), new XAttribute("failure_ignored", "false"),
            new XAttribute("nodes_running_on", active ? 1 : 0),
            active
                ? new XElement("node", new XAttribute("name", r.Node!), new XAttribute("id", NodeTool.IdOf(context.State, new NodeId(r.Node!))), new XAttribute("cached", "true"))
                : null);

    private static XElement Attributes(ToolContext context, MemberState member) => new(
        "node", new XAttribute("name", member.Node),
        (context.StatusOf(member.Node)?.TransientAttributes?.Sets.SelectMany(s => s.Pairs) ?? [])
            .Where(p => p.Name?.StartsWith('#') == false)
            .Select(p => new XElement("attribute", new XAttribute("name", p.Name!), new XAttribute("value", p.Value ?? ""))));

    private static ToolOutcome Text(ClusterStatusDocument status)
    {
        List<string> lines =
        [
            "Cluster Summary:",
            $"  * Current DC: {status.Coordinator ?? "NONE"} - partition {(status.Quorate ? "with" : "WITHOUT")} quorum",
            "", "Node List:",
            .. status.Nodes.Select(n => $"  * Node {n.Name}: {n.State}"),
            "", "Active Resources:",
            .. Active(status).Select(r => $"  * {r.Instance}\t({r.Agent}):\t {r.Role} {r.Node}"),
        ];
        return ToolOutcome.Say(string.Join('\n', lines));
    }

    private static IEnumerable<ResourceStatus> Active(ClusterStatusDocument status) =>
        status.Resources.Where(r => r.IsActive);

    private static string Text(bool value) => value ? "true" : "false";
}
