using System.Collections.Immutable;
using System.IO.Compression;
using System.Text;
using Truce.Contracts;
using Truce.Control;
using Truce.Model;
using Truce.Model.Replication;
using Truce.Model.Xml;

namespace Truce.Runtime.Controller;

/// <summary>
/// The texts of configurations that this node has had, compressed: those that its disk held, and those that
/// came into force since. What others did while it was away isn't here.
/// </summary>
internal sealed class ConfigurationArchive
{
    private readonly SortedDictionary<Standing, byte[]> _texts = [];
    private Standing _last;

    /// <summary>What the disk held.</summary>
    public void Load(IEnumerable<StoredConfiguration> stored)
    {
        foreach (StoredConfiguration configuration in stored)
            Keep(configuration.Version.Place, configuration.Xml);
    }

    /// <summary>The state may have another configuration than at the last call.</summary>
    public void Follow(ReplicatedState? state)
    {
        if (state is null || state.Configuration.Version == 0 || state.Configuration.Place == _last)
            return;
        _last = state.Configuration.Place;
        Keep(_last, CibWriter.Write(state.Cib with { Status = ClusterStatus.Empty }));
    }

    /// <summary>A configuration; null: it isn't here.</summary>
    public Cib? Find(ConfigurationVersion version) => _texts.TryGetValue(version.Place, out byte[]? text)
        ? StateText.ReadCib(Unpack(text), $"configuration {version.Version}")
        : null;

    private void Keep(Standing place, string xml)
    {
        _texts[place] = Pack(xml);
        while (_texts.Count > ReplicatedState.VersionsMax + 1)
            _texts.Remove(_texts.Keys.First());
    }

    private static byte[] Pack(string text)
    {
        using MemoryStream packed = new();
        using (DeflateStream deflate = new(packed, CompressionLevel.Fastest))
            deflate.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }

    private static string Unpack(byte[] packed)
    {
        using DeflateStream inflate = new(new MemoryStream(packed), CompressionMode.Decompress);
        using StreamReader reader = new(inflate, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
