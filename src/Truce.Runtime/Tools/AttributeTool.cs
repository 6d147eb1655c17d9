using Truce.Control;
using Truce.Model;
using Truce.Model.Replication;
using Truce.Model.Rules;
using Truce.Runtime.Controller;

namespace Truce.Runtime.Tools;

/// <summary>crm_attribute, and crm_master, crm_failcount and crm_standby, which are forms of it.</summary>
internal static class AttributeTool
{
    private const string Options = "n,name= p,promotion=? s,set-name= i,id= D,delete delete-attr G,query get-value v,update= "
        + "attr-value= d,default= l,lifetime= N,node= U,uname= t,type= z,utilization V,verbose q,quiet Q,silent b,bare-id "
        + "r,resource= r-operation= o,operation= I,interval= output-as= inhibit-policy-engine";

    /// <summary>crm_attribute.</summary>
    public static ToolOutcome Run(ToolCall call, ToolContext context)
    {
        ToolOptions options = ToolOptions.Read(call.Arguments, Options);
        if (options.Problem is { } problem)
            return AgentTools.Usage(call, problem);
        string? name = options["name"] ?? (options.Has("promotion") ? PromotionOf(options["promotion"]!, call) : null);
        if (name is null)
            return AgentTools.Usage(call, "the attribute's --name is missing");
        return Do(call, context, new Attribute(name, ScopeOf(options), context.NodeOf(options["node", "uname"])), options);
    }

    /// <summary>crm_master: the promotion score of the agent's own resource.</summary>
    public static ToolOutcome Master(ToolCall call, ToolContext context)
    {
        ToolOptions options = ToolOptions.Read(call.Arguments, Options);
        if (options.Problem is { } problem)
            return AgentTools.Usage(call, problem);
        string resource = options["resource"] ?? call.Resource;
        return resource.Length == 0
            ? AgentTools.Usage(call, "No resource specified")
            : Do(call, context, new Attribute(
                $"master-{resource}", Lasts(options) ? AttributeScope.Node : AttributeScope.Transient,
                context.NodeOf(options["node", "uname"])), options);
    }

    /// <summary>crm_failcount.</summary>
    public static ToolOutcome FailCount(ToolCall call, ToolContext context)
    {
        ToolOptions options = ToolOptions.Read(call.Arguments, Options);
        string resource = options["resource"] ?? call.Resource;
        if (options.Problem is not null || resource.Length == 0)
            return AgentTools.Usage(call, options.Problem ?? "No resource specified");
        NodeId node = context.NodeOf(options["node", "uname"]);
        if (options.Has("delete", "delete-attr"))
        {
            return new ToolOutcome.Wished(
                new ControlRequest.Submit(new Command.Forget([new ResourceId(resource)], node, false, null)),
                $"Cleaned up {resource} on {node}\n");
        }

        return Show(options, new Attribute($"fail-count-{resource}", AttributeScope.Transient, node),
            HistoryReading.FailCount(context.StatusOf(node), resource).ToString());
    }

    /// <summary>crm_standby.</summary>
    public static ToolOutcome Standby(ToolCall call, ToolContext context)
    {
        ToolOptions options = ToolOptions.Read(call.Arguments, Options);
        if (options.Problem is { } problem)
            return AgentTools.Usage(call, problem);
        bool passes = options["lifetime"] is "reboot" or "status";
        Attribute attribute = new(
            "standby", passes ? AttributeScope.Transient : AttributeScope.Node, context.NodeOf(options["node", "uname"]));
        if (options.Has("update", "attr-value", "delete", "delete-attr"))
            return Do(call, context, attribute, options);
        Attribute transient = attribute with { Scope = AttributeScope.Transient };
        string? lasting = Value(context, attribute with { Scope = AttributeScope.Node });
        return lasting is null
            ? Show(options, transient, Value(context, transient) ?? "off")
            : Show(options, attribute, lasting);
    }

    private static ToolOutcome Do(ToolCall call, ToolContext context, Attribute attribute, ToolOptions options)
    {
        if (options["update", "attr-value"] is { } value)
            return Set(call, context, attribute, value);
        string? now = Value(context, attribute);
        if (options.Has("delete", "delete-attr"))
            return now is null ? ToolOutcome.Done : Set(call, context, attribute, null);
        now ??= options["default"];
        return now is null ? AgentTools.NoSuchThing(call) : Show(options, attribute, now);
    }

    private static ToolOutcome Show(ToolOptions options, Attribute attribute, string value) => ToolOutcome.Say(
        options.Has("quiet", "silent", "get-value") && !options.Has("verbose")
            ? value
            : $"scope={ScopeText(attribute.Scope)}  name={attribute.Name} value={value}");

    private static ToolOutcome Set(ToolCall call, ToolContext context, Attribute attribute, string? value)
    {
        string said = value is null ? $"Deleted {ScopeText(attribute.Scope)} attribute: name={attribute.Name}\n" : "";
        Cib cib = attribute.Scope is AttributeScope.Node or AttributeScope.Utilization
            ? ToolWishes.WithNode(context, attribute.Node)
            : context.State.Cib;
        string? wanted = value is null ? null : ToolWishes.Expand(value, Value(context, attribute));
        return attribute.Scope switch
        {
            AttributeScope.Transient => ToolWishes.Transient(context, attribute.Node, attribute.Name, value, said),
            AttributeScope.Node => ToolWishes.Configuration(
                call, context,
                wanted is null
                    ? CibEditor.RemoveNodeAttribute(cib, attribute.Node, attribute.Name)
                    : CibEditor.SetNodeAttribute(cib, attribute.Node, attribute.Name, wanted),
                said),
            AttributeScope.Utilization => ToolWishes.Configuration(
                call, context, CibEditor.SetNodeUtilization(cib, attribute.Node, attribute.Name, wanted), said),
            AttributeScope.Cluster => ToolWishes.Configuration(
                call, context,
                wanted is null
                    ? CibEditor.RemoveClusterProperty(cib, attribute.Name)
                    : CibEditor.SetClusterProperty(cib, attribute.Name, wanted),
                said),
        };
    }

    private static string? Value(ToolContext context, Attribute attribute) => attribute.Scope switch
    {
        AttributeScope.Transient => context.Transient(attribute.Node, attribute.Name),
        AttributeScope.Node => context.State.Cib.Configuration.Nodes.Where(n => n.Name == attribute.Node)
            .Select(n => AttributeSets.Value(n.InstanceAttributes, attribute.Name, RuleContext.Nothing)).FirstOrDefault(),
        AttributeScope.Utilization => context.State.Cib.Configuration.Nodes.Where(n => n.Name == attribute.Node)
            .Select(n => AttributeSets.Value(n.Utilization, attribute.Name, RuleContext.Nothing)).FirstOrDefault(),
        AttributeScope.Cluster => ControlOptions.Of(context.State).Text(attribute.Name),
    };

    private static AttributeScope ScopeOf(ToolOptions options)
    {
        if (options.Has("utilization"))
            return AttributeScope.Utilization;
        if (options.Has("promotion"))
            return Lasts(options) ? AttributeScope.Node : AttributeScope.Transient;
        return (options["type"], options["lifetime"]) switch
        {
            ("crm_config", _) => AttributeScope.Cluster,
            ("status", _) or (_, "reboot" or "status") => AttributeScope.Transient,
            ("nodes", _) or (_, "forever" or "nodes") => AttributeScope.Node,
            _ => options.Has("node", "uname") ? AttributeScope.Node : AttributeScope.Cluster,
        };
    }

    private static bool Lasts(ToolOptions options) =>
        options["lifetime"] is "forever" or "nodes" || options["type"] == "nodes";

    private static string PromotionOf(string resource, ToolCall call) =>
        $"master-{(resource.Length > 0 ? resource : call.Resource)}";

    private static string ScopeText(AttributeScope scope) => scope switch
    {
        AttributeScope.Transient => "status",
        AttributeScope.Node or AttributeScope.Utilization => "nodes",
        AttributeScope.Cluster => "crm_config",
    };

    private enum AttributeScope
    {
        Transient,
        Node,
        Utilization,
        Cluster,
    }

    private sealed record Attribute(string Name, AttributeScope Scope, NodeId Node);
}
