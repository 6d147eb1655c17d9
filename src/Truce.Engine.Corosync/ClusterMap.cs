using System.Collections.Immutable;
using System.Globalization;
using Truce.Engine.Corosync.Native;
using Truce.Model;

namespace Truce.Engine.Corosync;

/// <summary>A node of corosync.conf's nodelist.</summary>
internal sealed record ConfiguredNode(uint Number, NodeId Name, int Votes);

/// <summary>What Corosync's map says of the cluster.</summary>
internal sealed class ClusterMap
{
    private const string NodeList = "nodelist.node.";

    private readonly Dictionary<uint, ConfiguredNode> _byNumber;

    // corosync.conf(5).
    private const uint DeviceWaitByDefault = 30_000;

    private ClusterMap(IEnumerable<ConfiguredNode> nodes, uint self, TimeSpan token, TimeSpan deviceWait)
    {
        _byNumber = nodes.ToDictionary(n => n.Number);
        (Self, Token, DeviceWait) = (self, token, deviceWait);
    }

    /// <summary>This node's number.</summary>
    public uint Self { get; }

    /// <summary>How long a silent node stays a member.</summary>
    public TimeSpan Token { get; }

    /// <summary>How long a new ring waits for the quorum device's vote, and delivers nothing; zero: there is
    /// no device.</summary>
    public TimeSpan DeviceWait { get; }

    /// <summary>Every configured node with its votes.</summary>
    public ImmutableSortedDictionary<NodeId, int> Votes =>
        _byNumber.Values.ToImmutableSortedDictionary(n => n.Name, n => n.Votes);

    /// <summary>The configured nodes by number.</summary>
    public IEnumerable<ConfiguredNode> Nodes => _byNumber.Values.OrderBy(n => n.Number);

    public bool Knows(uint number) => _byNumber.ContainsKey(number);

    /// <summary>A node's name; of one that isn't configured (any more), its number.</summary>
    public NodeId Name(uint number) => _byNumber.TryGetValue(number, out ConfiguredNode? node)
        ? node.Name
        : new NodeId(number.ToString(CultureInfo.InvariantCulture));

    /// <summary>Reads it.</summary>
    /// <exception cref="CorosyncException">Corosync doesn't answer.</exception>
    public static ClusterMap Read()
    {
        ulong handle = 0;
        CorosyncException.ThrowUnlessOk(Retry.Call(() => Cmap.Initialize(out handle)), "cmap_initialize");
        try
        {
            uint token = Cmap.GetNumber(handle, "runtime.config.totem.token") ?? 1000;
            uint self = Cmap.GetNumber(handle, "runtime.votequorum.this_node_id") ?? 0;
            uint device = Cmap.GetString(handle, "quorum.device.model") is null
                ? 0
                : Cmap.GetNumber(handle, "quorum.device.sync_timeout") ?? DeviceWaitByDefault;
            return new ClusterMap(
                ReadNodes(handle), self, TimeSpan.FromMilliseconds(token),
                TimeSpan.FromMilliseconds(device));
        }
        finally
        {
            _ = Cmap.FinalizeHandle(handle);
        }
    }

    /// <summary>Ends the wait for nodes that were never seen, as corosync-cmapctl would.</summary>
    public static void EndWait()
    {
        ulong handle = 0;
        if (Retry.Call(() => Cmap.Initialize(out handle)) != CsError.Ok)
            return;
        _ = Retry.Call(() => Cmap.SetUInt8(handle, "quorum.cancel_wait_for_all", 1));
        _ = Cmap.FinalizeHandle(handle);
    }

    private static List<ConfiguredNode> ReadNodes(ulong handle) =>
        Cmap.Keys(handle, NodeList)
            .Where(k => k.EndsWith(".nodeid", StringComparison.Ordinal))
            .Select(k => ReadNode(handle, k[..^"nodeid".Length]))
            .OfType<ConfiguredNode>()
            .DistinctBy(n => n.Number)
            .ToList();

    private static ConfiguredNode? ReadNode(ulong handle, string prefix)
    {
        if (Cmap.GetNumber(handle, prefix + "nodeid") is not { } number)
            return null;
        string name = Cmap.GetString(handle, prefix + "name") ?? Cmap.GetString(handle, prefix + "ring0_addr")
            ?? number.ToString(CultureInfo.InvariantCulture);
        return new ConfiguredNode(
            number, new NodeId(name), (int)(Cmap.GetNumber(handle, prefix + "quorum_votes") ?? 1));
    }
}
