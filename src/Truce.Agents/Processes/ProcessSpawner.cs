using System.Collections.Immutable;
using Truce.Ports;

namespace Truce.Agents.Processes;

/// <summary>
/// Runs programs so that nothing of them escapes: each in its own session and, where possible, cgroup; recorded
/// before its first instruction; its output bounded; killed as a whole when its time is over.
/// <para>One thread does it all for any number of programs: it starts them, reads their pipes and waits for their
/// ends (by pidfd, so that it doesn't care who else handles SIGCHLD in this process).</para>
/// </summary>
public sealed class ProcessSpawner : IDisposable
{
    private static readonly TimeSpan s_countMax = TimeSpan.FromSeconds(5);

    private readonly ProcessLoop _loop;
    private readonly Thread _thread;
    private readonly CgroupTree? _cgroups;

    /// <summary>Starts the thread.</summary>
    public ProcessSpawner(ProcessSpawnerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        CgroupTree? cgroups = options.CgroupParent == ProcessSpawnerOptions.NoCgroups
            ? null
            : CgroupTree.Open(options.CgroupParent);
        CgroupRoot = cgroups?.Root;
        cgroups?.RemoveAbandoned();
        _cgroups = cgroups;
        _loop = new ProcessLoop(options, cgroups);
        _thread = new Thread(_loop.Run) { IsBackground = true, Name = "agents" };
        _thread.Start();
    }

    /// <summary>How it was set up.</summary>
    public ProcessSpawnerOptions Options { get; }

    /// <summary>Where operations have their cgroups; null: processes are tracked by
    /// session, cookie and ancestry. </summary>
    public string? CgroupRoot { get; }

    /// <summary>Runs a program to its end. Never throws for what the program does.</summary>
    /// <param name="spec">What to run.</param>
    /// <param name="beforeExec">Called when the process exists and waits: it runs once this is done, and
    /// doesn't if this throws. Null: at once.</param>
    /// <param name="cancellationToken">Kills all that it started; the result says so.</param>
    public Task<ProcessResult> RunAsync(
        ProcessSpec spec, Func<SpawnedOperation, Task>? beforeExec, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(spec);
        Child child = new(spec, beforeExec, cancellationToken);
        _loop.Post(() => _loop.Start(child));
        return child.Completion;
    }

    /// <summary>Kills what operations left over whose executor has died, after
    /// checking that it is theirs.</summary>
    /// <returns>For each record, the processes that can't be killed (mostly none).</returns>
    public async Task<ImmutableSortedDictionary<string, ImmutableArray<int>>> SweepOrphansAsync(
        ImmutableArray<SpawnedOperation> records, CancellationToken cancellationToken)
    {
        ImmutableSortedDictionary<string, ImmutableArray<int>>.Builder left =
            ImmutableSortedDictionary.CreateBuilder<string, ImmutableArray<int>>(StringComparer.Ordinal);
        foreach (SpawnedOperation record in records)
        {
            cancellationToken.ThrowIfCancellationRequested();
            left[record.OperationId] = await Orphans.EmptyAsync(record, Options).ConfigureAwait(false);
        }

        return left.ToImmutable();
    }

    /// <summary>How many processes live that operations of a resource started: by their cgroups,
    /// and by their environments, as far as they have kept them. Null: that can't be read in
    /// time, as something hangs.</summary>
    public async Task<int?> CountOfAsync(string resource)
    {
        try
        {
            Task<int> count = Task.Run(() => Of(resource).Count);
            return await count.WaitAsync(s_countMax, Options.Time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    /// <summary>Those that one operation didn't start.</summary>
    internal int CountOfOthers(string resource, string operationId)
    {
        if (_cgroups is null)
            return Of(resource).Count(id => ProcessTable.Cookie(id) != operationId);
        return _cgroups.MembersOf(resource, CgroupTree.DirectoryName(operationId, resource)).Count();
    }

    private HashSet<int> Of(string resource)
    {
        HashSet<int> left = [.. _cgroups?.MembersOf(resource, "") ?? []];
        left.UnionWith(ProcessTable.All().Where(p => p.State is not 'Z' and not 'X'
            && ProcessTable.Resource(p.Id) == resource).Select(p => p.Id));
        return left;
    }

    /// <summary>Ends the thread. Running programs continue; the next executor
    /// finds them by their records.</summary>
    public void Dispose()
    {
        _loop.Stop();
        _thread.Join();
        _loop.Dispose();
        _cgroups?.Close();
    }
}
