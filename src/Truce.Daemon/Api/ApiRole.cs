using Microsoft.Extensions.Logging;
using Truce.Contracts;
using Truce.Model;
using Truce.Ports;

namespace Truce.Daemon.Api;

/// <summary>The API's loop: it only hands the controller's answers to those who wait for them.</summary>
internal sealed partial class ApiRole(ControllerCalls calls, ReadCopies copies, ILinks links, ILogger log) : IRole
{
    private const string Greeting = "greet";

    /// <summary>Controllers with this version announce changes.</summary>
    private const int WatchVersion = 2;

    /// <summary>Controllers that speak it say what a caller may.</summary>
    private const int RightsVersion = 3;

    private LinkId? _controller;

    public Instant? NextTimer => null;

    public void Start(RoleTime time) => LogStarted();

    public void OnTimer(RoleTime time) { }

    public void Handle(RoleInput input, RoleTime time)
    {
        switch (input)
        {
            case RoleInput.FromLink(LinkEvent.Opened { Peer: RoleKind.Controller, Link: var link }):
                _controller = link;
                Ask(Greeting, new ClientRequest.Greet(ClientProtocol.Version));
                calls.SetLink(link);
                copies.Changed();
                break;
            case RoleInput.FromLink(LinkEvent.Closed(var link, _)) when link == _controller:
                _controller = null;
                calls.SetLink(null);
                copies.Changed();
                break;
            case RoleInput.FromLink(LinkEvent.Received(var link, var payload)) when link == _controller:
                Take(payload);
                break;
            case RoleInput.FromLink or RoleInput.StopAsked:
                break;
            case RoleInput.FromEngine or RoleInput.FromStore or RoleInput.FromSpawner or RoleInput.FromProcessHost
                or RoleInput.FromWorker:
                throw new InvariantException($"the API was given {input.GetType().Name}");
        }
    }

    private void Take(ReadOnlyMemory<byte> payload)
    {
        if (ClientProtocol.DecodeAnswer(payload.Span, out string error) is { } answer)
        {
            Take(answer);
            return;
        }

        LogBadAnswer(error);
        if (_controller is { } link)
            links.Close(link);
    }

    private void Take(ClientAnswer answer)
    {
        if (answer.Reply is ClientReply.Changed)
        {
            calls.SaysChanges = true;
            copies.Changed();
        }
        else if (answer is
            { Id: Greeting, Reply: ClientReply.Greeting { Version: >= WatchVersion and var version } })
        {
            calls.TellsRights = version >= RightsVersion;
            Ask("watch", new ClientRequest.Watch());
        }
        else
            calls.Answer(answer.Id, answer.Reply);
    }

    private void Ask(string id, ClientRequest request)
    {
        if (_controller is { } link)
            links.TrySend(link, ClientProtocol.Encode(new ClientCall(id, new ClientCaller(0, 0, "api", Privileged: true), request)));
    }

    [LoggerMessage(1, LogLevel.Information, "serves the API")]
    private partial void LogStarted();

    [LoggerMessage(2, LogLevel.Error, "the controller's answer can't be read: {Error}")]
    private partial void LogBadAnswer(string error);
}
