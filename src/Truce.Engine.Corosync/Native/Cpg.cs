using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Truce.Engine.Corosync.Native;

/// <summary>libcpg (cpg.h, API 4): closed process groups. Layouts are compared
/// with the headers by a test.</summary>
internal static unsafe partial class Cpg
{
    public const int ModelV1 = 1;
    public const uint DeliverInitialTotemConf = 1;
    public const int Agreed = 2;
    public const int DispatchAll = 2;
    public const int NameBytesMax = 128;
    private const string Library = "libcpg.so.4";

    [LibraryImport(Library, EntryPoint = "cpg_model_initialize")]
    public static partial CsError Initialize(out ulong handle, int model, ModelData* data, nint context);

    [LibraryImport(Library, EntryPoint = "cpg_finalize")]
    public static partial CsError FinalizeHandle(ulong handle);

    [LibraryImport(Library, EntryPoint = "cpg_fd_get")]
    public static partial CsError GetFile(ulong handle, out int file);

    [LibraryImport(Library, EntryPoint = "cpg_context_get")]
    public static partial CsError GetContext(ulong handle, out nint context);

    [LibraryImport(Library, EntryPoint = "cpg_dispatch")]
    public static partial CsError Dispatch(ulong handle, int how);

    [LibraryImport(Library, EntryPoint = "cpg_join")]
    public static partial CsError Join(ulong handle, in Name group);

    [LibraryImport(Library, EntryPoint = "cpg_leave")]
    public static partial CsError Leave(ulong handle, in Name group);

    [LibraryImport(Library, EntryPoint = "cpg_mcast_joined")]
    public static partial CsError Multicast(ulong handle, int guarantee, IoVector* vectors, uint count);

    [LibraryImport(Library, EntryPoint = "cpg_local_get")]
    public static partial CsError GetLocalNode(ulong handle, out uint node);

    /// <summary>struct cpg_address.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public readonly struct Address
    {
        public readonly uint Node;
        public readonly uint Process;
        public readonly uint Reason;
    }

    /// <summary>struct cpg_ring_id; passed by value.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public readonly struct Ring
    {
        public readonly uint Node;
        public readonly ulong Sequence;
    }

    /// <summary>struct iovec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct IoVector
    {
        public void* Base;
        public nuint Length;
    }

    /// <summary>struct cpg_name.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Name
    {
        public uint Length;
        public Text Value;

        public static Name Of(string text)
        {
            Name name = default;
            name.Length = (uint)Encoding.UTF8.GetBytes(text, name.Value);
            return name;
        }

        [InlineArray(NameBytesMax)]
        public struct Text
        {
            private byte _first;
        }
    }

    /// <summary>cpg_model_v1_data_t.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct ModelData
    {
        public int Model;
        public delegate* unmanaged<ulong, Name*, uint, uint, void*, nuint, void> Deliver;
        public delegate* unmanaged<ulong, Name*, Address*, nuint, Address*, nuint, Address*, nuint, void> Change;
        public delegate* unmanaged<ulong, Ring, uint, uint*, void> RingChange;
        public uint Flags;
    }
}
