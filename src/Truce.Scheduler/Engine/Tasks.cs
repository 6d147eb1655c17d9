using System.Globalization;
using Truce.Model;

namespace Truce.Scheduler.Engine;

/// <summary>Names of tasks and the keys made of them.</summary>
internal static class Tasks
{
    public const string Start = OperationNames.Start;
    public const string Running = "running";
    public const string Stop = OperationNames.Stop;
    public const string Stopped = "stopped";
    public const string Promote = OperationNames.Promote;
    public const string Promoted = "promoted";
    public const string Demote = OperationNames.Demote;
    public const string Demoted = "demoted";
    public const string Monitor = OperationNames.Monitor;
    public const string Notify = OperationNames.Notify;
    public const string Notified = "notified";
    public const string MigrateTo = OperationNames.MigrateTo;
    public const string MigrateFrom = OperationNames.MigrateFrom;
    public const string Cancel = "cancel";
    public const string Delete = "delete";
    public const string MaintenanceNodes = "maintenance_nodes";
    public const string Fence = "stonith";
    public const string Shutdown = "do_shutdown";
    public const string ClearFailCount = "clear_failcount";
    public const string ReloadAgent = OperationNames.ReloadAgent;
    public const string LoadStopped = "load_stopped";
    public const string OneOrMore = "one-or-more";

    public static string Key(string resource, string task, long intervalMs = 0) =>
        intervalMs == 0
            ? string.Concat(resource, "_", task, "_0")
            : string.Create(CultureInfo.InvariantCulture, $"{resource}_{task}_{intervalMs}");

    public static string Key(PlanResource resource, string task) => resource.KeyOf(task);

    public static string NotifyKey(string resource, string type, string operation) =>
        $"{resource}_{type}_notify_{operation}_0";

    /// <summary>Splits RESOURCE_TASK_INTERVAL; false if it isn't one.</summary>
    public static bool TrySplit(string key, out string resource, out string task, out long intervalMs)
    {
        resource = task = "";
        intervalMs = 0;
        int last = key.LastIndexOf('_');
        if (last <= 0 || !long.TryParse(key.AsSpan(last + 1), NumberStyles.None, CultureInfo.InvariantCulture, out intervalMs))
            return false;
        string rest = key[..last];
        foreach (string name in s_withUnderscore)
        {
            if (rest.EndsWith(name, StringComparison.Ordinal) && rest.Length > name.Length + 1
                && rest[rest.Length - name.Length - 1] == '_')
            {
                task = name;
                resource = rest[..(rest.Length - name.Length - 1)];
                return true;
            }
        }

        int split = rest.LastIndexOf('_');
        if (split <= 0)
            return false;
        resource = rest[..split];
        task = rest[(split + 1)..];
        return true;
    }

    private static readonly string[] s_withUnderscore =
        [MigrateTo, MigrateFrom, ClearFailCount];

    /// <summary>Whether a record of it says nothing about where its resource is active.</summary>
    public static bool TellsNothing(string task) => task is Notify or Cancel or Delete or ReloadAgent
        or OperationNames.Reload or OperationNames.MetaData;

    /// <summary>The task at a collective resource that says all its instances have done theirs.</summary>
    public static string Done(string task) => task switch
    {
        Start => Running,
        Stop => Stopped,
        Promote => Promoted,
        Demote => Demoted,
        _ => task,
    };

    /// <summary>The opposite of <see cref="Done"/>.</summary>
    public static string Begun(string task) => task switch
    {
        Running => Start,
        Stopped => Stop,
        Promoted => Promote,
        Demoted => Demote,
        Notified => Notify,
        _ => task,
    };
}
