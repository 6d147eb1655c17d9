using System.Globalization;
using Truce.Agents.Describing;
using Truce.Cli.Changing;
using Truce.Cli.Editing;
using Truce.Model;

namespace Truce.Cli.Resources.Making;

/// <summary>The operations of a new resource: those given, completed by what the agent's author
/// suggests.</summary>
internal static class SuggestedOperations
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_deviceInterval = TimeSpan.FromSeconds(60);

    private static readonly string[] s_single =
    [
        OperationNames.Start, OperationNames.Stop, OperationNames.Monitor, OperationNames.MigrateTo,
        OperationNames.MigrateFrom, OperationNames.Reload, OperationNames.ReloadAgent,
    ];

    private static readonly string[] s_promotable =
        [.. s_single, OperationNames.Promote, OperationNames.Demote, OperationNames.Notify];

    /// <summary>Completes them.</summary>
    /// <param name="given">What the command line has.</param>
    /// <param name="agent">The agent.</param>
    /// <param name="metadata">What it says of itself; null: unknown, then it is at least monitored.</param>
    /// <param name="form">Whether it is promoted.</param>
    public static IReadOnlyList<NewOperation> Complete(
        IReadOnlyList<NewOperation> given, AgentName agent, AgentMetadata? metadata, ResourceForm form)
    {
        List<NewOperation> all = [.. Suggest(agent, metadata, form)];
        foreach (NewOperation one in given)
        {
            int index = all.FindIndex(o => o.Action == one.Action && RoleOf(o) == RoleOf(one));
            if (index < 0)
                all.Add(one);
            else
                all[index] =
                    one with { Values =
                        [.. one.Values, .. all[index].Values.Where(v => one.Value(v.Name) is null)] };
        }

        return [.. all.Select(o => o with { Values = [.. o.Values.Where(v => v.Value.Length > 0)] })];
    }

    private static IEnumerable<NewOperation> Suggest(AgentName agent, AgentMetadata? metadata,
        ResourceForm form)
    {
        bool isDevice = agent.Class == AgentName.Stonith;
        TimeSpan interval = isDevice ? s_deviceInterval : s_interval;
        AgentAction[] actions = [.. (metadata?.Actions ?? []).Where(a => IsWanted(a, form))];
        foreach (
            AgentAction action in actions.Where(a => a.Name != OperationNames.Monitor
                && a.Timeout > TimeSpan.Zero))
            yield return new NewOperation(action.Name,
                [new("interval", "0s"), new("timeout", Text(action.Timeout!.Value))]);
        AgentAction[] monitors = [.. actions.Where(a => a.Name == OperationNames.Monitor)];
        if (monitors.Length == 0)
            yield return new NewOperation(OperationNames.Monitor, [new("interval", Text(interval))]);
        HashSet<TimeSpan> taken = [];
        foreach (AgentAction monitor in isDevice ? monitors.Take(1) : monitors)
            yield return Monitor(monitor,
                Free(taken, monitor.Interval is { Ticks: > 0 } own && !isDevice ? own : interval));
    }

    private static NewOperation Monitor(AgentAction monitor, TimeSpan interval)
    {
        List<NamedValue> values = [new("interval", Text(interval))];
        if (monitor.Timeout is { Ticks: > 0 } timeout)
            values.Add(new NamedValue("timeout", Text(timeout)));
        if (Role(monitor) is { } role)
            values.Add(new NamedValue("role", role));
        return new NewOperation(OperationNames.Monitor, values);
    }

    // A monitor of another depth is for who asks for it; one for a role is for resources that have roles.
    private static bool IsWanted(AgentAction action, ResourceForm form)
    {
        string[] names = form == ResourceForm.Promotable ? s_promotable : s_single;
        bool isPlain = action.Depth is null or "" or "0";
        return names.Contains(action.Name) && isPlain
            && (form == ResourceForm.Promotable || Role(action) is null or "Started");
    }

    private static string? Role(AgentAction action) => action.Role?.ToUpperInvariant() switch
    {
        "MASTER" or "PROMOTED" => "Promoted",
        "SLAVE" or "UNPROMOTED" => "Unpromoted",
        "STARTED" => "Started",
        _ => null, // Agents write what they like; without a role it is for all.
    };

    // Operations of one action are told apart by their intervals.
    private static TimeSpan Free(HashSet<TimeSpan> taken, TimeSpan wished)
    {
        while (!taken.Add(wished))
            wished += TimeSpan.FromSeconds(1);
        return wished;
    }

    private static string RoleOf(NewOperation operation) => operation.Value("role") ?? "Started";

    private static string Text(TimeSpan length) =>
        length.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture) + "s";
}
