using System.Collections.Immutable;
using System.Globalization;
using Truce.Contracts;
using Truce.Control;
using Truce.Model;
using Truce.Model.Replication;
using Truce.Ports;

namespace Truce.Runtime.Controller;

/// <summary>Between what must last and the store's records.</summary>
internal static class StoreMapping
{
    private const string IdentityKey = "identity";

    public static StoreWrite ToWrite(StoredItem item) => item switch
    {
        StoredItem.Identity i => new StoreWrite(
            StoreTable.Identity, IdentityKey,
            PeerProtocol.Encode(new StoredIdentity(i.Cluster, i.Lineage, i.FeatureLevel))),
        StoredItem.Configuration c => new StoreWrite(
            StoreTable.Configuration, Key(c.Version.Place),
            PeerProtocol.Encode(new StoredConfiguration(c.Version, c.Xml))),
        StoredItem.NoConfiguration n => new StoreWrite(StoreTable.Configuration, Key(n.Place), null),
        StoredItem.Fence f => new StoreWrite(
            StoreTable.Fencing, f.State.Intent.Id, PeerProtocol.Encode(f.State)),
        StoredItem.NoFence n => new StoreWrite(StoreTable.Fencing, n.Id, null),
        StoredItem.Path p => new StoreWrite(
            StoreTable.FencePaths, Key(p.State.From, p.State.Device, p.State.Target),
            PeerProtocol.Encode(p.State)),
        StoredItem.NoPath n => new StoreWrite(
            StoreTable.FencePaths, Key(n.From, n.Device, n.Target), null),
        StoredItem.Measure m => new StoreWrite(
            StoreTable.Measured, m.Times.Key, PeerProtocol.Encode(m.Times)),
        StoredItem.NoMeasure n => new StoreWrite(StoreTable.Measured, n.Key, null),
        StoredItem.Happening h => new StoreWrite(
            StoreTable.Events, Number(h.State.Index), PeerProtocol.Encode(h.State)),
        StoredItem.NoHappening n => new StoreWrite(StoreTable.Events, Number(n.Index), null),
    };

    /// <summary>What the records say. One that can't be read was written by a defect of ours: better no
    /// controller than one that has forgotten what it acknowledged.</summary>
    public static StoredFacts FromRecords(StoreEvent.Loaded loaded)
    {
        StoredIdentity? identity = Of(loaded, StoreTable.Identity).Select(DecodeIdentity).FirstOrDefault();
        ImmutableArray<StoredConfiguration> configurations = Configurations(loaded);
        StoredConfiguration? newest = configurations.FirstOrDefault();
        return new StoredFacts(
            loaded.Fresh || identity is null,
            identity?.Cluster ?? "",
            identity?.Lineage ?? 0,
            newest?.Version,
            newest?.Xml ?? "",
            [.. Of(loaded, StoreTable.Fencing).Select(DecodeFence).Select(FenceLeft.Conclude)],
            [.. Of(loaded, StoreTable.Events).Select(DecodeEvent).OrderBy(e => e.Index)])
        {
            FeatureLevel = identity?.FeatureLevel ?? 0,
            FencePaths = [.. Of(loaded, StoreTable.FencePaths).Select(DecodePath)],
            Measured = [.. Of(loaded, StoreTable.Measured).Select(DecodeTimes)],
            Earlier = [.. configurations.Skip(1).Select(c => c.Version)],
        };
    }

    /// <summary>The configurations that the disk holds, newest first.</summary>
    public static ImmutableArray<StoredConfiguration> Configurations(StoreEvent.Loaded loaded) =>
        [.. Of(loaded, StoreTable.Configuration).Select(DecodeConfiguration).OrderByDescending(c => c.Version.Place)];

    private static IEnumerable<StoreRecord> Of(StoreEvent.Loaded loaded, StoreTable table) =>
        loaded.Records.Where(r => r.Table == table).OrderBy(r => r.Key, StringComparer.Ordinal);

    private static StoredIdentity DecodeIdentity(StoreRecord record) =>
        PeerProtocol.DecodeIdentity(record.Value.Span, out string error) ?? throw Unreadable(record, error);

    private static StoredConfiguration DecodeConfiguration(StoreRecord record) =>
        PeerProtocol.DecodeConfiguration(record.Value.Span, out string error) ?? throw Unreadable(record, error);

    private static FenceState DecodeFence(StoreRecord record) =>
        PeerProtocol.DecodeFence(record.Value.Span, out string error) ?? throw Unreadable(record, error);

    private static FencePath DecodePath(StoreRecord record) =>
        PeerProtocol.DecodePath(record.Value.Span, out string error) ?? throw Unreadable(record, error);

    private static MeasuredTimes DecodeTimes(StoreRecord record) =>
        PeerProtocol.DecodeTimes(record.Value.Span, out string error) ?? throw Unreadable(record, error);

    private static EventState DecodeEvent(StoreRecord record) =>
        PeerProtocol.DecodeEvent(record.Value.Span, out string error) ?? throw Unreadable(record, error);

    private static InvariantException Unreadable(StoreRecord record, string error) =>
        new($"the stored record {record.Table}/{record.Key} can't be read: {error}");

    private static string Key(NodeId from, ResourceId device, NodeId target) => $"{from}/{device}/{target}";

    private static string Key(Standing place) => string.Create(
        CultureInfo.InvariantCulture, $"{place.Epoch.Ring:D20}.{place.Epoch.Round:D10}.{place.Index:D20}");

    private static string Number(long index) => index.ToString("D20", CultureInfo.InvariantCulture);
}
