using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Truce.Contracts;

/// <summary>Reads messages of any of the protocols.</summary>
public static class JsonMessages
{
    /// <summary>Reads one; null: it isn't one, and <paramref name="error"/> says why, by the position only,
    /// since the text may hold secrets of a configuration.</summary>
    public static T? Read<T>(ReadOnlySpan<byte> payload, JsonTypeInfo<T> type, int bytesMax, out string error)
        where T : class
    {
        error = payload.Length > bytesMax ? $"longer than {bytesMax} bytes" : "";
        if (error.Length > 0)
            return null;
        try
        {
            T? message = JsonSerializer.Deserialize(payload, type);
            error = message is null ? "the message is null" : "";
            return message;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            error = e is JsonException j
                ? $"not a message: line {j.LineNumber}, byte {j.BytePositionInLine}"
                : "not a message: unknown type";
            return null;
        }
    }
}
