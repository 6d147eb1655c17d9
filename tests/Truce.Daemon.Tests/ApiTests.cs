using System.Collections.Immutable;
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
    private readonly ReadCopies _copies;
    private readonly ApiRequests _requests;
    private readonly ApiServer _server;

    public ApiTests()
    {
        _calls = new ControllerCalls(_links);
        _links.Calls = _calls;
        _copies = new ReadCopies(_calls, TimeProvider.System);
        _requests = new ApiRequests(_calls, _copies, TimeProvider.System);
        _server = new ApiServer(
            _requests, new ApiAccess(NativeProcess.User, "truce"), new UserQuotas(TimeProvider.System), NullLogger.Instance);
        _server.ListenForAll(Socket);
        _server.ListenForAdministrators(_folder.File("admin.sock"));
        _server.Start();
        _calls.SetLink(new LinkId(1));
        _calls.SaysChanges = true;
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
    [InlineData("GET /v1/events?limit=0 HTTP/1.1", "", "HTTP/1.1 400", "limit must be a number")]
    [InlineData("nonsense", "", "HTTP/1.1 400", "")]
    [InlineData("GET /v1/events?limit=1&limit=2 HTTP/1.1", "", "HTTP/1.1 400", "limit is given 2 times")]
    [InlineData("POST /v1/fence/confirm HTTP/1.1", """{"node":""}""", "HTTP/1.1 400", "node must have 1 to 255 characters")]
    [InlineData("POST /v1/fence HTTP/1.1", """{"node":"n1\u001b[2J"}""", "HTTP/1.1 400", "U+001B")]
    [InlineData("POST /v1/nodes/n1/attributes HTTP/1.1", """{"name":" ","value":"1"}""", "HTTP/1.1 400", "name must have 1 to")]
    [InlineData("POST /v1/nodes/n%201/attributes HTTP/1.1", """{"name":"a","value":"\ud800"}""", "HTTP/1.1 400", "\"bad-input\"")]
    [InlineData("POST /v1/resources/cleanup HTTP/1.1", """{"resource":null,"node":null,"scope":7}""", "HTTP/1.1 400", "Everything")]
    [InlineData("PUT /v1/tickets/t HTTP/1.1", """{"granted":null,"standby":null}""", "HTTP/1.1 400", "no change requested")]
    [InlineData("POST /v1/call HTTP/1.1", """{"type":"watch"}""", "HTTP/1.1 200", "available to roles")]
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
    public void Bytes_that_are_no_text_are_refused_and_not_replaced()
    {
        string answer = Encoding.UTF8.GetString(AskRaw([.. "POST /v1/config/check HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 6\r\n\r\ncaf"u8, 0xE9, .. "  "u8]));
        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.Contains("line 1, byte 4: byte E9 is not valid UTF-8", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Questions_are_answered_from_copies_until_the_controller_says_that_something_changed()
    {
        await using ClusterClient client = await ClusterClient.ConnectAsync(Socket, TestContext.Current.CancellationToken);
        ClientRequest request = new ClientRequest.GetConfiguration(null, false);
        for (int i = 0; i < 20; i++)
            await client.AskAsync(request, TestContext.Current.CancellationToken);
        int asked = _links.Asked;
        Assert.True(asked < 20, $"asked {asked} times");
        _copies.Changed();
        await client.AskAsync(request, TestContext.Current.CancellationToken);
        Assert.True(_links.Asked > asked);
    }

    [Fact]
    public async Task A_configuration_as_large_as_any_may_be_passes_quoted_and_escaped()
    {
        string xml = "<cib>" + string.Concat(Enumerable.Repeat("\"\u007f&<>\\\n\t", 1 << 20)) + "</cib>";
        xml = xml[..SizeBudget.CibBytesMax];
        _links.Configuration = xml;
        await using ClusterClient client = await ClusterClient.ConnectAsync(Socket, TestContext.Current.CancellationToken);
        ClientReply reply = await client.AskAsync(
            new ClientRequest.ApplyConfiguration(xml, null, false, ""), TestContext.Current.CancellationToken);
        Assert.Equal(9, Assert.IsType<ClientReply.Done>(reply).Version);
        Assert.Equal(xml, _links.Applied);
        reply = await client.AskAsync(new ClientRequest.GetConfiguration(null, false), TestContext.Current.CancellationToken);
        Assert.Equal(xml, Assert.IsType<ClientReply.Configuration>(reply).Xml);
        reply = await client.AskAsync(
            new ClientRequest.ApplyConfiguration(xml + " ", null, false, ""), TestContext.Current.CancellationToken);
        Assert.IsType<ClientReply.Refused>(reply);
        Assert.True(Truce.Daemon.Links.LinkFrames.MessageBytesMax >= SizeBudget.MessageBytesMax);
        Assert.True((SizeBudget.WrittenCibBytesMax * SizeBudget.JsonFactor) + SizeBudget.EnvelopeBytes <= SizeBudget.EngineMessageBytesMax);
        Assert.True(SizeBudget.WrittenCibBytesMax > SizeBudget.CibBytesMax);
    }

    [Fact]
    public async Task Who_may_change_nothing_is_refused_before_the_controller_is_given_the_configuration()
    {
        ClientCaller reader = new(65534, 65534, "nobody");
        ClientRequest change = new ClientRequest.ApplyConfiguration("<cib/>", null, false, "");
        _calls.TellsRights = true;
        for (int i = 0; i < 20; i++)
        {
            ClientReply reply = await _requests.AskAsync(
                change, reader, ApiRight.ByAcl, TestContext.Current.CancellationToken);
            Assert.Equal(RefusalKind.Permission, Assert.IsType<ClientReply.Refused>(reply).Kind);
        }

        Assert.Equal("", _links.Applied);
        Assert.True(_links.Asked < 20, $"asked {_links.Asked} times");
        _links.Readers = new ClientReply.Done(0, 7, "", []);
        _copies.Changed();
        Assert.IsType<ClientReply.Done>(await _requests.AskAsync(
            change, reader, ApiRight.ByAcl, TestContext.Current.CancellationToken));
        Assert.Equal("<cib/>", _links.Applied);
    }

    [Theory]
    [InlineData("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><cib a=\"café\"/>")]
    [InlineData("<?xml version='1.0' encoding='utf-16' ?><cib a=\"café\"/>")]
    [InlineData("<?xml version=\"1.0\"?><cib a=\"café\" encoding=\"latin1\"/>")]
    public async Task What_a_file_declared_of_its_encoding_does_not_change_its_text(string xml)
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        await using ClusterClient client = await ClusterClient.ConnectAsync(Socket, cancel);
        await client.AskAsync(new ClientRequest.ApplyConfiguration(xml, null, false, ""), cancel);
        int body = xml.IndexOf("<cib", StringComparison.Ordinal);
        Assert.EndsWith(xml[body..], _links.Applied, StringComparison.Ordinal);
        Assert.Equal(xml.Length, _links.Applied.Length);
    }

    [Fact]
    public async Task Events_are_streamed_in_order_as_they_happen()
    {
        _links.Happen(1, 2);
        List<long> seen = [];
        await foreach (ClusterEvent one in ClusterClient.EventsAsync(Socket, 0, TestContext.Current.CancellationToken))
        {
            seen.Add(one.Index);
            if (one.Index == 2)
            {
                _links.Happen(3);
                _copies.Changed();
            }

            if (one.Index == 3)
                break;
        }

        Assert.Equal([1, 2, 3], seen);
    }

    [Fact]
    public async Task A_stream_without_a_controller_is_refused_with_the_reason()
    {
        _calls.SetLink(null);
        ClusterUnreachableException e = await Assert.ThrowsAsync<ClusterUnreachableException>(async () =>
        {
            await foreach (ClusterStatusDocument _ in ClusterClient.StatusesAsync(Socket, TestContext.Current.CancellationToken))
                break;
        });
        Assert.Contains("controller isn't running", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_controller_a_request_is_refused_as_not_ready()
    {
        _calls.SetLink(null);
        await using ClusterClient client = await ClusterClient.ConnectAsync(Socket, TestContext.Current.CancellationToken);
        ClientReply reply = await client.AskAsync(new ClientRequest.GetStatus(), TestContext.Current.CancellationToken);
        Assert.Equal(RefusalKind.NotReady, Assert.IsType<ClientReply.Refused>(reply).Kind);
    }

    [Fact]
    public void Who_is_neither_root_nor_in_the_group_may_nothing_and_the_controller_judges_the_group()
    {
        File.WriteAllText(_folder.File("group"), "root:x:0:\ntruce:x:77:alice,bob\n");
        File.WriteAllText(_folder.File("passwd"), "root:x:0:0::/:\nalice:x:500:500::/:\n");
        ApiAccess access = new(0, "truce", _folder.File("passwd"), _folder.File("group"));
        Assert.Equal(ApiRight.All, access.RightOf(new PeerCredentials(1, 0, 0)));
        Assert.Equal(ApiRight.ByAcl, access.RightOf(new PeerCredentials(1, 500, 500)));
        Assert.Equal(ApiRight.ByAcl, access.RightOf(new PeerCredentials(1, 501, 77)));
        Assert.Equal(ApiRight.None, access.RightOf(new PeerCredentials(1, 502, 502)));

        ClientCaller alice = access.Caller(new PeerCredentials(1, 500, 500));
        Assert.Equal(("alice", false), (alice.Name, alice.Privileged));
        Assert.Equal(["truce"], alice.Groups);
        Assert.True(access.Caller(new PeerCredentials(1, 0, 0)).Privileged);
    }

    [Fact]
    public void The_description_lists_exactly_the_routes_and_is_the_committed_file()
    {
        byte[] committed = File.ReadAllBytes(Path.Combine(Repository.Root, "docs", "reference", "openapi.json"));
        Assert.Equal(committed, ApiAnswers.Description.Body);
        using JsonDocument document = JsonDocument.Parse(committed);
        IEnumerable<string> described = document.RootElement.GetProperty("paths").EnumerateObject()
            .SelectMany(p => p.Value.EnumerateObject().Select(m => $"{m.Name.ToUpperInvariant()} {p.Name}"));
        Assert.Equal(ApiRoutes.All.Where(r => r is not ApiRoute.Description).Select(r => $"{r.Method} {r.Path}").Order(), described.Order());
    }

    private string Ask(string request, string body, string headers = "")
    {
        string length = headers.Length > 0 ? headers : $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n";
        return Encoding.UTF8.GetString(AskRaw(
            Encoding.UTF8.GetBytes($"{request}\r\nHost: x\r\nConnection: close\r\n{length}\r\n{body}")));
    }

    private byte[] AskRaw(byte[] request)
    {
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(Socket));
        socket.Send(request);
        using NetworkStream stream = new(socket);
        using MemoryStream answer = new();
        stream.CopyTo(answer);
        return answer.ToArray();
    }

    private sealed class AnsweringLinks : ILinks
    {
        private ImmutableArray<ClusterEvent> _events = [];
        private int _asked;

        public ControllerCalls? Calls { get; set; }

        public string Configuration { get; set; } = "<cib/>";

        public string Applied { get; private set; } = "";

        public ClientReply Readers { get; set; } =
            new ClientReply.Refused(RefusalKind.Permission, "may look", []);

        public int Asked => _asked;

        public void Happen(params long[] indexes) =>
            _events = [.. _events, .. indexes.Select(i => new ClusterEvent(i, DateTimeOffset.UnixEpoch, i, "start-done", "n1", "web", "x"))];

        public bool TrySend(LinkId link, ReadOnlyMemory<byte> payload)
        {
            Interlocked.Increment(ref _asked);
            ClientCall call = ClientProtocol.DecodeCall(payload.Span, out _)!;
            ClientReply reply = call.Request switch
            {
                ClientRequest.MayChange => Readers,
                ClientRequest.GetConfiguration => new ClientReply.Configuration(7, Configuration),
                ClientRequest.ApplyConfiguration apply => Apply(apply.Xml),
                ClientRequest.GetEvents get => new ClientReply.Events([.. _events.Where(e => e.Index > get.After)], 1),
                ClientRequest.RunTool tool => new ClientReply.ToolEnded(
                    105, $"{tool.Tool} of {tool.Resource}: {string.Join('|', tool.Arguments)}\n", "Größe\n"),
                _ => new ClientReply.Refused(RefusalKind.NoQuorum, "no quorum here", []),
            };
            ClientAnswer answer = ClientProtocol.DecodeAnswer(ClientProtocol.Encode(new ClientAnswer(call.Id, reply)), out _)!;
            Calls!.Answer(answer.Id, answer.Reply);
            return true;
        }

        private ClientReply.Done Apply(string xml)
        {
            Applied = xml;
            return new ClientReply.Done(41, 9, "", []);
        }

        public void Close(LinkId link) { }
    }
}
