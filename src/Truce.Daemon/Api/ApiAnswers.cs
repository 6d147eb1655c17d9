using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Truce.Contracts;

namespace Truce.Daemon.Api;

/// <summary>Replies as HTTP responses.</summary>
internal static class ApiAnswers
{
    private const int Defect = 70;
    private const int Usage = 2;

    public static HttpResponse From(ClientReply reply) => reply switch
    {
        ClientReply.Greeting greeting => Ok(greeting, ApiJson.Default.Greeting),
        ClientReply.Status status => Ok(status.Cluster, ApiJson.Default.ClusterStatusDocument),
        ClientReply.Configuration configuration => Ok(configuration, ApiJson.Default.Configuration),
        ClientReply.ConfigurationHistory history => Ok(history, ApiJson.Default.ConfigurationHistory),
        ClientReply.Events events => Ok(events, ApiJson.Default.Events),
        ClientReply.FenceHistory history => Ok(history, ApiJson.Default.FenceHistory),
        ClientReply.Done done => Ok(done, ApiJson.Default.Done),
        ClientReply.ToolEnded tool => Tool(tool),
        ClientReply.Refused refused => Refused(refused),
    };

    // CODE, the length of the output in bytes, a line feed; output, then errors: as easily read in C.
    private static HttpResponse Tool(ClientReply.ToolEnded tool)
    {
        byte[] output = Encoding.UTF8.GetBytes(tool.Output);
        byte[] head = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{tool.Code} {output.Length}\n"));
        return new HttpResponse(200, "text/plain; charset=utf-8", [.. head, .. output, .. Encoding.UTF8.GetBytes(tool.Errors)]);
    }

    /// <summary>The reply itself, whatever it is, for typed clients.</summary>
    public static HttpResponse Whole(ClientReply reply) => Ok(reply, ApiJson.Default.ClientReply);

    public static HttpResponse Error(int status, string code, string message, string remedy) =>
        Error(status, new ApiError(code, message, remedy, status == 500 ? Defect : Usage, []));

    private static HttpResponse Refused(ClientReply.Refused refused) => Error(
        Refusals.HttpStatus(refused.Kind),
        new ApiError(Refusals.Code(refused.Kind), refused.Message, Refusals.Remedy(refused.Kind),
            Refusals.ExitCode(refused.Kind), refused.Findings.IsDefault ? [] : refused.Findings));

    private static HttpResponse Error(int status, ApiError error) =>
        new(status, HttpResponse.Json, JsonSerializer.SerializeToUtf8Bytes(error, ApiJson.Default.ApiError));

    private static HttpResponse Ok<T>(T value, JsonTypeInfo<T> type) =>
        new(200, HttpResponse.Json, JsonSerializer.SerializeToUtf8Bytes(value, type));
}
