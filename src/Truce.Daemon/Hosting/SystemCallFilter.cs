using System.Runtime.InteropServices;

namespace Truce.Daemon.Hosting;

/// <summary>
/// System calls that a role which only uses sockets never makes, and that an attacker would want: to run
/// programs, to inspect other processes, to change mounts, namespaces, modules, keys, or the machine's power.
/// </summary>
internal static class SystemCallFilter
{
    private const ushort LoadWord = 0x20;
    private const ushort JumpIfEqual = 0x15;
    private const ushort JumpIfAtLeast = 0x35;
    private const ushort Return = 0x06;
    private const uint OfNumber = 0;
    private const uint OfArchitecture = 4;
    private const uint Allow = 0x7fff0000;
    private const uint NotPermitted = 0x00050000 | 1;
    private const uint AuditX64 = 0xc000003e;
    private const uint AuditArm64 = 0xc00000b7;
    private const uint FirstOfX32 = 0x40000000;

    /// <summary>Name, number on x64, number on arm64.</summary>
    private static readonly (string Name, uint X64, uint Arm64)[] s_denied =
    [
        ("execve", 59, 221), ("execveat", 322, 281), ("ptrace", 101, 117), ("process_vm_readv", 310, 270),
        ("process_vm_writev", 311, 271), ("mount", 165, 40), ("umount2", 166, 39), ("pivot_root", 155, 41),
        ("chroot", 161, 51), ("setns", 308, 268), ("unshare", 272, 97), ("init_module", 175, 105),
        ("finit_module", 313, 273), ("delete_module", 176, 106), ("kexec_load", 246, 104),
        ("kexec_file_load", 320, 294), ("reboot", 169, 142), ("bpf", 321, 280), ("perf_event_open", 298, 241),
        ("add_key", 248, 217), ("request_key", 249, 218), ("keyctl", 250, 219), ("swapon", 167, 224),
        ("swapoff", 168, 225), ("open_by_handle_at", 304, 265), ("userfaultfd", 323, 282),
        ("io_uring_setup", 425, 425),
    ];

    /// <summary>One instruction of a filter (struct sock_filter).</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal readonly struct Instruction(ushort code, byte whenTrue, byte whenFalse, uint operand)
    {
        public ushort Code { get; } = code;

        public byte WhenTrue { get; } = whenTrue;

        public byte WhenFalse { get; } = whenFalse;

        public uint Operand { get; } = operand;
    }

    /// <summary>The filter of an architecture; on one whose numbers aren't known here it
    /// lets everything through.</summary>
    public static Instruction[] Of(Architecture architecture) => architecture switch
    {
        Architecture.X64 => Of(AuditX64, [.. s_denied.Select(d => d.X64)]),
        Architecture.Arm64 => Of(AuditArm64, [.. s_denied.Select(d => d.Arm64)]),
        _ => [new(Return, 0, 0, Allow)],
    };

    // Calls of another architecture have other numbers: none of them is let through.
    private static Instruction[] Of(uint audit, uint[] denied) =>
    [
        new(LoadWord, 0, 0, OfArchitecture),
        new(JumpIfEqual, 0, (byte)(denied.Length + 3), audit),
        new(LoadWord, 0, 0, OfNumber),
        new(JumpIfAtLeast, (byte)(denied.Length + 1), 0, FirstOfX32),
        .. denied.Select((number, at) => new Instruction(JumpIfEqual, (byte)(denied.Length - at), 0, number)),
        new(Return, 0, 0, Allow),
        new(Return, 0, 0, NotPermitted),
    ];
}
