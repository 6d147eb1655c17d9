using System.Collections.Concurrent;
using System.Collections.Immutable;
using Truce.Ports;

namespace Truce.Agents.Processes;

/// <summary>
/// The one thread of <see cref="ProcessSpawner"/>: everything below runs on it, except <see cref="Post"/> and
/// <see cref="Stop"/>. A child's way is New, Gated, Running, then perhaps Killing and Emptying, then Done.
/// </summary>
internal sealed class ProcessLoop : IDisposable
{
    private const int PidfdEvent = 0;
    private const int OutputEvent = 1;
    private const int ErrorsEvent = 2;
    private const int LeftBehindEvent = 3;
    private const int WakeEvent = 4;
    private const int EventBits = 3;
    private const int ReadBytes = 64 * 1024;
    private const int DrainBytesMax = 1024 * 1024;

    private static readonly TimeSpan s_lookMax = TimeSpan.FromSeconds(2);

    private readonly ProcessSpawnerOptions _options;
    private readonly TimeProvider _time;
    private readonly ChildStarter _starter;
    private readonly Epoll _epoll = new();
    private readonly ConcurrentQueue<Action> _posted = new();
    private readonly Dictionary<long, Child> _children = [];
    private readonly PriorityQueue<Child, long> _deadlines = new();
    private readonly LeftBehind _leftBehind;
    private readonly List<int> _unreaped = [];
    private readonly byte[] _buffer = new byte[ReadBytes];
    private int _wake;
    private long _lastKey;
    private volatile bool _stopping;

    public ProcessLoop(ProcessSpawnerOptions options, CgroupTree? cgroups)
    {
        _options = options;
        _time = options.Time;
        _starter = new ChildStarter(options, cgroups);
        _leftBehind = new LeftBehind();
        _wake = Native.EventDescriptor(0, Native.OpenCloseOnExec | Native.OpenNonBlocking);
        if (_wake < 0)
            throw Native.LastError("eventfd");
        _epoll.Watch(_wake, WakeEvent);
        KeepZombies();
    }

    public void Post(Action work)
    {
        _posted.Enqueue(work);
        _ = Native.WriteSome(_wake, BitConverter.GetBytes(1L));
    }

    public void Stop()
    {
        _stopping = true;
        Post(() => { });
    }

    public void Run()
    {
        List<long> tokens = [];
        while (!_stopping)
        {
            _epoll.Wait(tokens, MillisecondsToNextDeadline());
            foreach (long token in tokens)
                Dispatch(token);
            while (_posted.TryDequeue(out Action? work))
                work();
            ExpireDeadlines();
        }
    }

    public void Start(Child child)
    {
        if (child.CancellationToken.IsCancellationRequested)
            child.Complete(new ProcessEnd.Cancelled(), TimeSpan.Zero, []);
        else if (child.Spec.Timeout <= TimeSpan.Zero)
            child.Complete(new ProcessEnd.TimedOut(), TimeSpan.Zero, []); // killed at once, it could still do harm
        else if (_children.Count >= _options.RunningMax)
            child.Complete(new ProcessEnd.NotStarted(
                StartFailure.NoRoom, $"{_options.RunningMax} operations are already running"), TimeSpan.Zero, []);
        else if (_starter.Start(child) is ProcessEnd.NotStarted problem)
            Abandon(child, problem);
        else
            Admit(child);
    }

    public void Dispose()
    {
        foreach (Child child in _children.Values)
        {
            child.Complete(new ProcessEnd.Cancelled(), TimeSpan.Zero, []);
            child.CloseAll();
        }

        _leftBehind.Dispose();
        Native.CloseIfOpen(ref _wake);
        _epoll.Dispose();
    }

    private void Admit(Child child)
    {
        child.Key = ++_lastKey;
        child.Stage = ChildStage.Gated;
        _children[child.Key] = child;
        _epoll.Watch(child.Pidfd, Token(child, PidfdEvent));
        _epoll.Watch(child.OutputRead, Token(child, OutputEvent));
        _epoll.Watch(child.ErrorsRead, Token(child, ErrorsEvent));
        child.Cancellation = child.CancellationToken.UnsafeRegister(
            _ => Post(() => Kill(child, new ProcessEnd.Cancelled())), null);
        if (child.BeforeExec is null)
            OpenGate(child);
        else
            _ = RecordAsync(child);
    }

    /// <summary>The callback may take its time (a disk), so it doesn't run here.</summary>
    private Task RecordAsync(Child child) => Task.Run(async () =>
    {
        try
        {
            await child.BeforeExec!(child.Record!).ConfigureAwait(false);
            Post(() => OpenGate(child));
        }
#pragma warning disable CA1031 // Whatever kept it from being recorded: it must not run, and its caller gets the reason.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Post(() => Kill(child, new ProcessEnd.NotStarted(StartFailure.NotRecorded, $"not recorded: {e.Message}")));
        }
    });

    private void OpenGate(Child child)
    {
        if (child.Stage != ChildStage.Gated)
            return;
        child.Stage = ChildStage.Running;
        child.BeganTimestamp = _time.GetTimestamp();
        SetDeadline(child, child.Spec.Progress?.First ?? child.Spec.Timeout);
        _ = Native.WriteSome(child.GateWrite, "\n"u8);
        Native.CloseIfOpen(ref child.GateWrite);
    }

    private void Dispatch(long token)
    {
        int kind = (int)(token & ((1 << EventBits) - 1));
        if (kind == WakeEvent)
            _ = Native.ReadSome(_wake, _buffer.AsSpan(0, sizeof(long)), out _);
        else if (kind == LeftBehindEvent)
            _leftBehind.Discard((int)(token >> EventBits), _buffer);
        else if (_children.TryGetValue(token >> EventBits, out Child? child))
            Dispatch(child, kind);
    }

    private void Dispatch(Child child, int kind)
    {
        if (kind == OutputEvent)
            ReadOnce(child.OutputRead, child.AddOutput);
        else if (kind == ErrorsEvent)
            ReadOnce(child.ErrorsRead, child.AddErrors);
        else if (kind == PidfdEvent && child.Stage != ChildStage.Emptying)
            OnEnded(child);
    }

    private delegate void Sink(ReadOnlySpan<byte> bytes);

    private int ReadOnce(int descriptor, Sink sink)
    {
        int n = Native.ReadSome(descriptor, _buffer, out _);
        if (n > 0)
            sink(_buffer.AsSpan(0, n));
        return n;
    }

    private void Kill(Child child, ProcessEnd cause)
    {
        if (child.Stage is not (ChildStage.Gated or ChildStage.Running))
            return;
        child.Cause = cause;
        child.Stage = ChildStage.Killing;
        Native.CloseIfOpen(ref child.GateWrite); // at the gate, end of file means: don't run
        if (child.Record!.Cgroup is string cgroup)
            CgroupTree.Kill(cgroup);
        if (_starter.HasGate)
            Native.SignalPidfd(child.Pidfd, Native.SignalTerminate);
        else
            _ = Native.Kill(-child.Record.ProcessId, Native.SignalKill);
        SetDeadline(child, _options.GateLimit);
    }

    /// <summary>The first process has ended: by itself, or since we killed it.</summary>
    private void OnEnded(Child child)
    {
        child.Cause ??= child.StartProblem() ?? Native.Peek(child.Pidfd)
            ?? new ProcessEnd.NotStarted(StartFailure.NoRoom, "its exit status was lost");
        if (IsLeftInPeace(child) || IsCertainlyEmpty(child))
            Finish(child, []);
        else
            Empty(child);
    }

    private static bool IsLeftInPeace(Child child) =>
        child.Cause is ProcessEnd.Exited(var code) && child.Spec.LeaveDaemonsOn.Contains(code);

    /// <summary>A removed cgroup was empty. Without cgroups: a gate that exited saw the end of all that it
    /// was the ancestor of; one that was killed didn't.</summary>
    private bool IsCertainlyEmpty(Child child) => child.Record!.Cgroup is string cgroup
        ? CgroupTree.TryRemove(cgroup)
        : _starter.HasGate && Native.Peek(child.Pidfd) is ProcessEnd.Exited;

    private void Empty(Child child)
    {
        child.Stage = ChildStage.Emptying;
        child.Deadline = long.MaxValue;
        _ = Task.Run(async () =>
        {
            ImmutableArray<int> left =
                await Emptying.RunAsync(child.Record!, _options.KillLimit, _time).ConfigureAwait(false);
            Post(() => Finish(child, left));
        });
    }

    private void Finish(Child child, ImmutableArray<int> survivors)
    {
        _children.Remove(child.Key);
        for (int total = 0, n = 1; n > 0 && total < DrainBytesMax; total += n)
            n = ReadOnce(child.OutputRead, child.AddOutput);
        for (int total = 0, n = 1; n > 0 && total < DrainBytesMax; total += n)
            n = ReadOnce(child.ErrorsRead, child.AddErrors);
        if (IsLeftInPeace(child))
            LeaveBehind(child);
        if (child.Record!.Cgroup is string cgroup && !CgroupTree.TryRemove(cgroup))
            _leftBehind.AddCgroup(cgroup);
        Reap(child);
        TimeSpan duration = child.BeganTimestamp == 0 ? TimeSpan.Zero : _time.GetElapsedTime(child.BeganTimestamp);
        child.CloseAll();
        child.Complete(child.Cause!, duration, survivors);
    }

    /// <summary>A process that couldn't be killed ends eventually, and is a
    /// zombie until it is waited for.</summary>
    private void Reap(Child child)
    {
        _unreaped.RemoveAll(pidfd =>
        {
            bool isReaped = Native.TryReap(pidfd);
            if (isReaped)
                Native.CloseIfOpen(ref pidfd);
            return isReaped;
        });
        if (!Native.TryReap(child.Pidfd))
            _unreaped.Add(Take(ref child.Pidfd));
    }

    /// <summary>Processes that keep running may still print: their output is read and discarded, so they
    /// never block or get a SIGPIPE.</summary>
    private void LeaveBehind(Child child)
    {
        foreach ((int read, int write) in new[]
            { (Take(ref child.OutputRead), Take(ref child.OutputWrite)), (Take(ref child.ErrorsRead), Take(ref child.ErrorsWrite)) })
        {
            if (_leftBehind.Adopt(read, write, _buffer) is int adopted)
                _epoll.Rename(adopted, ((long)adopted << EventBits) | LeftBehindEvent);
        }
    }

    private static int Take(ref int descriptor)
    {
        int taken = descriptor;
        descriptor = -1;
        return taken;
    }

    private static void Abandon(Child child, ProcessEnd.NotStarted problem)
    {
        child.CloseAll();
        child.Complete(problem, TimeSpan.Zero, []);
    }

    private void SetDeadline(Child child, TimeSpan after)
    {
        child.Deadline = _time.GetTimestamp() + (long)(after.TotalSeconds * _time.TimestampFrequency);
        _deadlines.Enqueue(child, child.Deadline);
    }

    private void ExpireDeadlines()
    {
        long now = _time.GetTimestamp();
        while (_deadlines.TryPeek(out Child? child, out long deadline))
        {
            bool isStale = child.Stage == ChildStage.Done || child.Deadline != deadline;
            if (!isStale && deadline > now)
                return;
            _deadlines.Dequeue();
            if (!isStale)
                Expire(child);
        }
    }

    private void Expire(Child child)
    {
        if (child.Stage == ChildStage.Running && child.Spec.Progress is { } progress && !child.IsLookedAt)
            LookAt(child, progress);
        else if (child.Stage == ChildStage.Running)
            Kill(child, new ProcessEnd.TimedOut());
        else if (child.Stage == ChildStage.Killing)
            Empty(child);
    }

    /// <summary>What is read of a process that hangs in the kernel may hang with
    /// it: then its time is over.</summary>
    private void LookAt(Child child, ProgressWatch progress)
    {
        child.IsLookedAt = true;
        SetDeadline(child, s_lookMax);
        _ = Task.Run(() =>
        {
            TimeSpan? next = progress.Next(_time.GetElapsedTime(child.BeganTimestamp));
            Post(() =>
            {
                child.IsLookedAt = false;
                if (child.Stage != ChildStage.Running)
                    return;
                if (next is { } after)
                    SetDeadline(child, after);
                else
                    Kill(child, new ProcessEnd.TimedOut());
            });
        });
    }

    private int MillisecondsToNextDeadline()
    {
        if (!_deadlines.TryPeek(out _, out long deadline))
            return -1;
        double left = (deadline - _time.GetTimestamp()) * 1000.0 / _time.TimestampFrequency;
        return (int)Math.Clamp(Math.Ceiling(left), 0, 60_000);
    }

    private static long Token(Child child, int kind) => (child.Key << EventBits) | (uint)kind;

    /// <summary>Started with SIGCHLD ignored, the kernel would throw every exit status away.</summary>
    private static void KeepZombies()
    {
        string? ignored = File.ReadLines("/proc/self/status")
            .FirstOrDefault(l => l.StartsWith("SigIgn:", StringComparison.Ordinal))?["SigIgn:".Length..].Trim();
        ulong signals = ignored is null ? 0 : Convert.ToUInt64(ignored, 16);
        if ((signals & (1UL << (Native.SignalChild - 1))) != 0)
            _ = Native.SetSignal(Native.SignalChild, 0);
    }
}
