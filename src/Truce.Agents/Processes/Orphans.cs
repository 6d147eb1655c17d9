using System.Collections.Immutable;
using Truce.Ports;

namespace Truce.Agents.Processes;

/// <summary>What an operation left over whose executor died before its end.</summary>
internal static class Orphans
{
    /// <summary>Kills it; returns what can't be killed.</summary>
    public static async Task<ImmutableArray<int>> EmptyAsync(
        SpawnedOperation record, ProcessSpawnerOptions options)
    {
        if (record.BootId != ProcessTable.BootId)
            return [];
        await AskGateAsync(record, options).ConfigureAwait(false);
        ImmutableArray<int> left = await Emptying.RunAsync(record, options.KillLimit, options.Time).ConfigureAwait(false);
        if (record.Cgroup is not null)
            CgroupTree.TryRemove(record.Cgroup);
        return left;
    }

    /// <summary>The gate, if it lives, is the ancestor of all, also of those
    /// that hid; so it kills first.</summary>
    private static async Task AskGateAsync(SpawnedOperation record, ProcessSpawnerOptions options)
    {
        int pidfd = Native.OpenPidfd(record.ProcessId);
        if (pidfd < 0)
            return;
        bool isOurs = IsAlive(record) && ProcessTable.IsGate(record.ProcessId);
        if (isOurs)
            Native.SignalPidfd(pidfd, Native.SignalTerminate);
        Native.CloseIfOpen(ref pidfd);
        long began = options.Time.GetTimestamp();
        while (isOurs && IsAlive(record) && options.Time.GetElapsedTime(began) < options.GateLimit)
            await Task.Delay(TimeSpan.FromMilliseconds(5), options.Time).ConfigureAwait(false);
    }

    private static bool IsAlive(SpawnedOperation record) =>
        ProcessTable.Find(record.ProcessId) is ProcessEntry entry
        && entry.StartTicks == record.StartTicks && entry.State is not 'Z' and not 'X';
}
