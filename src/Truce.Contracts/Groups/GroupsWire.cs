using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Truce.Contracts.Groups;

/// <summary>The lines between clients and servers of Group Services, to bytes and back.</summary>
public static class GroupsWire
{
    /// <summary>The version that this build speaks.</summary>
    public const int Version = 1;

    /// <summary>The file name of the socket.</summary>
    public const string SocketName = "groups.sock";

    /// <summary>The longest line to a server: the longest message of a client however it is escaped, and what
    /// stands around it.</summary>
    public const int RequestBytesMax = (MessageBytesMax * SizeBudget.JsonFactor) + (16 * 1024);

    /// <summary>The longest line to a client: a list of all groups and claims, or the largest
    /// group.</summary>
    public const int ReplyBytesMax = 4 * 1024 * 1024;

    /// <summary>The longest message of a client.</summary>
    public const int MessageBytesMax = 16 * 1024;

    /// <summary>The longest time that a line may name: one day.</summary>
    public const long TimeMsMax = 86_400_000;

    private static readonly JsonSerializerOptions s_options = new(GroupsWireJson.Default.Options)
    {
        // Lines aren't part of a web page: names stay readable.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly JsonTypeInfo<GroupsReply> s_reply =
        (JsonTypeInfo<GroupsReply>)s_options.GetTypeInfo(typeof(GroupsReply));

    private static readonly JsonTypeInfo<GroupsRequest> s_request =
        (JsonTypeInfo<GroupsRequest>)s_options.GetTypeInfo(typeof(GroupsRequest));

    /// <summary>A line to a server, its end included.</summary>
    public static byte[] Line(GroupsRequest request) =>
        Ended(JsonSerializer.SerializeToUtf8Bytes(request, s_request));

    /// <summary>A line to a client, its end included.</summary>
    public static byte[] Line(GroupsReply reply) =>
        Ended(JsonSerializer.SerializeToUtf8Bytes(reply, s_reply));

    /// <summary>A reply as one line of text, as <c>truce group watch --json</c> prints it.</summary>
    public static string Text(GroupsReply reply) => JsonSerializer.Serialize(reply, s_reply);

    /// <summary>Reads a client's line; null: it isn't one, and <paramref name="error"/> says why.</summary>
    public static GroupsRequest? ReadRequest(ReadOnlySpan<byte> line, out string error) =>
        JsonMessages.Read(line, s_request, RequestBytesMax, out error);

    /// <summary>Reads a server's line; null: it isn't one, and <paramref name="error"/> says why.</summary>
    public static GroupsReply? ReadReply(ReadOnlySpan<byte> line, out string error) =>
        JsonMessages.Read(line, s_reply, ReplyBytesMax, out error);

    private static byte[] Ended(byte[] json)
    {
        Array.Resize(ref json, json.Length + 1);
        json[^1] = (byte)'\n';
        return json;
    }
}

/// <summary>An enum's cases by one name each: a number could be one that doesn't exist, and a list of names
/// could be another than was meant.</summary>
public sealed class WireNames<T> : JsonConverter<T> where T : struct, Enum
{
    private static readonly Dictionary<string, T> s_byName = Enum.GetValues<T>().ToDictionary(Name);

    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && s_byName.TryGetValue(reader.GetString()!, out T value)
            ? value
            : throw new JsonException();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Name(value));

    private static string Name(T value) => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}

/// <summary>Members that the reader doesn't know are skipped: a newer end may send more.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowOutOfOrderMetadataProperties = true,
    Converters =
    [
        typeof(WireNames<ConnectionUse>), typeof(WireNames<WirePhases>), typeof(WireNames<WireChoice>),
        typeof(WireNames<WireDefault>), typeof(WireNames<WirePatience>), typeof(WireNames<WireCollision>),
        typeof(WireNames<WireBatching>), typeof(WireNames<WireResult>), typeof(WireNames<WireVerdict>),
        typeof(WireNames<GroupsReadiness>), typeof(WireNames<WireFence>),
        typeof(WireNames<WireClaimState>), typeof(WireNames<WireUnresponsive>), typeof(WireNames<WireCheck>),
        typeof(WireNames<WireResponse>), typeof(WireNames<WireHostState>), typeof(WireNames<WireLinkState>),
    ])]
[JsonSerializable(typeof(GroupsRequest))]
[JsonSerializable(typeof(GroupsReply))]
[JsonSerializable(typeof(GroupsReply.Hello), TypeInfoPropertyName = "ReplyHello")]
internal sealed partial class GroupsWireJson : JsonSerializerContext;
