using System.Text.Json;
using System.Text.Json.Serialization;

namespace Truce.Contracts;

/// <summary>The clients' protocol as JSON (version 1). Members that the reader doesn't know are skipped.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    RespectNullableAnnotations = true,
    AllowOutOfOrderMetadataProperties = true)]
[JsonSerializable(typeof(ClientCall))]
[JsonSerializable(typeof(ClientAnswer))]
[JsonSerializable(typeof(ClusterStatusDocument))]
[JsonSerializable(typeof(FenceRecord))]
[JsonSerializable(typeof(ClusterEvent))]
[JsonSerializable(typeof(ConfigurationEntry))]
[JsonSerializable(typeof(InputFinding))]
public sealed partial class ClientProtocolJson : JsonSerializerContext;

/// <summary>Client calls and answers to bytes and back.</summary>
public static class ClientProtocol
{
    /// <summary>The version that this build speaks.</summary>
    public const int Version = 1;

    /// <summary>Longest message, either way: a configuration of 8 MiB fits.</summary>
    public const int BytesMax = 16 * 1024 * 1024;

    /// <summary>A call as sent.</summary>
    public static byte[] Encode(ClientCall call) =>
        JsonSerializer.SerializeToUtf8Bytes(call, ClientProtocolJson.Default.ClientCall);

    /// <summary>An answer as sent.</summary>
    public static byte[] Encode(ClientAnswer answer) =>
        JsonSerializer.SerializeToUtf8Bytes(answer, ClientProtocolJson.Default.ClientAnswer);

    /// <summary>Reads a call; null: it isn't one, and <paramref name="error"/> says why.</summary>
    public static ClientCall? DecodeCall(ReadOnlySpan<byte> payload, out string error) =>
        JsonMessages.Read(payload, ClientProtocolJson.Default.ClientCall, BytesMax, out error);

    /// <summary>Reads an answer; null: it isn't one, and <paramref name="error"/> says why.</summary>
    public static ClientAnswer? DecodeAnswer(ReadOnlySpan<byte> payload, out string error) =>
        JsonMessages.Read(payload, ClientProtocolJson.Default.ClientAnswer, BytesMax, out error);
}
