using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Truce.Client;
using Truce.Contracts;
using Truce.Daemon.Api;
using Truce.Daemon.Hosting;
using Truce.Ports;

namespace Truce.Daemon.Tests;

/// <summary>The API over its real socket, with a controller that answers from a table.</summary>
public sealed class ApiTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly AnsweringLinks _links = new();
    private readonly ControllerCalls _calls;
    private readonly ApiServer _server;

    public ApiTests()
    {
        _calls = new ControllerCalls(_links);
        _links.Calls = _calls;
        _server = new ApiServer(_calls, new ApiAccess(NativeProcess.User, "truce"), NullLogger.Instance);
        _server.Listen(Socket);
        _calls.SetLink(new LinkId(1));
    }

    private string Socket => _folder.File("api.sock");

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_typed_request_gets_its_typed_reply()
    {
        await using ClusterClient client = await ClusterClient.ConnectAsync(Socket, TestContext.Current.CancellationToken);
        ClientReply reply = await client.AskAsync(
            new ClientRequest.GetConfiguration(null, false), TestContext.Current.CancellationToken);
        Assert.Equal(new ClientReply.Configuration(7, "<cib/>"), reply);
    }

    [Fact]
    public async Task A_refusal_is_a_reply_to_a_typed_client_and_an_error_with_code_and_remedy_over_http()
    {
        await using ClusterClient client = await ClusterClient.ConnectAsync(Socket, TestContext.Current.CancellationToken);
        ClientReply reply = await client.AskAsync(
            new ClientRequest.ConfirmFenced("n9", ""), TestContext.Current.CancellationToken);
        Assert.Equal(RefusalKind.NoQuorum, Assert.IsType<ClientReply.Refused>(reply).Kind);
        string answer = Ask("POST /v1/fence/confirm HTTP/1.1", """{"node":"n9"}""");
        Assert.StartsWith("HTTP/1.1 423 ", answer, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"no-quorum\"", answer, StringComparison.Ordinal);
        Assert.Contains("\"exitCode\":5", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET /v1/config HTTP/1.1", "", "HTTP/1.1 200", "\"version\":7")]
    [InlineData("GET /v1/openapi.json HTTP/1.1", "", "HTTP/1.1 200", "\"openapi\"")]
    [InlineData("GET /v1/nonsense HTTP/1.1", "", "HTTP/1.1 404", "\"not-found\"")]
    [InlineData("DELETE /v1/config HTTP/1.1", "", "HTTP/1.1 405", "\"method\"")]
    [InlineData("POST /v1/fence HTTP/1.1", "{", "HTTP/1.1 400", "\"bad-input\"")]
    [InlineData("POST /v1/fence HTTP/1.1", "{}", "HTTP/1.1 400", "\"bad-input\"")]
    [InlineData("POST /v1/call HTTP/1.1", """{"type":"launch-rockets"}""", "HTTP/1.1 400", "\"bad-input\"")]
    [InlineData("GET /v1/events?limit=0 HTTP/1.1", "", "HTTP/1.1 400", "limit takes a number")]
    [InlineData("nonsense", "", "HTTP/1.1 400", "\"bad-input\"")]
    public void Http_is_answered(string request, string body, string status, string contains)
    {
        string answer = Ask(request, body);
        Assert.StartsWith(status, answer, StringComparison.Ordinal);
        Assert.Contains(contains, answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_agents_tool_hands_its_call_over_and_gives_back_output_errors_and_exit_code()
    {
        string program = Path.Combine(AppContext.BaseDirectory, "truce-agent-tool");
        Assert.SkipUnless(File.Exists(program), "no C compiler: truce-agent-tool isn't built");
        Directory.CreateDirectory(_folder.File("tools"));
        Truce.Daemon.Roles.AgentToolLinks.Make(_folder.File("tools"));
        Truce.Daemon.Roles.AgentToolLinks.Make(_folder.File("tools"));
        (int code, string output, string errors) = await ToolAsync(Socket, "-n", "a b", "", "ü%s");
        Assert.Equal((105, "crm_attribute of db: -n|a b||ü%s\n", "Größe\n"), (code, output, errors));

        _calls.SetLink(null);
        (code, output, errors) = await ToolAsync(Socket, "-n", "x");
        Assert.Equal((102, ""), (code, output));
        Assert.Contains("not-ready", errors, StringComparison.Ordinal);
        (code, _, errors) = await ToolAsync(_folder.File("absent.sock"), "-n", "x");
        Assert.Equal(102, code);
        Assert.Contains("not connected", errors, StringComparison.Ordinal);
    }

    private async Task<(int Code, string Output, string Errors)> ToolAsync(string socket, params string[] arguments)
    {
        ProcessStartInfo start = new(_folder.File("tools/crm_attribute"), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["TRUCE_SOCKET"] = socket;
        start.Environment["OCF_RESOURCE_INSTANCE"] = "db";
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output, await errors);
    }

    [Fact]
    public void A_body_that_is_too_large_is_refused_before_it_is_read() =>
        Assert.StartsWith("HTTP/1.1 413 ", Ask("PUT /v1/config HTTP/1.1", "", "Content-Length: 99999999\r\n"),
            StringComparison.Ordinal);

    [Fact]
    public async Task Without_a_controller_a_request_is_refused_as_not_ready()
    {
        _calls.SetLink(null);
        await using ClusterClient client = await ClusterClient.ConnectAsync(Socket, TestContext.Current.CancellationToken);
        ClientReply reply = await client.AskAsync(new ClientRequest.GetStatus(), TestContext.Current.CancellationToken);
        Assert.Equal(RefusalKind.NotReady, Assert.IsType<ClientReply.Refused>(reply).Kind);
    }

    [Fact]
    public async Task Who_is_neither_root_nor_in_the_group_may_nothing_and_the_controller_judges_the_group()
    {
        File.WriteAllText(_folder.File("group"), "root:x:0:\ntruce:x:77:alice,bob\n");
        File.WriteAllText(_folder.File("passwd"), "root:x:0:0::/:\nalice:x:500:500::/:\n");
        ApiAccess access = new(0, "truce", _folder.File("passwd"), _folder.File("group"));
        Assert.Equal(ApiRight.All, access.RightOf(new PeerCredentials(1, 0, 0)));
        Assert.Equal(ApiRight.ByAcl, access.RightOf(new PeerCredentials(1, 500, 500)));
        Assert.Equal(ApiRight.ByAcl, access.RightOf(new PeerCredentials(1, 501, 77)));
        Assert.Equal(ApiRight.None, access.RightOf(new PeerCredentials(1, 502, 502)));

        using ApiServer server = new(_calls, access, NullLogger.Instance);
        HttpRequest change = new("POST", "/v1/fence", new Dictionary<string, string>(),
            new Dictionary<string, string>(), Encoding.UTF8.GetBytes("""{"node":"n1"}"""));
        HttpResponse response = await server.AnswerAsync(
            change, new PeerCredentials(1, 502, 502), TestContext.Current.CancellationToken);
        Assert.Equal(403, response.Status);
        ClientCaller alice = access.Caller(new PeerCredentials(1, 500, 500));
        Assert.Equal(("alice", false), (alice.Name, alice.Privileged));
        Assert.Equal(["truce"], alice.Groups);
        Assert.True(access.Caller(new PeerCredentials(1, 0, 0)).Privileged);
    }

    [Fact]
    public void The_description_lists_exactly_the_routes_and_is_the_committed_file()
    {
        byte[] committed = File.ReadAllBytes(Path.Combine(Repository.Root, "docs", "reference", "openapi.json"));
        Assert.Equal(committed, ApiServer.Description);
        using JsonDocument document = JsonDocument.Parse(committed);
        IEnumerable<string> described = document.RootElement.GetProperty("paths").EnumerateObject()
            .SelectMany(p => p.Value.EnumerateObject().Select(m => $"{m.Name.ToUpperInvariant()} {p.Name}"));
        Assert.Equal(ApiRoutes.All.Select(r => $"{r.Method} {r.Path}").Order(), described.Order());
    }

    private string Ask(string request, string body, string headers = "")
    {
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(Socket));
        string length = headers.Length > 0 ? headers : $"Content-Length: {body.Length}\r\n";
        socket.Send(Encoding.UTF8.GetBytes($"{request}\r\nHost: x\r\nConnection: close\r\n{length}\r\n{body}"));
        using NetworkStream stream = new(socket);
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }

    private sealed class AnsweringLinks : ILinks
    {
        public ControllerCalls? Calls { get; set; }

        public bool TrySend(LinkId link, ReadOnlyMemory<byte> payload)
        {
            ClientCall call = ClientProtocol.DecodeCall(payload.Span, out _)!;
            ClientReply reply = call.Request switch
            {
                ClientRequest.GetConfiguration => new ClientReply.Configuration(7, "<cib/>"),
                ClientRequest.RunTool tool => new ClientReply.ToolEnded(
                    105, $"{tool.Tool} of {tool.Resource}: {string.Join('|', tool.Arguments)}\n", "Größe\n"),
                _ => new ClientReply.Refused(RefusalKind.NoQuorum, "no quorum here", []),
            };
            Calls!.Answer(call.Id, reply);
            return true;
        }

        public void Close(LinkId link) { }
    }
}
