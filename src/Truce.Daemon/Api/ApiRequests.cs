using Truce.Contracts;

namespace Truce.Daemon.Api;

/// <summary>
/// Requests that could be read: refused here where their arguments can't be, answered from copies where they
/// only ask, else handed to the controller.
/// </summary>
internal sealed class ApiRequests(ControllerCalls calls, ReadCopies copies, TimeProvider time)
{
    public async Task<ClientReply> AskAsync(
        ClientRequest request, ClientCaller caller, ApiRight right, CancellationToken cancellationToken,
        ReadOnlyMemory<byte> configuration = default)
    {
        if (RequestRules.Problem(request) is { } problem)
            return new ClientReply.Refused(RefusalKind.BadInput, problem, []);
        if (request is ClientRequest.ApplyConfiguration { CheckOnly: false }
            && await ChangeObjectionAsync(caller, right, cancellationToken).ConfigureAwait(false)
                is { } objection)
            return objection;
        if (request is ClientRequest.GetEvents { WaitMs: > 0 } events)
            return await WaitAsync(events, caller, right, cancellationToken).ConfigureAwait(false);
        return ReadCopies.Answers(request)
            ? await copies.AskAsync(request, caller, right, cancellationToken).ConfigureAwait(false)
            : await calls.CallAsync(request, caller, cancellationToken, configuration).ConfigureAwait(false);
    }

    /// <summary>
    /// Why this caller may change nothing of the configuration, from a copy: neither the document nor the
    /// controller is troubled with what can't be allowed. Null: it may be; the controller decides.
    /// </summary>
    public async Task<ClientReply.Refused?> ChangeObjectionAsync(
        ClientCaller caller, ApiRight right, CancellationToken cancellationToken) =>
        right == ApiRight.All || !calls.TellsRights
            ? null
            : await copies.AskAsync(new ClientRequest.MayChange(), caller, right, cancellationToken)
                .ConfigureAwait(false) as ClientReply.Refused;

    /// <summary>Completes when something changes, or after that time.</summary>
    public async Task ChangedAsync(Task changed, TimeSpan limit, CancellationToken cancellationToken)
    {
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(changed, Task.Delay(limit, time, over.Token)).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Completes at the next change: to be taken before asking what is so now.</summary>
    public Task NextChange => copies.ChangedAsync();

    // Clients wait here, without involving the controller.
    private async Task<ClientReply> WaitAsync(
        ClientRequest.GetEvents request, ClientCaller caller, ApiRight right, CancellationToken cancellationToken)
    {
        ClientRequest.GetEvents now = request with { WaitMs = 0 };
        long began = time.GetTimestamp();
        while (true)
        {
            Task change = NextChange;
            ClientReply reply = await copies.AskAsync(now, caller, right, cancellationToken).ConfigureAwait(false);
            TimeSpan left = TimeSpan.FromMilliseconds(request.WaitMs) - time.GetElapsedTime(began);
            if (reply is not ClientReply.Events { Items.Length: 0 } || left <= TimeSpan.Zero)
                return reply;
            await ChangedAsync(change, left, cancellationToken).ConfigureAwait(false);
        }
    }
}
