using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Truce.Engine.Corosync.Native;
using Truce.Ports;

namespace Truce.Engine.Corosync;

/// <summary>
/// Watches the links to the other nodes, on a thread of its own, and if asked to vetoes a requested shutdown
/// of Corosync while this process is a member: to the peers that would be this node's death, with services
/// running on it.
/// </summary>
internal sealed class LinkWatch : IDisposable
{
    private const int PeriodMs = 2000;
    private const int StackBytes = 8 * 1024 * 1024;
    private static readonly TimeSpan s_endMax = TimeSpan.FromSeconds(2);

    private readonly ClusterMap _map;
    private readonly Waiting _waiting;
    private readonly ulong _handle;
    private readonly Thread _thread;
    private volatile bool _disposed;

    public LinkWatch(ClusterMap map, CorosyncEngineOptions options)
    {
        _map = map;
        ulong handle = 0;
        CorosyncException.ThrowUnlessOk(Retry.Call(() => Open(out handle)), "corosync_cfg_initialize");
        _handle = handle;
        CorosyncException.ThrowUnlessOk(Cfg.GetFile(_handle, out int file), "corosync_cfg_fd_get");
        if (options.VetoesShutdown)
            CorosyncException.ThrowUnlessOk(
                Retry.Call(() => Cfg.Track(_handle, 0)), "corosync_cfg_trackstart");
        _waiting = new Waiting(file);
        _thread = new Thread(Run, StackBytes) { IsBackground = true, Name = "corosync-links" };
        _thread.Start();
    }

    /// <summary>As they were at most some seconds ago; from any thread.</summary>
    public ImmutableArray<LinkState> Links
    {
        get
        {
            lock (_map)
                return field;
        }

        private set
        {
            lock (_map)
                field = value;
        }
    } = [];

    public void Dispose()
    {
        _disposed = true;
        _waiting.Wake();
        // A Corosync that hangs doesn't let it end.
        _thread.Join(s_endMax);
    }

    private static unsafe CsError Open(out ulong handle) =>
        Cfg.Initialize(out handle, new Cfg.Callbacks { Shutdown = &ShutdownAsked });

    [UnmanagedCallersOnly]
    private static void ShutdownAsked(ulong handle, uint how) => _ = Cfg.ReplyToShutdown(handle, Cfg.ReplyNo);

    private void Run()
    {
        bool lives = true;
        while (lives && !_disposed)
        {
            Links = [.. _map.Nodes.Where(n => n.Number != _map.Self).SelectMany(Read)];
            lives = !_waiting.Wait(PeriodMs)
                && Cfg.Dispatch(_handle, Cpg.DispatchAll) is CsError.Ok or CsError.TryAgain;
        }

        Links = [];
        _ = Cfg.FinalizeHandle(_handle);
        _waiting.Dispose();
    }

    private IEnumerable<LinkState> Read(ConfiguredNode node) =>
        Cfg.GetNodeStatus(_handle, node.Number, Cfg.NodeStatusVersion, out Cfg.NodeStatus status) == CsError.Ok
            ? Enumerable.Range(0, Cfg.LinksMax)
                .Where(l => status.Links[l].Enabled != 0)
                .Select(l => new LinkState(node.Name, l, status.Links[l].Connected != 0))
            : [];
}
