using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Contracts;

/// <summary>
/// Between the controllers of a cluster, over the engine: JSON, version 1. Every hello names the highest
/// version that its sender speaks, and the lowest in a view is spoken; members that the reader doesn't know
/// are skipped, so that a newer sender may add some.
/// </summary>
public static class PeerProtocol
{
    /// <summary>The wire version that this build speaks.</summary>
    public const int Version = 1;

    /// <summary>Longest message: a snapshot of a large cluster's state.</summary>
    public const int BytesMax = 64 * 1024 * 1024;

    private static readonly JsonTypeInfo<PeerMessage> s_message = PeerJsonTypes.Of<PeerMessage>();
    private static readonly JsonTypeInfo<StateDocument> s_state = PeerJsonTypes.Of<StateDocument>();
    private static readonly JsonTypeInfo<FenceState> s_fence = PeerJsonTypes.Of<FenceState>();
    private static readonly JsonTypeInfo<FencePath> s_path = PeerJsonTypes.Of<FencePath>();
    private static readonly JsonTypeInfo<MeasuredTimes> s_times = PeerJsonTypes.Of<MeasuredTimes>();
    private static readonly JsonTypeInfo<StoredConfiguration> s_configuration = PeerJsonTypes.Of<StoredConfiguration>();
    private static readonly JsonTypeInfo<EventState> s_event = PeerJsonTypes.Of<EventState>();
    private static readonly JsonTypeInfo<StoredIdentity> s_identity = PeerJsonTypes.Of<StoredIdentity>();

    /// <summary>A message as sent.</summary>
    public static byte[] Encode(PeerMessage message) => JsonSerializer.SerializeToUtf8Bytes(message, s_message);

    /// <summary>Reads a message; null: it isn't one, and <paramref name="error"/> says why.</summary>
    public static PeerMessage? Decode(ReadOnlySpan<byte> payload, out string error) =>
        JsonMessages.Read(payload, s_message, BytesMax, out error);

    /// <summary>A replicated state in the one form that equal states share.</summary>
    public static byte[] Encode(StateDocument state) => JsonSerializer.SerializeToUtf8Bytes(state, s_state);

    /// <summary>The same, into a buffer of the caller's.</summary>
    public static void Encode(StateDocument state, IBufferWriter<byte> to)
    {
        using Utf8JsonWriter writer = new(to);
        JsonSerializer.Serialize(writer, state, s_state);
    }

    /// <summary>A fencing as stored.</summary>
    public static byte[] Encode(FenceState fence) => JsonSerializer.SerializeToUtf8Bytes(fence, s_fence);

    /// <summary>A path of fencing as stored.</summary>
    public static byte[] Encode(FencePath path) => JsonSerializer.SerializeToUtf8Bytes(path, s_path);

    /// <summary>Measured times as stored.</summary>
    public static byte[] Encode(MeasuredTimes times) => JsonSerializer.SerializeToUtf8Bytes(times, s_times);

    /// <summary>A configuration as stored.</summary>
    public static byte[] Encode(StoredConfiguration configuration) =>
        JsonSerializer.SerializeToUtf8Bytes(configuration, s_configuration);

    /// <summary>An identity as stored.</summary>
    public static byte[] Encode(StoredIdentity identity) => JsonSerializer.SerializeToUtf8Bytes(identity, s_identity);

    /// <summary>An event as stored.</summary>
    public static byte[] Encode(EventState happened) => JsonSerializer.SerializeToUtf8Bytes(happened, s_event);

    /// <summary>Reads a stored event.</summary>
    public static EventState? DecodeEvent(ReadOnlySpan<byte> value, out string error) => JsonMessages.Read(value, s_event, BytesMax, out error);

    /// <summary>Reads a stored fencing.</summary>
    public static FenceState? DecodeFence(ReadOnlySpan<byte> value, out string error) => JsonMessages.Read(value, s_fence, BytesMax, out error);

    /// <summary>Reads a stored path of fencing.</summary>
    public static FencePath? DecodePath(ReadOnlySpan<byte> value, out string error) =>
        JsonMessages.Read(value, s_path, BytesMax, out error);

    /// <summary>Reads stored times.</summary>
    public static MeasuredTimes? DecodeTimes(ReadOnlySpan<byte> value, out string error) =>
        JsonMessages.Read(value, s_times, BytesMax, out error);

    /// <summary>Reads a stored configuration.</summary>
    public static StoredConfiguration? DecodeConfiguration(ReadOnlySpan<byte> value, out string error) =>
        JsonMessages.Read(value, s_configuration, BytesMax, out error);

    /// <summary>Reads a stored identity.</summary>
    public static StoredIdentity? DecodeIdentity(ReadOnlySpan<byte> value, out string error) =>
        JsonMessages.Read(value, s_identity, BytesMax, out error);

    /// <summary>A digest of a message's bytes, the same for every receiver.</summary>
    public static string Digest(ReadOnlySpan<byte> payload) => Convert.ToHexStringLower(SHA256.HashData(payload)[..16]);
}
