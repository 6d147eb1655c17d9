using Truce.Control;

namespace Truce.Runtime.Tools;

/// <summary>
/// The tools that agents call (docs/reference/agent-tools.md): what Debian's agents use of them, answered
/// from this node's copy of the state, changes once they are committed.
/// </summary>
internal static class AgentTools
{
    /// <summary>Runs a tool.</summary>
    public static ToolOutcome Run(ToolCall call, ToolContext context) => call.Tool switch
    {
        "crm_attribute" => AttributeTool.Run(call, context),
        "crm_master" => AttributeTool.Master(call, context),
        "crm_failcount" => AttributeTool.FailCount(call, context),
        "crm_standby" => AttributeTool.Standby(call, context),
        "attrd_updater" => UpdaterTool.Run(call, context),
        "crm_node" => NodeTool.Run(call, context),
        "crm_resource" => ResourceTool.Run(call, context),
        "crm_mon" => MonitorTool.Run(call, context),
        "stonith_admin" => FenceTool.Run(call, context),
        "cibadmin" => CibTool.Run(call, context),
        _ => ToolOutcome.Fail(ToolCodes.Usage, $"{call.Tool}: no such tool"),
    };

    /// <summary>A call that isn't understood.</summary>
    public static ToolOutcome Usage(ToolCall call, string problem) => ToolOutcome.Fail(ToolCodes.Usage, $"{call.Tool}: {problem}");

    /// <summary>What callers of the real tool get for a value that doesn't exist.</summary>
    public static ToolOutcome NoSuchThing(ToolCall call) => ToolOutcome.Fail(
        ToolCodes.NoSuchThing, $"{call.Tool}: Error performing operation: No such device or address");
}
