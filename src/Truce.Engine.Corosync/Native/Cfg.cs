using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Truce.Engine.Corosync.Native;

/// <summary>libcfg (cfg.h, API 7): the state of links, and Corosync's shutdown.</summary>
internal static unsafe partial class Cfg
{
    public const int NodeStatusVersion = 1;
    public const int LinksMax = 8;
    public const uint ReplyNo = 0;
    private const string Library = "libcfg.so.7";

    [LibraryImport(Library, EntryPoint = "corosync_cfg_initialize")]
    public static partial CsError Initialize(out ulong handle, in Callbacks callbacks);

    [LibraryImport(Library, EntryPoint = "corosync_cfg_finalize")]
    public static partial CsError FinalizeHandle(ulong handle);

    [LibraryImport(Library, EntryPoint = "corosync_cfg_node_status_get")]
    public static partial CsError GetNodeStatus(ulong handle, uint node, int version, out NodeStatus status);

    [LibraryImport(Library, EntryPoint = "corosync_cfg_fd_get")]
    public static partial CsError GetFile(ulong handle, out int file);

    [LibraryImport(Library, EntryPoint = "corosync_cfg_dispatch")]
    public static partial CsError Dispatch(ulong handle, int how);

    [LibraryImport(Library, EntryPoint = "corosync_cfg_trackstart")]
    public static partial CsError Track(ulong handle, byte flags);

    [LibraryImport(Library, EntryPoint = "corosync_cfg_replyto_shutdown")]
    public static partial CsError ReplyToShutdown(ulong handle, uint reply);

    /// <summary>corosync_cfg_callbacks_t.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Callbacks
    {
        public delegate* unmanaged<ulong, uint, void> Shutdown;
    }

    /// <summary>struct corosync_knet_link_status_v1.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public readonly struct LinkStatus
    {
        public readonly byte Enabled;
        public readonly byte Connected;
        public readonly byte DynamicallyConnected;
        public readonly uint Mtu;
        private readonly Host _source;
        private readonly Host _destination;

        [InlineArray(256)]
        private struct Host
        {
            private byte _first;
        }
    }

    /// <summary>struct corosync_cfg_node_status_v1.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public readonly struct NodeStatus
    {
        public readonly int Version;
        public readonly uint Node;
        public readonly byte Reachable;
        public readonly byte Remote;
        public readonly byte External;
        public readonly byte OnwireMin;
        public readonly byte OnwireMax;
        public readonly byte OnwireVersion;
        public readonly AllLinks Links;

        [InlineArray(LinksMax)]
        public struct AllLinks
        {
            private LinkStatus _first;
        }
    }
}
