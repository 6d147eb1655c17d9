using System.Globalization;
using Truce.Control;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Runtime.Tools;

/// <summary>crm_node. Agents take a node's id for a number (reservation keys): where the configuration's
/// isn't one, one is made from the name.</summary>
internal static class NodeTool
{
    private const string Options = "i,cluster-id l,list n,name p,partition q,quorum N,name-for-id= V,verbose Q,quiet";

    /// <summary>crm_node.</summary>
    public static ToolOutcome Run(ToolCall call, ToolContext context)
    {
        ToolOptions options = ToolOptions.Read(call.Arguments, Options);
        if (options.Problem is { } problem)
            return AgentTools.Usage(call, problem);
        Command.Formed? view = context.State.View;
        if (options.Has("name"))
            return ToolOutcome.Say(context.Self.Value);
        if (options.Has("cluster-id"))
            return ToolOutcome.Say(IdOf(context.State, context.Self));
        if (options.Has("quorum"))
            return ToolOutcome.Say(view?.Quorate == true ? "1" : "0");
        if (options.Has("partition"))
            return ToolOutcome.Say(string.Concat((view?.Participants ?? []).Select(p => p.Member.Node).Order().Select(n => $"{n} ")));
        if (options.Has("list"))
            return ToolOutcome.Say(string.Join('\n', context.State.Members.Values.Select(m => $"{IdOf(context.State, m.Node)} {m.Node} {Word(m)}")));
        if (options["name-for-id"] is { } id)
        {
            MemberState? member = context.State.Members.Values.FirstOrDefault(m => IdOf(context.State, m.Node) == id);
            return member is null ? AgentTools.NoSuchThing(call) : ToolOutcome.Say(member.Node.Value);
        }

        return AgentTools.Usage(call, "a query is missing: -n, -i, -l, -p, -q or -N");
    }

    /// <summary>A node's id as a number.</summary>
    public static string IdOf(ReplicatedState state, NodeId node)
    {
        string? configured = state.Cib.Configuration.Nodes.FirstOrDefault(n => n.Name == node)?.Id.Value
            ?? state.Member(node)?.Uuid.Value;
        if (uint.TryParse(configured, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) && number > 0)
            return ToolWishes.Text(number);
        uint hash = 2_166_136_261;
        foreach (char c in node.Value)
            hash = unchecked((hash ^ c) * 16_777_619);
        return ToolWishes.Text((hash & 0x7fff_ffff) | 1);
    }

    private static string Word(MemberState member) => member.Phase is MemberPhase.Lost or MemberPhase.Down ? "lost" : "member";
}
