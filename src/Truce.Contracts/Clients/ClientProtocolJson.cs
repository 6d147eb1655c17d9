using System.Buffers.Binary;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;

namespace Truce.Contracts;

/// <summary>The clients' protocol as JSON (version 2). Members that the reader
/// doesn't know are skipped.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
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
    public const int Version = 4;

    /// <summary>Longest message, either way.</summary>
    public const int BytesMax = SizeBudget.MessageBytesMax;

    private const int HeadBytes = 5;

    // Quotes and angle brackets are most of a configuration: escaped as for a web
    // page, it would be three times as long.
    private static readonly ClientProtocolJson s_json = new(new JsonSerializerOptions(ClientProtocolJson.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>A call as sent.</summary>
    public static byte[] Encode(ClientCall call) =>
        JsonSerializer.SerializeToUtf8Bytes(call, s_json.ClientCall);

    /// <summary>
    /// A call whose configuration follows as it is: a zero byte, the length of the JSON (little-endian), the
    /// call as JSON without it, then the configuration in UTF-8. For the controllers of version 2: as a
    /// string in JSON a large one takes many times its size, on both sides.
    /// </summary>
    public static byte[] Encode(ClientCall call, ReadOnlySpan<byte> configuration)
    {
        byte[] json = Encode(call);
        byte[] message = new byte[HeadBytes + json.Length + configuration.Length];
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(1), json.Length);
        json.CopyTo(message, HeadBytes);
        configuration.CopyTo(message.AsSpan(HeadBytes + json.Length));
        return message;
    }

    /// <summary>An answer as sent.</summary>
    public static byte[] Encode(ClientAnswer answer) =>
        JsonSerializer.SerializeToUtf8Bytes(answer, s_json.ClientAnswer);

    /// <summary>Reads a call; null: it isn't one, and <paramref name="error"/> says why.</summary>
    public static ClientCall? DecodeCall(ReadOnlySpan<byte> payload, out string error) => payload is [0, ..]
        ? DecodeWithConfiguration(payload, out error)
        : JsonMessages.Read(payload, ClientProtocolJson.Default.ClientCall, BytesMax, out error);

    /// <summary>Reads an answer; null: it isn't one, and <paramref name="error"/> says why.</summary>
    public static ClientAnswer? DecodeAnswer(ReadOnlySpan<byte> payload, out string error) =>
        JsonMessages.Read(payload, ClientProtocolJson.Default.ClientAnswer, BytesMax, out error);

    private static ClientCall? DecodeWithConfiguration(ReadOnlySpan<byte> payload, out string error)
    {
        int length = payload.Length < HeadBytes ? -1 : BinaryPrimitives.ReadInt32LittleEndian(payload[1..]);
        if (length < 0 || length > payload.Length - HeadBytes || payload.Length > BytesMax)
        {
            error = "not a message: its parts don't match";
            return null;
        }

        ReadOnlySpan<byte> configuration = payload[(HeadBytes + length)..];
        ClientCall? call = JsonMessages.Read(
            payload.Slice(HeadBytes, length), ClientProtocolJson.Default.ClientCall, BytesMax, out error);
        if (call is null)
            return null;
        if (call.Request is ClientRequest.ApplyConfiguration apply && Utf8.IsValid(configuration))
            return call with { Request = apply with { Xml = Encoding.UTF8.GetString(configuration) } };
        error = "not a message: it takes no configuration, or the configuration isn't UTF-8";
        return null;
    }
}
