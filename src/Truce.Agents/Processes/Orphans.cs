using System.Collections.Immutable;
using Truce.Ports;

namespace Truce.Agents.Processes;

/// <summary>What an operation left over whose executor died before its end.</summary>
internal static class Orphans
{
    private static readonly TimeSpan s_gateLimit = TimeSpan.FromSeconds(2);

    /// <summary>Kills it; returns what can't be killed.</summary>
    public static async Task<ImmutableArray<int>> EmptyAsync(OperationRecord record, ProcessSpawnerOptions options)
    {
        if (record.BootId != ProcessTable.BootId)
            return [];
        await AskGateAsync(record, options.Time).ConfigureAwait(false);
        ImmutableArray<int> left = await Emptying.RunAsync(record, options.KillLimit, options.Time).ConfigureAwait(false);
        if (record.Cgroup is not null)
            CgroupTree.TryRemove(record.Cgroup);
        return left;
    }

    /// <summary>The gate, if it lives, is the ancestor of all, also of those that hid; so it kills first.</summary>
    private static async Task AskGateAsync(OperationRecord record, TimeProvider time)
    {
        int pidfd = Native.OpenPidfd(record.ProcessId);
        if (pidfd < 0)
            return;
        bool isOurs = IsAlive(record);
        if (isOurs)
            Native.SignalPidfd(pidfd, Native.SignalTerminate);
        Native.CloseIfOpen(ref pidfd);
        long began = time.GetTimestamp();
        while (isOurs && IsAlive(record) && time.GetElapsedTime(began) < s_gateLimit)
            await Task.Delay(TimeSpan.FromMilliseconds(5), time).ConfigureAwait(false);
    }

    private static bool IsAlive(OperationRecord record) =>
        ProcessTable.Find(record.ProcessId) is ProcessEntry entry
        && entry.StartTicks == record.StartTicks && entry.State is not 'Z' and not 'X';
}
