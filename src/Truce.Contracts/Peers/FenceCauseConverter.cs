using System.Text.Json;
using System.Text.Json.Serialization;
using Truce.Model;
using Truce.Model.Fencing;

namespace Truce.Contracts;

/// <summary>
/// A cause as one flat object: a kind and what belongs to it. A kind that this version doesn't
/// know is kept by its name (a newer peer, or a store of another version), so that a shot's
/// history outlives a change of version.
/// </summary>
internal sealed class FenceCauseConverter : JsonConverter<FenceCause>
{
    /// <inheritdoc/>
    public override FenceCause Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using JsonDocument document = JsonDocument.ParseValue(ref reader);
        JsonElement o = document.RootElement;
        if (o.ValueKind != JsonValueKind.Object)
            throw new JsonException("a cause is an object");
        ResourceId resource = new(Text(o, "resource"));
        return Text(o, "kind") switch
        {
            "node-lost" => new FenceCause.NodeLost(),
            "unclean-at-start" => new FenceCause.UncleanAtStart(),
            "never-seen" => new FenceCause.NeverSeen(),
            "controller-lost" => new FenceCause.ControllerLost(),
            "silent" => new FenceCause.Silent(),
            "join-timed-out" => new FenceCause.JoinTimedOut(),
            "not-admitted" => new FenceCause.NotAdmitted(),
            "active-unreachable" => new FenceCause.ActiveUnreachable(resource),
            "failed-stop" => new FenceCause.FailedStop(Failure(o, resource)),
            "failed-operation" => new FenceCause.FailedOperation(Failure(o, resource)),
            "lost-in-start" => new FenceCause.LostInStart(Failure(o, resource)),
            "ticket-lost" => new FenceCause.TicketLost(Text(o, "subject"), resource),
            "container-failed" => new FenceCause.ContainerFailed(resource),
            "connection-lost" => new FenceCause.ConnectionLost(resource),
            "no-quorum" => new FenceCause.NoQuorum(),
            "unfencing" => new FenceCause.Unfencing(),
            "operator" => new FenceCause.Requested(Text(o, "subject")),
            var other => new FenceCause.Unrecorded(other),
        };
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, FenceCause value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("kind", FenceCauses.Kind(value));
        if (FenceCauses.ResourceOf(value) is { } resource)
            writer.WriteString("resource", resource.Value);
        if (value is FenceCause.TicketLost { Ticket: var ticket })
            writer.WriteString("subject", ticket);
        else if (value is FenceCause.Requested { By: var by })
            writer.WriteString("subject", by);
        if (FenceCauses.FailureOf(value) is { } failure)
        {
            writer.WriteString("operation", failure.Operation);
            writer.WriteNumber("exitCode", failure.ExitCode);
            writer.WriteString("digest", failure.Digest);
            writer.WriteString("exitReason", failure.ExitReason);
        }

        writer.WriteEndObject();
    }

    private static ResourceFailure Failure(JsonElement o, ResourceId resource) => new(
        resource, Text(o, "operation"),
        o.TryGetProperty("exitCode", out JsonElement code) && code.TryGetInt32(out int exit) ? exit : 0,
        Text(o, "digest"), Text(o, "exitReason"));

    private static string Text(JsonElement o, string name) =>
        o.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
