using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Truce.Contracts;

/// <summary>
/// The protocols between the roles of one node, as JSON (version 1). Members that the reader doesn't know are
/// skipped: during an upgrade one role may be newer than another.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    AllowOutOfOrderMetadataProperties = true)]
[JsonSerializable(typeof(ExecutorRequest))]
[JsonSerializable(typeof(ExecutorReply))]
[JsonSerializable(typeof(SupervisorMessage))]
[JsonSerializable(typeof(OperationOrder))]
[JsonSerializable(typeof(OperationReport))]
public sealed partial class RoleProtocolJson : JsonSerializerContext;

/// <summary>Messages between roles to bytes and back.</summary>
public static class RoleProtocol
{
    /// <summary>The wire version that this build speaks between roles of a node.</summary>
    public const int Version = 1;

    /// <summary>Longest message: an executor's complete report to a new controller.</summary>
    public const int BytesMax = 64 * 1024 * 1024;

    /// <summary>A request to an executor or fencer, as sent.</summary>
    public static byte[] Encode(ExecutorRequest message) => Write(message, RoleProtocolJson.Default.ExecutorRequest);

    /// <summary>An executor's or fencer's reply, as sent.</summary>
    public static byte[] Encode(ExecutorReply message) => Write(message, RoleProtocolJson.Default.ExecutorReply);

    /// <summary>A message from or to the supervisor, as sent.</summary>
    public static byte[] Encode(SupervisorMessage message) =>
        Write(message, RoleProtocolJson.Default.SupervisorMessage);

    /// <summary>Reads a request; null: it isn't one, and <paramref name="error"/> says why.</summary>
    public static ExecutorRequest? DecodeExecutorRequest(ReadOnlySpan<byte> payload, out string error) =>
        JsonMessages.Read(payload, RoleProtocolJson.Default.ExecutorRequest, BytesMax, out error);

    /// <summary>Reads a reply; null: it isn't one, and <paramref name="error"/> says why.</summary>
    public static ExecutorReply? DecodeExecutorReply(ReadOnlySpan<byte> payload, out string error) =>
        JsonMessages.Read(payload, RoleProtocolJson.Default.ExecutorReply, BytesMax, out error);

    /// <summary>Reads a supervisor's message; null: it isn't one, and
    /// <paramref name="error"/> says why.</summary>
    public static SupervisorMessage? DecodeSupervisorMessage(ReadOnlySpan<byte> payload, out string error) =>
        JsonMessages.Read(payload, RoleProtocolJson.Default.SupervisorMessage, BytesMax, out error);

    private static byte[] Write<T>(T message, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(message, type);
}
