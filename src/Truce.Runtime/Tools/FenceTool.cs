using System.Xml.Linq;
using Truce.Control;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Runtime.Tools;

/// <summary>stonith_admin: asks for fencing, and lists what was fenced.</summary>
internal static class FenceTool
{
    private const string Options = "B,reboot= F,fence= U,unfence= C,confirm= H,history= T,tag= t,timeout= y,delay= tolerance= "
        + "output-as= output-to= V,verbose q,quiet b,broadcast h,last= n,as-node-id";

    /// <summary>stonith_admin.</summary>
    public static ToolOutcome Run(ToolCall call, ToolContext context)
    {
        ToolOptions options = ToolOptions.Read(call.Arguments, Options);
        if (options.Problem is { } problem)
            return AgentTools.Usage(call, problem);
        string by = options["tag"] ?? call.Resource;
        if (options["reboot"] is { } reboot)
            return Ask(context.NodeOf(reboot), "reboot", by);
        if (options["fence"] is { } off)
            return Ask(context.NodeOf(off), "off", by);
        if (options["unfence"] is { } on)
            return Ask(context.NodeOf(on), "on", by);
        if (options["confirm"] is { } confirmed)
            return new ToolOutcome.Wished(new ControlRequest.Submit(new Command.FenceConfirmed(context.NodeOf(confirmed), by, "stonith_admin --confirm")), "");
        return options["history"] is { } node ? History(context, options, node) : AgentTools.Usage(call, "nothing to fence: give --reboot, --fence, --unfence or --confirm with a node");
    }

    private static ToolOutcome.Wished Ask(NodeId node, string action, string by) =>
        new(new ControlRequest.Fence(node, action, $"agent {by}", "stonith_admin"), "");

    private static ToolOutcome History(ToolContext context, ToolOptions options, string node)
    {
        FenceState[] fences = [.. context.State.Fences.Reverse().Where(f => node is "*" || f.Intent.Target.Value == node)];
        if (options["output-as"] != "xml")
        {
            return ToolOutcome.Say(fences.Length == 0 ? "" : string.Join('\n', fences.Select(f =>
                $"{f.Intent.By} was {(f.IsOpen ? "trying" : "able")} to {f.Intent.Action} node {f.Intent.Target}: {Word(f)}")));
        }

        return ToolOutcome.Say(new XElement(
            "pacemaker-result", new XAttribute("api-version", "2.25"), new XAttribute("request", "stonith_admin"),
            new XElement("fence_history", new XAttribute("target", node), fences.Select(f => new XElement(
                "fence_event", new XAttribute("action", f.Intent.Action), new XAttribute("target", f.Intent.Target),
                new XAttribute("delegate", f.Intent.By), new XAttribute("origin", f.Intent.By),
                new XAttribute("status", f.Stage == FenceStage.Failed ? "failed" : f.IsOpen ? "pending" : "success"),
                new XAttribute("extended-status", Word(f)))))).ToString());
    }

    private static string Word(FenceState fence) => fence.Stage switch
    {
        FenceStage.Asked => "pending",
        FenceStage.Done or FenceStage.Confirmed => "success",
        FenceStage.Failed or FenceStage.Refused => "failed",
        FenceStage.Obsolete => "cancelled",
    };
}
