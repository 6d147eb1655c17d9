using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Truce.Engine.Corosync.Native;

/// <summary>libquorum (quorum.h, API 5, model 1): which ring is quorate.</summary>
internal static unsafe partial class Quorum
{
    public const int ModelV1 = 1;
    public const uint TypeSet = 1;
    public const uint TrackCurrentAndChanges = 3;
    private const string Library = "libquorum.so.5";

    [LibraryImport(Library, EntryPoint = "quorum_model_initialize")]
    public static partial CsError Initialize(
        out ulong handle, int model, ModelData* data, out uint type, nint context);

    [LibraryImport(Library, EntryPoint = "quorum_finalize")]
    public static partial CsError FinalizeHandle(ulong handle);

    [LibraryImport(Library, EntryPoint = "quorum_fd_get")]
    public static partial CsError GetFile(ulong handle, out int file);

    [LibraryImport(Library, EntryPoint = "quorum_context_get")]
    public static partial CsError GetContext(ulong handle, out nint context);

    [LibraryImport(Library, EntryPoint = "quorum_dispatch")]
    public static partial CsError Dispatch(ulong handle, int how);

    [LibraryImport(Library, EntryPoint = "quorum_trackstart")]
    public static partial CsError Track(ulong handle, uint flags);

    /// <summary>struct quorum_ring_id; passed by value.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public readonly struct Ring
    {
        public readonly uint Node;
        public readonly ulong Sequence;
    }

    /// <summary>quorum_model_v1_data_t.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct ModelData
    {
        public int Model;
        public delegate* unmanaged<ulong, uint, Ring, uint, uint*, void> Quorum;
        public delegate* unmanaged<ulong, Ring, uint, uint*, uint, uint*, uint, uint*, void> Nodes;
    }
}

/// <summary>libvotequorum (votequorum.h, API 8): votes.</summary>
internal static unsafe partial class VoteQuorum
{
    private const string Library = "libvotequorum.so.8";

    [LibraryImport(Library, EntryPoint = "votequorum_initialize")]
    public static partial CsError Initialize(out ulong handle, in Callbacks callbacks);

    [LibraryImport(Library, EntryPoint = "votequorum_finalize")]
    public static partial CsError FinalizeHandle(ulong handle);

    [LibraryImport(Library, EntryPoint = "votequorum_fd_get")]
    public static partial CsError GetFile(ulong handle, out int file);

    [LibraryImport(Library, EntryPoint = "votequorum_context_set")]
    public static partial CsError SetContext(ulong handle, nint context);

    [LibraryImport(Library, EntryPoint = "votequorum_context_get")]
    public static partial CsError GetContext(ulong handle, out nint context);

    [LibraryImport(Library, EntryPoint = "votequorum_dispatch")]
    public static partial CsError Dispatch(ulong handle, int how);

    [LibraryImport(Library, EntryPoint = "votequorum_trackstart")]
    public static partial CsError Track(ulong handle, ulong context, uint flags);

    [LibraryImport(Library, EntryPoint = "votequorum_getinfo")]
    public static partial CsError GetInfo(ulong handle, uint node, out Info info);

    /// <summary>VOTEQUORUM_INFO_*.</summary>
    [Flags]
    public enum Flags : uint
    {
        None = 0,
        TwoNode = 1,
        Quorate = 2,
        WaitForAll = 4,
        LastManStanding = 8,
        AutoTieBreaker = 16,
        AllowDownscale = 32,
        DeviceRegistered = 64,
        DeviceAlive = 128,
        DeviceCastsVote = 256,
        DeviceMasterWins = 512,
    }

    /// <summary>struct votequorum_info.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public readonly struct Info
    {
        public readonly uint Node;
        public readonly uint NodeState;
        public readonly uint NodeVotes;
        public readonly uint NodeExpectedVotes;
        public readonly uint HighestExpected;
        public readonly uint TotalVotes;
        public readonly uint Needed;
        public readonly Flags Flags;
        public readonly uint DeviceVotes;
        private readonly DeviceName _deviceName;

        [InlineArray(255)]
        private struct DeviceName
        {
            private byte _first;
        }
    }

    /// <summary>votequorum_callbacks_t; the lists that they bring aren't looked at.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Callbacks
    {
        public delegate* unmanaged<ulong, ulong, uint, uint, void*, void> Quorum;
        public delegate* unmanaged<ulong, ulong, uint, void> ExpectedVotes;
        public delegate* unmanaged<ulong, ulong, Native.Quorum.Ring, uint, uint*, void> Nodes;
    }
}
