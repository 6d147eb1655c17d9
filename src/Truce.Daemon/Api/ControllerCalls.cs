using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Truce.Contracts;
using Truce.Ports;

namespace Truce.Daemon.Api;

/// <summary>Calls to this node's controller that wait for their answers;
/// bounded in number and time.</summary>
internal sealed class ControllerCalls(ILinks links)
{
    private const int WaitingMax = 512;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, TaskCompletionSource<ClientReply>> _waiting = new();
    private long _lastId;
    private long _link = -1;

    /// <summary>Whether the controller announces when its answers are outdated.</summary>
    public bool SaysChanges { get; set; }

    /// <summary>Whether the controller says what a caller may.</summary>
    public bool TellsRights { get; set; }

    /// <summary>The link to the controller, or null while there is none: calls on an earlier one got no
    /// answer, which says nothing about what happened.</summary>
    public void SetLink(LinkId? link)
    {
        (SaysChanges, TellsRights) = (false, false);
        Interlocked.Exchange(ref _link, link?.Value ?? -1);
        foreach (string id in _waiting.Keys)
            Answer(id, Refused(RefusalKind.TimedOut, "the controller ended before it answered"));
    }

    public void Answer(string id, ClientReply reply)
    {
        if (_waiting.TryRemove(id, out TaskCompletionSource<ClientReply>? call))
            call.TrySetResult(reply);
    }

    public async Task<ClientReply> CallAsync(
        ClientRequest request, ClientCaller caller, CancellationToken cancellationToken,
        ReadOnlyMemory<byte> configuration = default)
    {
        long link = Interlocked.Read(ref _link);
        if (link < 0)
        {
            return Refused(
                RefusalKind.NotReady,
                "this node's controller isn't running, or waits for its engine (systemctl status corosync)");
        }

        if (_waiting.Count >= WaitingMax)
            return Refused(RefusalKind.Busy, $"{WaitingMax} requests are waiting for an answer");
        string id = Interlocked.Increment(ref _lastId).ToString(CultureInfo.InvariantCulture);
        TaskCompletionSource<ClientReply> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[id] = answer;
        try
        {
            if (!links.TrySend(new LinkId(link), Encode(new ClientCall(id, caller, request), configuration)))
                return Refused(RefusalKind.Busy, "the controller doesn't accept requests");
            return await answer.Task.WaitAsync(Limit(request), cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return Refused(RefusalKind.TimedOut, $"no answer within {Limit(request).TotalSeconds:0} s");
        }
        finally
        {
            _waiting.TryRemove(id, out _);
        }
    }

    // A controller that doesn't announce changes has an earlier version, which only accepts JSON.
    private byte[] Encode(ClientCall call, ReadOnlyMemory<byte> configuration) => call.Request switch
    {
        ClientRequest.ApplyConfiguration when configuration.Length > 0 && SaysChanges =>
            ClientProtocol.Encode(call, configuration.Span),
        ClientRequest.ApplyConfiguration apply when configuration.Length > 0 => ClientProtocol.Encode(
            call with { Request = apply with { Xml = Encoding.UTF8.GetString(configuration.Span) } }),
        _ => ClientProtocol.Encode(call),
    };

    private static TimeSpan Limit(ClientRequest request) =>
        request is ClientRequest.GetEvents events ? s_limit + TimeSpan.FromMilliseconds(events.WaitMs) : s_limit;

    private static ClientReply.Refused Refused(RefusalKind kind, string message) => new(kind, message, []);
}
