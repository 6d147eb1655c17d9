using System.Globalization;
using System.Text;
using Truce.Ports;

namespace Truce.Agents.Processes;

/// <summary>Makes a child's pipes and cgroup and spawns it, up to its gate.</summary>
internal sealed class ChildStarter(ProcessSpawnerOptions options, CgroupTree? cgroups)
{
    /// <summary>
    /// Stands in for truce-gate where it wasn't built: waits on descriptor 3, moves itself into the
    /// cgroup, becomes the program. It isn't there any more when the program ends, so what has hidden from
    /// session, cookie and cgroup can't be found.
    /// </summary>
    private const string ShellGate = """
        read -r go <&3 || exit 125
        if [ -n "$1" ] && ! echo 0 >"$1/cgroup.procs"; then echo "can't enter its cgroup" >&4; exit 125; fi
        shift
        exec 3<&- 4>&-
        exec "$@"
        """;

    /// <summary>Whether truce-gate is there.</summary>
    public bool HasGate { get; } = Native.Access(options.GatePath, 1) == 0;

    /// <summary>Null when the child waits at its gate, with its record made.</summary>
    public ProcessEnd.NotStarted? Start(Child child)
    {
        ProcessSpec spec = child.Spec;
        string path = spec.Environment.GetValueOrDefault("PATH", "");
        if (ProgramCheck.Examine(spec.Program, path) is ProcessEnd.NotStarted problem)
            return problem;
        if (Encoding.UTF8.GetByteCount(spec.StandardInput ?? "") > ProcessSpec.StandardInputBytesMax)
            return new ProcessEnd.NotStarted(StartFailure.NoRoom, "its standard input is too long");
        try
        {
            return Spawn(child, cgroups?.Make(spec.OperationId, spec.Resource));
        }
        catch (IOException e)
        {
            return new ProcessEnd.NotStarted(StartFailure.NoRoom, e.Message);
        }
    }

    private ProcessEnd.NotStarted? Spawn(Child child, string? cgroup)
    {
        int gateRead = -1, statusWrite = -1, input = -1, cgroupDirectory = -1;
        try
        {
            (child.OutputRead, child.OutputWrite) = OutputPipe();
            (child.ErrorsRead, child.ErrorsWrite) = OutputPipe();
            (gateRead, child.GateWrite) = Native.Pipe();
            (child.StatusRead, statusWrite) = Native.Pipe();
            Native.SetNonBlocking(child.StatusRead, 0);
            input = InputPipe(child.Spec.StandardInput);
            if (cgroup is not null)
                cgroupDirectory = Native.OpenOrThrow(cgroup, Native.OpenPath | Native.OpenDirectory);
            ChildDescriptors descriptors = new(
                input, child.OutputWrite, child.ErrorsWrite, gateRead, statusWrite, cgroupDirectory);
            return Spawn(child, cgroup, descriptors);
        }
        finally
        {
            Native.CloseIfOpen(ref gateRead);
            Native.CloseIfOpen(ref statusWrite);
            Native.CloseIfOpen(ref input);
            Native.CloseIfOpen(ref cgroupDirectory);
        }
    }

    private ProcessEnd.NotStarted? Spawn(Child child, string? cgroup, ChildDescriptors descriptors)
    {
        ProcessSpec spec = child.Spec;
        int processId = HasGate
            ? ChildLauncher.Launch(options.GatePath, GateArguments(spec, cgroup), Environment(spec),
                spec.WorkingDirectory, descriptors)
            : ChildLauncher.Launch("/bin/sh", ShellArguments(spec, cgroup), Environment(spec),
                spec.WorkingDirectory, descriptors with { Cgroup = -1 });
        // Parameters that no program can be given: it won't be otherwise later, as a lack of memory may be.
        if (processId == -Native.ErrorTooLong)
            return new ProcessEnd.NotStarted(
                Child.Failure(-processId), "its parameters are too long to pass to a program");
        if (processId < 0)
            return new ProcessEnd.NotStarted(StartFailure.NoRoom,
                $"posix_spawn: {System.Runtime.InteropServices.Marshal.GetPInvokeErrorMessage(-processId)}");
        child.Pidfd = Native.OpenPidfd(processId);
        if (child.Pidfd < 0)
        {
            // Out of descriptors. It waits at its gate, so nothing is lost.
            _ = Native.Kill(processId, Native.SignalKill);
            Native.ReapById(processId);
            return new ProcessEnd.NotStarted(StartFailure.NoRoom, "pidfd_open failed");
        }

        // It waits at its gate, so it is there, and its number is its own until we reap it.
        long startTicks = ProcessTable.Find(processId)?.StartTicks ?? 0;
        child.Record =
            new SpawnedOperation(spec.OperationId, processId, startTicks, ProcessTable.BootId, cgroup);
        return null;
    }

    private string[] GateArguments(ProcessSpec spec, string? cgroup) =>
    [
        options.GatePath, cgroup is null ? "0" : "1",
        string.Join(',', spec.LeaveDaemonsOn.Select(c => c.ToString(CultureInfo.InvariantCulture))),
        spec.Program, .. spec.Arguments,
    ];

    private static string[] ShellArguments(ProcessSpec spec, string? cgroup) =>
        ["/bin/sh", "-c", ShellGate, "truce-gate", cgroup ?? "", spec.Program, .. spec.Arguments];

    private static Dictionary<string, string> Environment(ProcessSpec spec) =>
        new(spec.Environment) { [ProcessSpec.CookieVariable] = spec.OperationId };

    /// <summary>The end that the child writes to is opened for reading too: see
    /// <see cref="LeftBehind"/>.</summary>
    private static (int Read, int Write) OutputPipe()
    {
        (int read, int write) = Native.Pipe();
        Native.SetNonBlocking(read, 0);
        int both = Native.OpenOrThrow($"/proc/self/fd/{write}", Native.OpenReadWrite);
        Native.CloseIfOpen(ref write);
        return (read, both);
    }

    private static int InputPipe(string? text)
    {
        if (text is null)
            return -1;
        (int read, int write) = Native.Pipe();
        _ = Native.WriteSome(write, Encoding.UTF8.GetBytes(text));
        Native.CloseIfOpen(ref write);
        return read;
    }
}
