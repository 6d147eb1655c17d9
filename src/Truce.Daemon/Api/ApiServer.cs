using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Truce.Daemon.Links;

namespace Truce.Daemon.Api;

/// <summary>
/// Kestrel on the API's sockets: <c>api.sock</c> for everyone who may view the cluster, <c>admin.sock</c>
/// for root and the user that Truce runs as, so that other users' connections can't delay theirs. Nothing
/// of ASP.NET but the server is used.
/// </summary>
internal sealed partial class ApiServer : IDisposable
{
    private static readonly TimeSpan s_stopLimit = TimeSpan.FromSeconds(1);

    private readonly ApiAccess _access;
    private readonly ILogger _log;
    private readonly ApiApplication _application;
    private readonly PeerListeners _listeners;
    private readonly KestrelServer _server;
    private readonly KestrelServerOptions _options;

    public ApiServer(ApiRequests requests, ApiAccess access, UserQuotas quotas, ILogger log)
    {
        (_access, _log) = (access, log);
        _application = new ApiApplication(requests, access);
        _listeners = new PeerListeners(access, quotas, log);
        _options = new KestrelServerOptions { AddServerHeader = false, ApplicationServices = new NoServices() };
        Limit(_options.Limits);
        _server = new KestrelServer(Options.Create(_options), _listeners, new KestrelLog(log));
    }

    /// <summary>For root and the group.</summary>
    public void ListenForAll(string path)
    {
        const UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
        Listen(path, mode);
        if (_access.GroupId is { } group && !Hosting.NativeProcess.TryGiveToGroup(path, group))
            LogNoGroup(path, group);
    }

    /// <summary>For root and the user that Truce runs as.</summary>
    public void ListenForAdministrators(string path) => Listen(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);

    /// <summary>Begins to answer.</summary>
    public void Start() => _server.StartAsync(_application, CancellationToken.None).GetAwaiter().GetResult();

    public void Dispose()
    {
        using CancellationTokenSource limit = new(s_stopLimit);
        _application.Stop();
        _server.StopAsync(limit.Token).GetAwaiter().GetResult();
        _server.Dispose();
        _application.Dispose();
        _listeners.Dispose();
    }

    private void Listen(string path, UnixFileMode mode)
    {
        Socket listener = UnixSockets.Listen(path, mode);
        _listeners.Add(path, listener);
        _options.Listen(new UnixDomainSocketEndPoint(path), o => o.Protocols = HttpProtocols.Http1);
    }

    // Slow senders and readers are Kestrel's to end; bodies are measured, and counted, before they are read.
    private static void Limit(KestrelServerLimits limits)
    {
        limits.MaxRequestHeadersTotalSize = 16 * 1024;
        limits.MaxRequestHeaderCount = 64;
        limits.MaxRequestLineSize = 8 * 1024;
        limits.MaxRequestBufferSize = 64 * 1024;
        limits.MaxResponseBufferSize = 64 * 1024;
        limits.MaxRequestBodySize = null;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        limits.MinRequestBodyDataRate = new MinDataRate(64 * 1024, TimeSpan.FromSeconds(5));
        limits.MinResponseDataRate = new MinDataRate(4 * 1024, TimeSpan.FromSeconds(5));
    }

    [LoggerMessage(1, LogLevel.Warning, "{Path} can't be given to group {Group}: its members have no access")]
    private partial void LogNoGroup(string path, uint group);

    private sealed class NoServices : IServiceProvider
    {
        public object? GetService(Type serviceType) => null;
    }

    // What clients do wrong is theirs to know: only what is wrong with us is logged.
    private sealed class KestrelLog(ILogger log) : ILoggerFactory, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider) { }

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error && log.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                log.Log(logLevel, eventId, state, exception, formatter);
        }

        public void Dispose() { }
    }
}

/// <summary>What Kestrel hands each request to.</summary>
internal sealed class ApiApplication(ApiRequests requests, ApiAccess access) : IHttpApplication<HttpContext>, IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public async Task ProcessRequestAsync(HttpContext context)
    {
        Peer peer = context.Features.Get<Peer>() ?? throw new Truce.Model.InvariantException("a connection without a peer");
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stop.Token);
        try
        {
            await new ApiExchange(context, peer, requests, access).AnswerAsync(end.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or Microsoft.AspNetCore.Http.BadHttpRequestException)
        {
            // The client is gone, was too slow, or we are about to end.
            context.Abort();
        }
    }

    public void DisposeContext(HttpContext context, Exception? exception) { }

    public void Stop() => _stop.Cancel();

    public void Dispose() => _stop.Dispose();
}
