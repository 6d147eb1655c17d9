using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Settings = Microsoft.Extensions.Options.Options;

namespace Truce.Cli.Metrics;

/// <summary>Serves the metrics over HTTP: Kestrel without anything else of ASP.NET, within narrow
/// limits.</summary>
internal sealed class MetricsServer : IDisposable
{
    /// <summary>Scrapers are few; more connections than these are closed at once.</summary>
    private const int ConnectionsMax = 32;

    private static readonly TimeSpan s_stopLimit = TimeSpan.FromSeconds(1);

    private readonly KestrelServer _server;
    private readonly MetricsApplication _application;

    /// <param name="listen">Where; port 0: any that is free.</param>
    /// <param name="answer">What is served.</param>
    /// <param name="error">Where defects are reported.</param>
    public MetricsServer(IPEndPoint listen, SharedAnswer answer, TextWriter error)
    {
        KestrelServerOptions options =
            new() { AddServerHeader = false, ApplicationServices = new NoServices() };
        Limit(options.Limits);
        options.Listen(listen, o => o.Protocols = HttpProtocols.Http1);
        ServerLog log = new(error);
        SocketTransportFactory transport = new(Settings.Create(new SocketTransportOptions()), log);
        _server = new KestrelServer(Settings.Create(options), transport, log);
        _application = new MetricsApplication(answer);
    }

    /// <summary>Where it listens, once it has started.</summary>
    public string Address => _server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();

    /// <summary>Begins to answer.</summary>
    /// <exception cref="IOException">The address can't be used.</exception>
    public Task StartAsync(CancellationToken cancel) => _server.StartAsync(_application, cancel);

    /// <inheritdoc/>
    public void Dispose()
    {
        using CancellationTokenSource limit = new(s_stopLimit);
        _server.StopAsync(limit.Token).GetAwaiter().GetResult();
        _server.Dispose();
    }

    private static void Limit(KestrelServerLimits limits)
    {
        limits.MaxConcurrentConnections = ConnectionsMax;
        limits.MaxConcurrentUpgradedConnections = 0;
        limits.MaxRequestHeadersTotalSize = 8 * 1024;
        limits.MaxRequestHeaderCount = 32;
        limits.MaxRequestLineSize = 2 * 1024;
        limits.MaxRequestBufferSize = 16 * 1024;
        limits.MaxResponseBufferSize = 64 * 1024;
        limits.MaxRequestBodySize = 0;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(5);
        limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        limits.MinResponseDataRate = new MinDataRate(4 * 1024, TimeSpan.FromSeconds(5));
    }

    private sealed class NoServices : IServiceProvider
    {
        public object? GetService(Type serviceType) => null;
    }
}

/// <summary>What Kestrel hands each request to.</summary>
/// <param name="answer">The metrics.</param>
internal sealed class MetricsApplication(SharedAnswer answer) : IHttpApplication<HttpContext>
{
    private const string Page = "<!doctype html><title>Truce</title><a href=\"/metrics\">metrics</a>\n";

    public HttpContext CreateContext(IFeatureCollection contextFeatures) =>
        new DefaultHttpContext(contextFeatures);

    public Task ProcessRequestAsync(HttpContext context) =>
        (context.Request.Method, context.Request.Path.Value) switch
    {
        ("GET" or "HEAD", "/metrics") => AnswerAsync(context),
        ("GET" or "HEAD", "/") =>
            WriteAsync(context, "text/html; charset=utf-8", System.Text.Encoding.UTF8.GetBytes(Page)),
        ("GET" or "HEAD", _) => Refuse(context, StatusCodes.Status404NotFound),
        (_, _) => Refuse(context, StatusCodes.Status405MethodNotAllowed),
    };

    public void DisposeContext(HttpContext context, Exception? exception) { }

    private async Task AnswerAsync(HttpContext context)
    {
        try
        {
            byte[] body = await answer.GetAsync(context.RequestAborted).ConfigureAwait(false);
            await WriteAsync(context, Exposition.ContentType, body).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The scraper is gone, or we are about to end.
            context.Abort();
        }
    }

    private static async Task WriteAsync(HttpContext context, string type, byte[] body)
    {
        context.Response.ContentType = type;
        context.Response.ContentLength = body.Length;
        if (context.Request.Method != "HEAD")
            await context.Response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
    }

    private static Task Refuse(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        context.Response.ContentLength = 0;
        return Task.CompletedTask;
    }
}
