using System.Net;
using System.Net.Sockets;
using System.Text;
using Truce.Cli.Metrics;

namespace Truce.Cli.Tests.Metrics;

/// <summary>Over real connections on the loopback.</summary>
public sealed class MetricsServerTests : IDisposable
{
    private readonly StringWriter _errors = new();
    private readonly MetricsServer _server;
    private readonly HttpClient _client = new();

    public MetricsServerTests() => _server = new MetricsServer(
        new IPEndPoint(IPAddress.Loopback, 0),
        new SharedAnswer(_ => Task.FromResult("m 1\n"u8.ToArray()), TimeProvider.System,
            CancellationToken.None),
        _errors);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Metrics_are_served_in_the_text_format()
    {
        using HttpResponseMessage answer = await GetAsync("/metrics");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8",
            answer.Content.Headers.ContentType?.ToString());
        Assert.Equal("m 1\n", await answer.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task The_root_leads_to_the_metrics_and_all_else_is_not_found()
    {
        using HttpResponseMessage root = await GetAsync("/");
        Assert.Contains("href=\"/metrics\"", await root.Content.ReadAsStringAsync(Cancel),
            StringComparison.Ordinal);
        using HttpResponseMessage other = await GetAsync("/other");
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
    }

    [Theory]
    [InlineData("POST /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 405")]
    [InlineData("HEAD /metrics HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 200")]
    [InlineData("nonsense\r\n\r\n", "HTTP/1.1 400")]
    public async Task Other_requests_are_answered_as_http_asks(string request, string status)
    {
        Assert.StartsWith(status, await RawAsync(request), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_is_too_large_is_refused()
    {
        string header = $"GET /metrics HTTP/1.1\r\nHost: a\r\nX: {new string('x', 9000)}\r\n\r\n";
        Assert.StartsWith("HTTP/1.1 431", await RawAsync(header), StringComparison.Ordinal);
        string line = $"GET /{new string('x', 3000)} HTTP/1.1\r\nHost: a\r\n\r\n";
        Assert.StartsWith("HTTP/1.1 414", await RawAsync(line), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_in_use_is_refused_with_a_sentence()
    {
        await _server.StartAsync(Cancel);
        Terminal terminal = new() { Cluster = new ScriptedCluster() };
        Assert.Equal(ExitCode.BadInput,
            await terminal.RunAsync($"metrics --listen {new Uri(_server.Address).Authority} --socket s"));
        Assert.Contains("do: choose an address of this machine and a port that is free", terminal.Error,
            StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
        Assert.Equal("", _errors.ToString());
        _errors.Dispose();
    }

    private async Task<HttpResponseMessage> GetAsync(string path)
    {
        if (!_started)
            await _server.StartAsync(Cancel);
        _started = true;
        return await _client.GetAsync(new Uri(_server.Address + path), Cancel);
    }

    private bool _started;

    private async Task<string> RawAsync(string request)
    {
        if (!_started)
            await _server.StartAsync(Cancel);
        _started = true;
        Uri address = new(_server.Address);
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, address.Port, Cancel);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), Cancel);
        byte[] buffer = new byte[4096];
        int read = await stream.ReadAsync(buffer, Cancel);
        return Encoding.ASCII.GetString(buffer, 0, read);
    }
}
