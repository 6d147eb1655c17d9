using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Truce.Model;
using Truce.Model.Replication;
using Truce.Model.Xml;

namespace Truce.Control;

/// <summary>
/// Digests the whole replicated state: whatever a snapshot would carry is in it, so that two members with one
/// digest hold one state (promise S6). The state is immutable and mostly shared with the one before, so each
/// part is digested once and remembered by reference; what the last digest no longer met is forgotten.
/// </summary>
internal sealed class StateDigest
{
    private Dictionary<object, UInt128> _known = new(ReferenceEqualityComparer.Instance);
    private Dictionary<object, UInt128> _met = new(ReferenceEqualityComparer.Instance);

    /// <summary>The digest, in hexadecimal digits.</summary>
    public string Of(ReplicatedState state)
    {
        (_known, _met) = (_met, _known);
        _met.Clear();
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(hash, Digest(string.Create(
            CultureInfo.InvariantCulture,
            $"{state.Cluster} {state.Lineage} {state.Index} {state.Hash} {state.FeatureLevel} {state.ClusterTimeMs} {state.At:O} {state.FenceEpoch} {state.LastEvent}")));
        AddAll<Command.Formed>(hash, state.View is { } view ? [view] : [], v => v.ToString());
        AddCib(hash, state.Cib);
        AddAll(hash, state.Versions.Prepend(state.Configuration), Text);
        AddAll(hash, state.Members.Values, m => m.ToString());
        AddAll(hash, state.Sessions.Values, s => s.ToString());
        AddAll(hash, state.Fences, Text);
        AddAll(hash, state.Pending.Values, Text);
        AddAll(hash, state.Started.Values, Text);
        AddAll(hash, state.Trusted.Select(r => r.Value), r => r);
        AddAll(hash, state.FencePaths.Values, p => $"{p} {p.ProvenAt:O} {p.FailedAt:O}");
        AddAll<PlanningTrouble>(hash, state.Planning is { } trouble ? [trouble] : [], t => $"{t} {t.Since:O}");
        AddAll(hash, state.Events, e => $"{e} {e.At:O}");
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 12));
    }

    // Each resource's history by itself: a result changes one of them, and the node's state around it.
    private void AddCib(IncrementalHash hash, Cib cib)
    {
        AddAll(hash, [cib.Header], h => CibWriter.Write(Cib.Empty with { Header = h }));
        AddAll(hash, [cib.Configuration], c => CibWriter.WriteConfiguration(c));
        AddAll(hash, [cib.Status], s => Text(s with { NodeStates = [] }));
        AddAll(hash, cib.Status.NodeStates, n => Text(n with { History = n.History is { } h ? h with { Resources = [] } : null }));
        foreach (NodeState node in cib.Status.NodeStates)
            AddAll(hash, node.History?.Resources ?? [], r => Text(new NodeState(default) { History = new LocalHistory(null, [r]) }));
    }

    private void AddAll<T>(IncrementalHash hash, IEnumerable<T> parts, Func<T, string> text) where T : class
    {
        int count = 0;
        foreach (T part in parts)
        {
            Add(hash, Part(part, text));
            count++;
        }

        Add(hash, (UInt128)count);
    }

    private UInt128 Part<T>(T part, Func<T, string> text) where T : class
    {
        if (!_met.TryGetValue(part, out UInt128 digest))
            _met[part] = digest = _known.TryGetValue(part, out UInt128 known) ? known : Digest(text(part));
        return digest;
    }

    private static void Add(IncrementalHash hash, UInt128 digest) =>
        hash.AppendData(MemoryMarshal.AsBytes(new ReadOnlySpan<UInt128>(in digest)));

    private static UInt128 Digest(string text)
    {
        Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), bytes);
        return MemoryMarshal.Read<UInt128>(bytes);
    }

    private static string Text(NodeState node) => Text(new ClusterStatus { NodeStates = [node] });

    private static string Text(ClusterStatus status) => CibWriter.Write(Cib.Empty with { Status = status });

    // A record prints all its members, but times without their fractions.
    private static string Text(ConfigurationVersion version) => $"{version} {version.At:O}";

    private static string Text(FenceState fence) =>
        $"{fence} {fence.Begin:O} {fence.End:O} {string.Join('|', fence.Intent.Allowed.Select(Text))}";

    // As with an order: what it prints of itself leaves out the parameters.
    private static string Text(StartedAs started) =>
        $"{started.Node} {started.Resource} {started.Agent} {started.Parameters} {started.ParametersKnown} "
            + $"{started.SinceMs}";

    // An order prints little of itself, as its parameters may hold secrets: here they must count.
    private static string Text(Order order) => string.Create(
        CultureInfo.InvariantCulture,
        $"{order.OperationId} {order.Node} {order.Incarnation} {order.Kind} {order.Resource} {order.Agent} "
        + $"{order.Operation} {order.IntervalMs} {order.TimeoutMs} {order.StartDelayMs} {order.ExpectedCode} "
        + $"{order.TransitionKey} {order.Parameters} {order.Meta} {order.Index} {order.Fence} {order.After} "
        + $"{order.IsAwaited} {order.AheadMs} {order.LookMs} {order.ExtensionMs}");
}
