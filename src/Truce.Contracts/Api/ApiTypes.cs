using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Truce.Contracts;

/// <summary>An error as the HTTP API reports it.</summary>
/// <param name="Code">bad-input, conflict, no-quorum, guard, permission, not-ready, timed-out, busy,
/// not-found, method, too-large or defect.</param>
/// <param name="Message">What is wrong, in a sentence.</param>
/// <param name="Remedy">What to do; may be empty.</param>
/// <param name="ExitCode">The exit code that the command line gives it.</param>
/// <param name="Findings">For bad-input: where.</param>
public sealed record ApiError(
    string Code, string Message, string Remedy, int ExitCode, ImmutableArray<InputFinding> Findings);

/// <summary>Body of <c>POST /v1/fence</c>.</summary>
/// <param name="Node">The target.</param>
/// <param name="Action">reboot, off or on.</param>
/// <param name="Reason">For the history.</param>
public sealed record FenceBody(string Node, string Action = "reboot", string Reason = "");

/// <summary>Body of <c>POST /v1/fence/confirm</c>.</summary>
/// <param name="Node">The node that a person vouches to be off.</param>
/// <param name="Reason">For the history.</param>
public sealed record ConfirmBody(string Node, string Reason = "");

/// <summary>Body of <c>POST /v1/nodes/NODE/attributes</c>.</summary>
/// <param name="Name">The attribute.</param>
/// <param name="Value">Its value; null: remove it.</param>
public sealed record AttributeBody(string Name, string? Value);

/// <summary>Body of <c>POST /v1/resources/cleanup</c>.</summary>
/// <param name="Resource">The resource; null: all.</param>
/// <param name="Node">Only there; null: everywhere.</param>
/// <param name="Scope">What is forgotten.</param>
public sealed record CleanupBody(string? Resource, string? Node, CleanupScope Scope = CleanupScope.Failures);

/// <summary>Body of <c>POST /v1/resources/restart</c>.</summary>
/// <param name="Resource">The resource.</param>
/// <param name="Node">Only there; null: wherever it is active.</param>
public sealed record RestartBody(string Resource, string? Node);

/// <summary>Body of <c>PUT /v1/tickets/TICKET</c>.</summary>
/// <param name="Granted">Grant or revoke it; null: leave it.</param>
/// <param name="Standby">Set its standby; null: leave it.</param>
public sealed record TicketBody(bool? Granted, bool? Standby);

/// <summary>JSON of the HTTP API.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowOutOfOrderMetadataProperties = true)]
[JsonSerializable(typeof(ClientRequest))]
[JsonSerializable(typeof(ClientReply))]
[JsonSerializable(typeof(ClientReply.Greeting))]
[JsonSerializable(typeof(ClientReply.Configuration))]
[JsonSerializable(typeof(ClientReply.ConfigurationHistory))]
[JsonSerializable(typeof(ClientReply.Events))]
[JsonSerializable(typeof(ClientReply.FenceHistory))]
[JsonSerializable(typeof(ClientReply.Done))]
[JsonSerializable(typeof(ClusterStatusDocument))]
[JsonSerializable(typeof(ClusterEvent))]
[JsonSerializable(typeof(ApiError))]
[JsonSerializable(typeof(FenceBody))]
[JsonSerializable(typeof(ConfirmBody))]
[JsonSerializable(typeof(AttributeBody))]
[JsonSerializable(typeof(CleanupBody))]
[JsonSerializable(typeof(TicketBody))]
[JsonSerializable(typeof(RestartBody))]
public sealed partial class ApiJson : JsonSerializerContext;

/// <summary>How the HTTP API writes JSON.</summary>
public static class ApiFormat
{
    /// <summary>Escaped no more than JSON asks for: it goes into no web page as it is, and a configuration is
    /// mostly quotes and angle brackets.</summary>
    public static ApiJson Json { get; } = new(new JsonSerializerOptions(ApiJson.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
