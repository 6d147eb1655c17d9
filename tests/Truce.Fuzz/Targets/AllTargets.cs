using Truce.Fuzz.Targets;

namespace Truce.Fuzz.Running;

/// <summary>Everything of Truce that reads what others wrote.</summary>
internal static class AllTargets
{
    /// <summary>The targets.</summary>
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        CibTarget.Planner, CibTarget.Encodings,
        MessageTargets.Calls, MessageTargets.Executor, MessageTargets.Supervisor, MessageTargets.Peers,
            MessageTargets.Stored,
        FrameTargets.LocalEngine, FrameTargets.CorosyncParts, FrameTargets.Links,
        TextTargets.Configuration, TextTargets.Metadata, TextTargets.AgentOutput, TextTargets.FenceList,
        HostFileTargets.All,
        ToolTarget.Tools, GroupsTargets.Lines, GroupsTargets.Peers,
    ];
}
