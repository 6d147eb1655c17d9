using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Replication;
using Truce.Model.Xml;

namespace Truce.Control;

/// <summary>The replicated state as a document, and back.</summary>
public static class StateText
{
    /// <summary>What is sent to joiners and compared between members.</summary>
    public static StateDocument ToDocument(ReplicatedState state) => new()
    {
        Cluster = state.Cluster,
        Lineage = state.Lineage,
        Index = state.Index,
        Hash = state.Hash,
        FeatureLevel = state.FeatureLevel,
        ClusterTimeMs = state.ClusterTimeMs,
        At = state.At,
        View = state.View,
        Cib = CibWriter.Write(state.Cib),
        Configuration = state.Configuration,
        Versions = state.Versions,
        Members = state.Members.Values.ToImmutableArray(),
        Sessions = state.Sessions.Values.ToImmutableArray(),
        FenceEpoch = state.FenceEpoch,
        Fences = state.Fences,
        Pending = state.Pending.Values.ToImmutableArray(),
        Planning = state.Planning,
        Blocked = state.Blocked,
        Started = state.Started.Values.ToImmutableArray(),
        Trusted = state.Trusted.ToEquatableArray(),
        FencePaths = state.FencePaths.Values.ToImmutableArray(),
        Measured = state.Measured.Values.ToImmutableArray(),
        Recovering = state.Recovering.Values.ToImmutableArray(),
        Events = state.Events,
        LastEvent = state.LastEvent,
    };

    /// <summary>The state that a document describes. A peer of the same version
    /// wrote it, so that it reads.</summary>
    public static ReplicatedState FromDocument(StateDocument document) => new()
    {
        Cluster = document.Cluster,
        Lineage = document.Lineage,
        Index = document.Index,
        Hash = document.Hash,
        FeatureLevel = document.FeatureLevel,
        ClusterTimeMs = document.ClusterTimeMs,
        At = document.At,
        View = document.View,
        Cib = ReadCib(document.Cib, "snapshot"),
        Configuration = document.Configuration,
        Versions = document.Versions.Items,
        Members = document.Members.ToImmutableSortedDictionary(m => m.Node, m => m),
        Sessions = document.Sessions.ToImmutableSortedDictionary(s => s.Session, s => s, StringComparer.Ordinal),
        FenceEpoch = document.FenceEpoch,
        Fences = document.Fences.Items,
        Pending = document.Pending.ToImmutableSortedDictionary(o => o.OperationId, o => o, StringComparer.Ordinal),
        Planning = document.Planning,
        Blocked = document.Blocked,
        Trusted = [.. document.Trusted],
        FencePaths =
            document.FencePaths.ToImmutableSortedDictionary(p => (p.From, p.Device, p.Target), p => p),
        Measured = document.Measured.ToImmutableSortedDictionary(m => m.Key, m => m, StringComparer.Ordinal),
        Recovering = document.Recovering.ToImmutableSortedDictionary(r => r.Resource, r => r),
        Started = document.Started.ToImmutableSortedDictionary(s => (s.Node, s.Resource), s => s),
        Events = document.Events.Items,
        LastEvent = document.LastEvent,
    };

    /// <summary>Reads XML that Truce itself wrote.</summary>
    public static Cib ReadCib(string xml, string what) => CibReader.Parse(xml, what) switch
    {
        CibReadResult.Accepted accepted => accepted.Cib,
        CibReadResult.Refused refused => throw new InvariantException(
            $"a {what} that a member wrote can't be read: {refused.Findings[0]}"),
    };
}
