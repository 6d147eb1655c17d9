using System.Runtime.InteropServices;
using Truce.Daemon.Configuration;

namespace Truce.Daemon.Hosting;

/// <summary>
/// What a role gives up before it reads a byte from anybody (docs/operations/install.md): its user and with
/// it every capability, the way to new ones, and the system calls that nothing of it needs. It has made its
/// sockets, its lock and its log before.
/// </summary>
internal static partial class Sandbox
{
    private const int NoNewPrivileges = 38;
    private const int SeccompX64 = 317;
    private const int SeccompArm64 = 277;
    private const uint SetModeFilter = 1;
    private const uint AllThreads = 1;

    /// <summary>Enters it; what couldn't be given up and may stay, in a sentence; null: nothing.</summary>
    /// <exception cref="ConfigurationException">The user can't be taken on.</exception>
    public static string? Enter(RoleUser user)
    {
        if (user is RoleUser.Other other)
            TakeOn(other);
        // On this thread; the filter takes it to all others.
        if (ProcessControl(NoNewPrivileges, 1, 0, 0, 0) != 0)
            return $"new privileges can't be disabled: {Problem()}";
        string? unfiltered = Filter();
        return user is RoleUser.Own { Because: { } because } ? because : unfiltered;
    }

    // The C library does it on all threads. No capability survives the change from root to another user.
    private static void TakeOn(RoleUser.Other user)
    {
        if (SetGroups(0, 0) != 0 || SetGroup(user.Group, user.Group, user.Group) != 0
            || SetUser(user.User, user.User, user.User) != 0)
            throw new ConfigurationException($"api_user: can't switch to user {user.User}: {Problem()}");
    }

    private static unsafe string? Filter()
    {
        SystemCallFilter.Instruction[] program = SystemCallFilter.Of(RuntimeInformation.ProcessArchitecture);
        long call = RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => SeccompX64,
            Architecture.Arm64 => SeccompArm64,
            _ => -1,
        };
        fixed (SystemCallFilter.Instruction* first = program)
        {
            FilterProgram filter = new((ushort)program.Length, (nint)first);
            long answer = call < 0 ? -1 : SystemCall(call, SetModeFilter, AllThreads, (nint)(&filter));
            return answer == 0 ? null : "system calls can't be filtered on this kernel";
        }
    }

    private static string Problem() => Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct FilterProgram(ushort length, nint first)
    {
        private readonly ushort _length = length;
        private readonly nint _first = first;
    }

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int ProcessControl(int option, nuint a, nuint b, nuint c, nuint d);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long SystemCall(long number, nuint operation, nuint flags, nint argument);

    [LibraryImport("libc", EntryPoint = "setgroups", SetLastError = true)]
    private static partial int SetGroups(nuint count, nint groups);

    [LibraryImport("libc", EntryPoint = "setresgid", SetLastError = true)]
    private static partial int SetGroup(uint real, uint effective, uint saved);

    [LibraryImport("libc", EntryPoint = "setresuid", SetLastError = true)]
    private static partial int SetUser(uint real, uint effective, uint saved);
}
