using System.Text.Json.Serialization;

namespace Truce.Lab;

/// <summary>JSON of the lab's files, of its control socket, and of what its commands print.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true,
    WriteIndented = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LabDefinition))]
[JsonSerializable(typeof(LabSettings))]
[JsonSerializable(typeof(ControlRequest))]
[JsonSerializable(typeof(ControlReply))]
[JsonSerializable(typeof(LabStatus))]
[JsonSerializable(typeof(SequencerRequest))]
[JsonSerializable(typeof(SequencerAnswer))]
internal sealed partial class LabJson : JsonSerializerContext;
