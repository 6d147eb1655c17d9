using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Truce.Model;

namespace Truce.Contracts;

/// <summary>A node's name as a string.</summary>
public sealed class NodeIdConverter : JsonConverter<NodeId>
{
    /// <inheritdoc/>
    public override NodeId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(reader.GetString() ?? throw new JsonException());

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, NodeId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);
}

/// <summary>A node's id as a string.</summary>
internal sealed class NodeUuidConverter : JsonConverter<NodeUuid>
{
    /// <inheritdoc/>
    public override NodeUuid Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(reader.GetString() ?? throw new JsonException());

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, NodeUuid value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);
}

/// <summary>A resource's id as a string.</summary>
internal sealed class ResourceIdConverter : JsonConverter<ResourceId>
{
    /// <inheritdoc/>
    public override ResourceId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(reader.GetString() ?? throw new JsonException());

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ResourceId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);
}

/// <summary>An array that compares by value, as an ordinary array.</summary>
public sealed class EquatableArrayConverter<T> : JsonConverter<EquatableArray<T>> where T : IEquatable<T>
{
    /// <inheritdoc/>
    public override EquatableArray<T> Read(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(JsonSerializer.Deserialize(ref reader, Items(options)));

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, EquatableArray<T> value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value.Items, Items(options));

    private static JsonTypeInfo<ImmutableArray<T>> Items(JsonSerializerOptions options) =>
        (JsonTypeInfo<ImmutableArray<T>>)options.GetTypeInfo(typeof(ImmutableArray<T>));
}
