using System.Text.Json.Serialization;

namespace Truce.Engine.Local.Sequencing;

/// <summary>A line on the sequencer's control socket.</summary>
/// <param name="Op">cut, cuts, heal or status.</param>
/// <param name="From">For cut: node names.</param>
/// <param name="To">For cut: node names.</param>
/// <param name="Oneway">For cut: what <paramref name="From"/> sends is lost, the other way carries.</param>
/// <param name="Pairs">For cuts: every "FROM TO" between which nothing passes from now on.</param>
internal sealed record ControlRequest(string Op, string[]? From, string[]? To, bool Oneway, string[]? Pairs);

/// <summary>The answer to a line.</summary>
/// <param name="Ok">It was done.</param>
/// <param name="Error">Why not.</param>
/// <param name="TokenMs">The token time.</param>
/// <param name="Rings">Who hears whom.</param>
/// <param name="Nodes">Nodes heard within the token time.</param>
/// <param name="Cuts">Pairs "from to" between which nothing passes.</param>
internal sealed record SequencerStatus(
    bool Ok, string? Error, int TokenMs, RingStatus[] Rings, NodeStatus[] Nodes, string[] Cuts);

/// <summary>One ring.</summary>
internal sealed record RingStatus(string Ring, string[] Nodes, bool Frozen, int Pending, bool Quorate);

/// <summary>One node.</summary>
internal sealed record NodeStatus(string Name, string Incarnation, int SilentMs, bool InDoubt, string[] Clients);

/// <summary>JSON of the control socket.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ControlRequest))]
[JsonSerializable(typeof(SequencerStatus))]
internal sealed partial class ControlJson : JsonSerializerContext;
