using System.Collections.Immutable;
using Truce.Ports;

namespace Truce.Agents.Processes;

/// <summary>
/// Kills all that belongs to one operation: what is in its cgroup, in its session, carries its cookie, or
/// descends from any of these. Repeats until a look finds nothing, since a process may fork between look and
/// kill; but one in an uninterruptible wait (a hung mount) may never go: it is reported, not waited for.
/// </summary>
internal static class Emptying
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMilliseconds(100);

    /// <summary>Returns what is left after <paramref name="limit"/>; empty if all is gone.</summary>
    /// <param name="record">Identifies the operation; its process counts only while
    /// its start time is the same.</param>
    /// <param name="limit">When to give up.</param>
    /// <param name="time">For the limit and the pauses.</param>
    public static async Task<ImmutableArray<int>> RunAsync(
        SpawnedOperation record, TimeSpan limit, TimeProvider time)
    {
        if (record.BootId != ProcessTable.BootId)
            return [];
        long began = time.GetTimestamp();
        TimeSpan pause = s_firstPause;
        for (; ; )
        {
            ImmutableArray<int> found = Strike(record);
            if (found.IsEmpty || time.GetElapsedTime(began) > limit)
                return found;
            await Task.Delay(pause, time).ConfigureAwait(false);
            pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause;
        }
    }

    private static ImmutableArray<int> Strike(SpawnedOperation record)
    {
        if (record.Cgroup is not null)
            CgroupTree.Kill(record.Cgroup);
        ImmutableArray<ProcessEntry> members = MembersOf(record);
        foreach (ProcessEntry member in members)
            KillExactly(member);
        return [.. members.Select(m => m.Id)];
    }

    private static ImmutableArray<ProcessEntry> MembersOf(SpawnedOperation record)
    {
        ImmutableArray<ProcessEntry> all = ProcessTable.All();
        HashSet<int> cgroup = record.Cgroup is null ? [] : [.. CgroupTree.Members(record.Cgroup)];
        // Only while its leader lives (or hasn't been reaped) is a session certainly the one that we began.
        bool sessionIsOurs = all.Any(p => p.Id == record.ProcessId && p.StartTicks == record.StartTicks);
        HashSet<int> members = [.. all.Where(p => IsMember(p, record, cgroup, sessionIsOurs)).Select(p => p.Id)];
        for (int before = -1; before != members.Count;)
        {
            before = members.Count;
            members.UnionWith(all.Where(p => members.Contains(p.Parent)).Select(p => p.Id));
        }

        return [.. all.Where(p => members.Contains(p.Id) && p.State is not 'Z' and not 'X'
            && p.Id != Environment.ProcessId)];
    }

    private static bool IsMember(
        ProcessEntry process, SpawnedOperation record, HashSet<int> cgroup, bool sessionIsOurs)
    {
        if (process.StartTicks < record.StartTicks)
            return false;
        if (process.Id == record.ProcessId)
            return process.StartTicks == record.StartTicks;
        if (cgroup.Contains(process.Id))
            return true;
        // A process without a cookie has cleared its environment.
        string? cookie = ProcessTable.Cookie(process.Id);
        return cookie == record.OperationId
            || (cookie is null && sessionIsOurs && process.Session == record.ProcessId);
    }

    /// <summary>By pidfd, so that a number that has been given away in between isn't hit.</summary>
    private static void KillExactly(ProcessEntry target)
    {
        int pidfd = Native.OpenPidfd(target.Id);
        if (pidfd < 0)
            return;
        if (ProcessTable.Find(target.Id)?.StartTicks == target.StartTicks)
            Native.SignalPidfd(pidfd, Native.SignalKill);
        Native.CloseIfOpen(ref pidfd);
    }
}
