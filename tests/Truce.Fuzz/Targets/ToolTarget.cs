using System.Text;
using Truce.Contracts;
using Truce.Fuzz.Running;
using Truce.Model;
using Truce.Runtime.Tools;
using Truce.Simulator.Scenarios;
using Truce.Simulator.World;

namespace Truce.Fuzz.Targets;

/// <summary>The tools that agents call, with whatever arguments.</summary>
internal static class ToolTarget
{
    private static readonly Lazy<ToolContext> s_context = new(Context);

    private static readonly string[] s_calls =
    [
        "crm_attribute\0-N\0n2\0-l\0reboot\0--name\0x\0-v\017\0",
            "crm_attribute\0--type=crm_config\0--name=stonith-enabled\0--query\0",
            "crm_master\0-Q\0-v\0100\0-l\0reboot\0",
        "crm_failcount\0-r\0r1\0-G\0", "crm_standby\0-N\0n3\0-G\0",
            "attrd_updater\0-n\0p\0-U\01000\0-d\05s\0", "crm_node\0-l\0",
            "crm_resource\0-r\0r1\0-g\0target-role\0-m\0",
        "crm_resource\0-W\0-r\0r1\0", "crm_resource\0-O\0", "crm_mon\0-1\0--output-as=xml\0",
            "stonith_admin\0-H\0*\0--output-as\0xml\0", "cibadmin\0-Q\0-x\0//nvpair\0",
            "cibadmin\0-Q\0-o\0resources\0",
    ];

    /// <summary>Tool and arguments, each ended by a zero byte.</summary>
    public static FuzzTarget Tools { get; } = new(
        "tools", [.. s_calls.Select(Encoding.UTF8.GetBytes)],
        ["\0-N\0", "\0-r\0", "\0--node=", "\0-v\0", "++", "+=99999999999", "r1", "n1", "//*[",
            "crm_attribute\0", "crm_resource\0", "auto", "forever", "\0-p\0password\0", "\0-U\0"],
        input =>
        {
            string[] words = Encoding.UTF8.GetString(input).Split('\0');
            ClientRequest.RunTool request = new(words[0], words.Length > 2 ? words[^1] : "", [.. words[1..]]);
            // As the controller does: what no configuration can hold doesn't reach the tools.
            if (RequestRules.Problem(request) is null)
                _ = AgentTools.Run(
                    new ToolCall(request.Tool, request.Arguments, request.Resource), s_context.Value);
        });

    private static ToolContext Context()
    {
        SimulatedCluster cluster = new(21, 3);
        cluster.BootAll();
        cluster.Configure(Configurations.Services(2));
        cluster.RunUntil(cluster.IsSettled, 90);
        Control.ControlMachine control = cluster.Node(1).Control!;
        return new ToolContext(control, control.State!, new NodeId("n1"));
    }
}
