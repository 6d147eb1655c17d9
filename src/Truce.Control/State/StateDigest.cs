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
    private readonly List<UInt128> _all = [];
    private readonly PartDigests _parts = new();
    private readonly PartDigests _histories = new();
    private readonly PartDigests _events = new();
    private readonly PartDigests _measured = new();

    /// <summary>The digest, in hexadecimal digits.</summary>
    public string Of(ReplicatedState state)
    {
        _all.Clear();
        _parts.Begin();
        _histories.Begin();
        _events.Begin();
        _measured.Begin();
        _all.Add(Digest(string.Create(
            CultureInfo.InvariantCulture,
            $"{state.Cluster} {state.Lineage} {state.Index} {state.Hash} {state.FeatureLevel} {state.ClusterTimeMs} {state.At:O} {state.FenceEpoch} {state.LastEvent}")));
        Add<Command.Formed>(_parts, state.View is { } view ? [view] : [], v => v.ToString());
        AddCib(state.Cib);
        Add(_parts, state.Versions.Prepend(state.Configuration), Text);
        Add(_parts, state.Members.Values, m => m.ToString());
        Add(_parts, state.Sessions.Values, s => s.ToString());
        Add(_parts, state.Fences, Text);
        Add(_parts, state.Pending.Values, Text);
        Add(_parts, state.Started.Values, Text);
        Add(_parts, state.Trusted.Select(r => r.Value), r => r);
        Add(_parts, state.FencePaths.Values, p => $"{p} {p.ProvenAt:O} {p.FailedAt:O}");
        Add(_measured, state.Measured.Values, m => m.ToString());
        Add(_parts, state.Recovering.Values, r => $"{r} {r.At:O}");
        Add<PlanningTrouble>(_parts, state.Planning is { } trouble ? [trouble] : [], t => $"{t} {t.Since:O}");
        Add(_parts, state.Blocked, b => b.ToString());
        Add(_events, state.Events, e => $"{e} {e.At:O}");
        Span<byte> whole = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_all)), whole);
        return Convert.ToHexStringLower(whole[..12]);
    }

    // Each resource's history by itself: a result changes one of them, and the node's state around it.
    private void AddCib(Cib cib)
    {
        Add(_parts, [cib.Header], h => CibWriter.Write(Cib.Empty with { Header = h }));
        Add(_parts, [cib.Configuration], c => CibWriter.WriteConfiguration(c));
        Add(_parts, [cib.Status], s => Text(s with { NodeStates = [] }));
        Add(
            _parts, cib.Status.NodeStates,
            n => Text(n with { History = n.History is { } h ? h with { Resources = [] } : null }));
        foreach (NodeState node in cib.Status.NodeStates)
        {
            Add(
                _histories, node.History?.Resources ?? [],
                r => Text(new NodeState(default) { History = new LocalHistory(null, [r]) }));
        }
    }

    private void Add<T>(PartDigests known, IEnumerable<T> parts, Func<T, string> text) where T : class
    {
        int before = _all.Count;
        foreach (T part in parts)
            _all.Add(known.Of(part, text, Digest));
        _all.Add((UInt128)(_all.Count - before));
    }

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
