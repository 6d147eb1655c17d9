using System.Collections.Concurrent;
using System.Diagnostics;
using Truce.Ports;

namespace Truce.Daemon.Hosting;

/// <summary>
/// The other roles as child processes. A role that still runs from an earlier supervisor (its lock is held)
/// is adopted: it keeps running undisturbed, and connects to us by itself. Its lock shows when it ends.
/// </summary>
internal sealed class RoleProcesses(string configurationFile, string runDirectory, Action<ProcessEvent> tell) : IProcessHost
{
    private const int SignalTerminate = 15;
    private const int SignalKill = 9;
    private const int SignalBase = 128;

    private readonly ConcurrentDictionary<RoleKind, int> _processes = new();

    /// <summary>A thread for each: it waits as long as the role lives, which the pool's
    /// few threads are not for. </summary>
    public void Start(RoleKind role)
    {
        Thread thread = new(() => StartAndWait(role), 256 * 1024) { IsBackground = true, Name = $"role-{role}" };
        thread.Start();
    }

    public void Terminate(RoleKind role) => Signal(role, SignalTerminate);

    public void Kill(RoleKind role) => Signal(role, SignalKill);

    /// <summary>All at once, for a node that must not go on.</summary>
    public void KillAll()
    {
        foreach (RoleKind role in _processes.Keys)
            Kill(role);
    }

    private void Signal(RoleKind role, int signal)
    {
        if (_processes.TryGetValue(role, out int process))
            NativeProcess.Signal(process, signal);
    }

    private void StartAndWait(RoleKind role)
    {
        string name = role.ToString().ToLowerInvariant();
        if (RoleLock.Holder(runDirectory, name) is not { } process)
        {
            Launch(role);
            return;
        }

        Began(role, process);
        RoleLock.WaitForEnd(runDirectory, name);
        Ended(role, process, null, null);
    }

    private void Launch(RoleKind role)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!)
        {
            ArgumentList = { "--role", role.ToString().ToLowerInvariant(), "--config", configurationFile },
            UseShellExecute = false,
        };
        // A debugger's socket in /tmp is an unwanted way in; set it to 1 if you need it.
        start.Environment.TryAdd("DOTNET_EnableDiagnostics", "0");
        // Else the collector lets garbage grow to the size of the
        // processor's cache, in each of five processes.
        start.Environment.TryAdd("DOTNET_GCgen0size", "0x80000");
        using Process process = Process.Start(start)!;
        int id = process.Id;
        Began(role, id);
        process.WaitForExit();
        int code = process.ExitCode;
        // .NET reports a signal as a shell does.
        bool signaled = code > SignalBase;
        Ended(role, id, signaled ? null : code, signaled ? code - SignalBase : null);
    }

    private void Began(RoleKind role, int process)
    {
        _processes[role] = process;
        tell(new ProcessEvent.Started(role, process));
    }

    private void Ended(RoleKind role, int process, int? code, int? signal)
    {
        _processes.TryRemove(role, out _);
        tell(new ProcessEvent.Exited(role, process, code, signal));
    }
}
