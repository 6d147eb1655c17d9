using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Runtime.Tools;

/// <summary>
/// attrd_updater: transient attributes. There is no dampening: a change is committed at once, and
/// what follows from several is planned once. Private ones (--private) are kept under a name that
/// no rule can mean, and move nothing.
/// </summary>
internal static class UpdaterTool
{
    private const string Options = "n,name= U,update= v,value= B,update-both= Y,update-delay Q,query D,delete R,refresh d,delay= "
        + "s,set= N,node= A,all l,lifetime= p,private V,verbose q,quiet output-as=";

    /// <summary>attrd_updater.</summary>
    public static ToolOutcome Run(ToolCall call, ToolContext context)
    {
        ToolOptions options = ToolOptions.Read(call.Arguments, Options);
        if (options.Problem is { } problem)
            return AgentTools.Usage(call, problem);
        if (options.Has("refresh"))
            return ToolOutcome.Done;
        if (options["name"] is not { Length: > 0 } name)
            return AgentTools.Usage(call, "Missing --name");
        NodeId node = context.NodeOf(options["node"]);
        string stored = Stored(name, node, options, context);
        if (options["update", "update-both", "value"] is { } value)
            return ToolWishes.Transient(context, node, stored, value);
        if (options.Has("delete"))
            return ToolWishes.Transient(context, node, stored, null);
        return options.Has("query") ? Query(call, context, options, name, stored, node) : ToolOutcome.Done;
    }

    // A private attribute stays private when it is later updated without -p.
    private static string Stored(string name, NodeId node, ToolOptions options, ToolContext context)
    {
        string hidden = Command.SetTransient.PrivatePrefix + name;
        return options.Has("private") || (context.Transient(node, name) is null && context.Transient(node, hidden) is not null)
            ? hidden
            : name;
    }

    private static ToolOutcome Query(
        ToolCall call, ToolContext context, ToolOptions options, string name, string stored, NodeId node)
    {
        NodeId[] nodes = options.Has("all") ? [.. context.State.Members.Keys] : [node];
        string lines = string.Concat(
            from n in nodes
            let value = context.Transient(n, stored)
                ?? (options.Has("all") ? context.Transient(n, Command.SetTransient.PrivatePrefix + name) : null)
            where value is not null
            select $"name=\"{name}\" host=\"{n}\" value=\"{value}\"\n");
        return lines.Length > 0
            ? new ToolOutcome.Answered(ToolCodes.Ok, lines, "")
            : ToolOutcome.Fail(ToolCodes.NoSuchThing, $"Could not query value of {name}: attribute does not exist");
    }
}
