using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Truce.Contracts;

namespace Truce.Daemon.Api;

/// <summary>One response.</summary>
internal sealed record HttpAnswer(int Status, string ContentType, byte[] Body)
{
    public const string Json = "application/json";
}

/// <summary>Replies as HTTP responses.</summary>
internal static class ApiAnswers
{
    private const int Defect = 70;
    private const int Usage = 2;

    /// <summary>The API's description.</summary>
    public static HttpAnswer Description { get; } = new(200, HttpAnswer.Json, ReadDescription());

    public static HttpAnswer From(ClientReply reply) => reply switch
    {
        ClientReply.Greeting greeting => Ok(greeting, ApiFormat.Json.Greeting),
        ClientReply.Status status => Ok(status.Cluster, ApiFormat.Json.ClusterStatusDocument),
        ClientReply.Configuration configuration => Ok(configuration, ApiFormat.Json.Configuration),
        ClientReply.ConfigurationHistory history => Ok(history, ApiFormat.Json.ConfigurationHistory),
        ClientReply.Events events => Ok(events, ApiFormat.Json.Events),
        ClientReply.FenceHistory history => Ok(history, ApiFormat.Json.FenceHistory),
        ClientReply.Done done => Ok(done, ApiFormat.Json.Done),
        ClientReply.ToolEnded tool => Tool(tool),
        ClientReply.Refused refused => Refused(refused),
        ClientReply.Changed or ClientReply.Deaths =>
            Error(500, "defect", "an answer meant for roles only", ""),
    };

    // CODE, the length of the output in bytes, a line feed; output, then errors: as easily read in C.
    private static HttpAnswer Tool(ClientReply.ToolEnded tool)
    {
        byte[] output = Encoding.UTF8.GetBytes(tool.Output);
        byte[] head = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{tool.Code} {output.Length}\n"));
        return new HttpAnswer(200, "text/plain; charset=utf-8", [.. head, .. output, .. Encoding.UTF8.GetBytes(tool.Errors)]);
    }

    /// <summary>The reply itself, whatever it is, for typed clients.</summary>
    public static HttpAnswer Whole(ClientReply reply) => Ok(reply, ApiFormat.Json.ClientReply);

    public static HttpAnswer Error(int status, string code, string message, string remedy) =>
        Error(status, new ApiError(code, message, remedy, status == 500 ? Defect : Usage, []));

    private static HttpAnswer Refused(ClientReply.Refused refused) => Error(
        Refusals.HttpStatus(refused.Kind),
        new ApiError(Refusals.Code(refused.Kind), refused.Message, Refusals.Remedy(refused.Kind),
            Refusals.ExitCode(refused.Kind), refused.Findings.IsDefault ? [] : refused.Findings));

    private static HttpAnswer Error(int status, ApiError error) =>
        new(status, HttpAnswer.Json, JsonSerializer.SerializeToUtf8Bytes(error, ApiFormat.Json.ApiError));

    private static HttpAnswer Ok<T>(T value, JsonTypeInfo<T> type) =>
        new(200, HttpAnswer.Json, JsonSerializer.SerializeToUtf8Bytes(value, type));

    private static byte[] ReadDescription()
    {
        using Stream stream = typeof(ApiAnswers).Assembly.GetManifestResourceStream("openapi.json")!;
        using MemoryStream copy = new();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
