using System.Globalization;

using Truce.Analysis.Execution;
using Truce.Model;
using Truce.Scheduler;

namespace Truce.Analysis.Drawing;

/// <summary>What an action does, as far as its colour goes. The order is that of the legend.</summary>
internal enum ActionKind
{
    Fence,
    Stop,
    Start,
    Role,
    Move,
    Watch,
    Tell,
    Cluster,
    Point,
}

/// <summary>How an action is shown: its words, and what kind it is.</summary>
internal static class ActionLook
{
    private const int CharactersMax = 34;

    /// <summary>The kind.</summary>
    public static ActionKind KindOf(GraphAction action) => action switch
    {
        GraphAction.Pseudo => ActionKind.Point,
        GraphAction.Fence => ActionKind.Fence,
        GraphAction.ClusterAction => ActionKind.Cluster,
        GraphAction.ResourceOperation operation => operation.Operation switch
        {
            OperationNames.Start => ActionKind.Start,
            OperationNames.Stop => ActionKind.Stop,
            OperationNames.Promote or OperationNames.Demote => ActionKind.Role,
            OperationNames.MigrateTo or OperationNames.MigrateFrom => ActionKind.Move,
            OperationNames.Monitor or "cancel" => ActionKind.Watch,
            OperationNames.Notify => ActionKind.Tell,
            _ => ActionKind.Cluster,
        },
    };

    /// <summary>The words of the legend.</summary>
    public static string Title(ActionKind kind) => kind switch
    {
        ActionKind.Fence => "fence",
        ActionKind.Stop => "stop",
        ActionKind.Start => "start",
        ActionKind.Role => "promote, demote",
        ActionKind.Move => "migrate",
        ActionKind.Watch => "probe, monitor",
        ActionKind.Tell => "notify",
        ActionKind.Cluster => "other work",
        ActionKind.Point => "ordering point: nothing runs",
    };

    /// <summary>Fill, border and text of a kind; distinguished by lightness too, for people
    /// who don't see all colors.</summary>
    public static (string Fill, string Border, string Text) Colours(ActionKind kind) => kind switch
    {
        ActionKind.Fence => ("#b71c1c", "#5f0000", "#ffffff"),
        ActionKind.Stop => ("#ffd9c2", "#c2540a", "#3a1800"),
        ActionKind.Start => ("#c9edd2", "#1b7a3a", "#06270f"),
        ActionKind.Role => ("#e4d3f7", "#6a3aa8", "#24093f"),
        ActionKind.Move => ("#c5eef0", "#0b7880", "#022b2e"),
        ActionKind.Watch => ("#dceaff", "#2f6fc4", "#0a2347"),
        ActionKind.Tell => ("#fbf3b5", "#94850c", "#332d00"),
        ActionKind.Cluster => ("#dedede", "#444444", "#111111"),
        ActionKind.Point => ("#ffffff", "#a8a8a8", "#666666"),
    };

    /// <summary>What is written into the box, short enough to be drawn.</summary>
    public static string Label(GraphAction action)
    {
        string full = Words(action);
        return full.Length <= CharactersMax ? full : $"{full[..(CharactersMax - 1)]}…";
    }

    /// <summary>The whole of it, for who points at the box.</summary>
    public static string Tip(GraphAction action)
    {
        string node = action.Node is { } at ? $" on {at}" : "";
        string router = action.Router is { } by ? $" by {by}" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{action.Id}: {Words(action)}{node}{router}");
    }

    private static string Words(GraphAction action) => action switch
    {
        GraphAction.Fence fence => $"fence {fence.Node} ({fence.Action})",
        GraphAction.Pseudo point => point.OperationKey,
        GraphAction.ClusterAction { Resource: { } about } work => $"{work.Operation} {about.Id}",
        GraphAction.ClusterAction work => work.Operation,
        GraphAction.ResourceOperation operation => Words(operation),
    };

    private static string Words(GraphAction.ResourceOperation operation)
    {
        long interval = OperationRecords.Number(operation, "CRM_meta_interval");
        string name = operation.Operation switch
        {
            OperationNames.Monitor when interval == 0 => "probe",
            OperationNames.Notify =>
                $"tell {Value(operation, "CRM_meta_notify_type")}-{Value(operation, "CRM_meta_notify_operation")}",
            var other => other,
        };
        string every = interval > 0 ? string.Create(CultureInfo.InvariantCulture, $" {interval / 1000.0:0.###}s") : "";
        return $"{name} {operation.Instance}{every}";
    }

    private static string Value(GraphAction action, string name) =>
        action.Attributes.FirstOrDefault(a => a.Key == name).Value ?? "";
}
