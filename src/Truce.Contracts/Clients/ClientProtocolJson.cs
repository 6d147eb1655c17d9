using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Truce.Contracts;

/// <summary>The clients' protocol as JSON (version 2). Members that the reader doesn't know are skipped.</summary>
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
    public const int Version = 2;

    /// <summary>Longest message, either way.</summary>
    public const int BytesMax = SizeBudget.MessageBytesMax;

    // Quotes and angle brackets are most of a configuration: escaped as for a web page, it would be three times as long.
    private static readonly ClientProtocolJson s_json = new(new JsonSerializerOptions(ClientProtocolJson.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>A call as sent.</summary>
    public static byte[] Encode(ClientCall call) =>
        JsonSerializer.SerializeToUtf8Bytes(call, s_json.ClientCall);

    /// <summary>An answer as sent.</summary>
    public static byte[] Encode(ClientAnswer answer) =>
        JsonSerializer.SerializeToUtf8Bytes(answer, s_json.ClientAnswer);

    /// <summary>Reads a call; null: it isn't one, and <paramref name="error"/> says why.</summary>
    public static ClientCall? DecodeCall(ReadOnlySpan<byte> payload, out string error) =>
        JsonMessages.Read(payload, ClientProtocolJson.Default.ClientCall, BytesMax, out error);

    /// <summary>Reads an answer; null: it isn't one, and <paramref name="error"/> says why.</summary>
    public static ClientAnswer? DecodeAnswer(ReadOnlySpan<byte> payload, out string error) =>
        JsonMessages.Read(payload, ClientProtocolJson.Default.ClientAnswer, BytesMax, out error);
}
