using System.Text.Json;
using System.Text.Json.Serialization;
using Truce.Daemon.Configuration;
using Truce.Model;
using Truce.Ports;

namespace Truce.Daemon.Storage;

/// <summary>What the cluster's options said last of the loss of components, in a file next to the
/// store.</summary>
internal sealed partial class KeptLosses(DaemonConfiguration configuration) : IKeptLosses
{
    private const string Name = "component-losses";

    private string Path => System.IO.Path.Combine(configuration.StateDirectory, Name);

    public ComponentLosses Load()
    {
        try
        {
            return File.Exists(Path)
                ? JsonSerializer.Deserialize(File.ReadAllBytes(Path), LossesJson.Default.ComponentLosses)
                    ?? ComponentLosses.None
                : ComponentLosses.None;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            // This node's own configuration holds, and the controller will say the cluster's again.
            return ComponentLosses.None;
        }
    }

    public void Keep(ComponentLosses losses)
    {
        // A disk that hangs must not keep the supervisor from its watch.
        Thread writer = new(() => Write(losses)) { IsBackground = true, Name = "component-losses" };
        writer.Start();
    }

    private void Write(ComponentLosses losses)
    {
        try
        {
            Files.Replace(Path, JsonSerializer.Serialize(losses, LossesJson.Default.ComponentLosses));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // As for a file that can't be read.
        }
    }

    [JsonSourceGenerationOptions(
        UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonSerializable(typeof(ComponentLosses))]
    private sealed partial class LossesJson : JsonSerializerContext;
}
