using System.Text.Json;
using System.Text.Json.Serialization;
using Truce.Model;
using Truce.Model.Fencing;

namespace Truce.Contracts;

/// <summary>
/// A cause as one flat object: a kind and what belongs to it. A kind that this version doesn't know is kept by its name
/// (a newer peer, or a store of another version), so that a shot's history outlives a change of version.
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
            "stop-unreachable" => new FenceCause.StopUnreachable(resource),
            "failed-stop" => new FenceCause.FailedStop(Failure(o, resource)),
            "failed-operation" => new FenceCause.FailedOperation(Failure(o, resource)),
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
        (string kind, ResourceId? resource, string? subject) = Fields(value);
        writer.WriteString("kind", kind);
        if (resource is { } id)
            writer.WriteString("resource", id.Value);
        if (subject is not null)
            writer.WriteString("subject", subject);
        if (FenceCauses.FailureOf(value) is { } failure)
        {
            writer.WriteString("operation", failure.Operation);
            writer.WriteNumber("exitCode", failure.ExitCode);
            writer.WriteString("digest", failure.Digest);
            writer.WriteString("exitReason", failure.ExitReason);
        }

        writer.WriteEndObject();
    }

    private static (string Kind, ResourceId? Resource, string? Subject) Fields(FenceCause cause) => cause switch
    {
        FenceCause.NodeLost => ("node-lost", null, null),
        FenceCause.UncleanAtStart => ("unclean-at-start", null, null),
        FenceCause.NeverSeen => ("never-seen", null, null),
        FenceCause.ControllerLost => ("controller-lost", null, null),
        FenceCause.Silent => ("silent", null, null),
        FenceCause.JoinTimedOut => ("join-timed-out", null, null),
        FenceCause.NotAdmitted => ("not-admitted", null, null),
        FenceCause.ActiveUnreachable c => ("active-unreachable", c.Resource, null),
        FenceCause.StopUnreachable c => ("stop-unreachable", c.Resource, null),
        FenceCause.FailedStop c => ("failed-stop", c.Failure.Resource, null),
        FenceCause.FailedOperation c => ("failed-operation", c.Failure.Resource, null),
        FenceCause.TicketLost c => ("ticket-lost", c.Resource, c.Ticket),
        FenceCause.ContainerFailed c => ("container-failed", c.Container, null),
        FenceCause.ConnectionLost c => ("connection-lost", c.Connection, null),
        FenceCause.NoQuorum => ("no-quorum", null, null),
        FenceCause.Unfencing => ("unfencing", null, null),
        FenceCause.Requested c => ("operator", null, c.By),
        FenceCause.Unrecorded c => (c.Name, null, null),
    };

    private static ResourceFailure Failure(JsonElement o, ResourceId resource) => new(
        resource, Text(o, "operation"),
        o.TryGetProperty("exitCode", out JsonElement code) && code.TryGetInt32(out int exit) ? exit : 0,
        Text(o, "digest"), Text(o, "exitReason"));

    private static string Text(JsonElement o, string name) =>
        o.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
