using System.Collections.Concurrent;
using System.Threading.Channels;
using Truce.Contracts.Groups;

namespace Truce.Client.Groups;

/// <summary>How a session treats the end of its lease.</summary>
public sealed record GroupSessionOptions
{
    /// <summary>What the application needs to stop: the session counts as lost that long before its lease
    /// ends. Null: a third of the lease.</summary>
    public TimeSpan? StopTime { get; init; }

    /// <summary>Votes in a phase that begins; null: this application joins no group whose members vote. What
    /// it throws is a vote against.</summary>
    public Func<GroupsReply.Phase, CancellationToken, Task<GroupVote>>? Vote { get; init; }

    /// <summary>The application's self-check, if it joins with a ping: whether it is responsive. Null: this
    /// library answers by itself, which says only that the process runs.</summary>
    public Func<GroupsReply.Ping, bool>? IsResponsive { get; init; }
}

/// <summary>A vote.</summary>
/// <param name="Choice">What it says.</param>
/// <param name="Reason">Why, for people.</param>
/// <param name="Value">A state that the group gets if the protocol is approved.</param>
/// <param name="Message">A message for all members, with the end of the phase.</param>
public sealed record GroupVote(
    WireChoice Choice, string Reason = "", string? Value = null, string Message = "");

/// <summary>A session is over.</summary>
/// <param name="Reason">Why, for people.</param>
/// <param name="DeadlineMs">When the lease ends, on <see cref="LeaseClock"/>: peers take over no earlier than
/// the margin after it.</param>
public sealed record SessionLoss(string Reason, long DeadlineMs);

/// <summary>
/// A session with the node's server. <see cref="Lost"/> is cancelled when its socket breaks, or when so
/// little is left of its lease that the application has just the time to stop. Dispose it only once the
/// application <em>has</em> stopped: with the end of the socket peers take over at once.
/// </summary>
public sealed class GroupSession : IDisposable
{
    private const int NoticesMax = 4_096;
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);

    private readonly GroupsConnection _connection;
    private readonly GroupSessionOptions _options;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _disposed = new();
    private readonly SemaphoreSlim _writing = new(1);
    private readonly ConcurrentDictionary<long, Asked> _asked = new();
    private readonly Timer _watch;
    private readonly GroupMemory _memory;
    private long _lastId;
    private long _untilMs;
    private SessionLoss? _loss;

    private GroupSession(GroupsConnection connection, GroupsReply.Session begun, GroupSessionOptions options)
    {
        (_connection, _options, Client, _untilMs) = (connection, options, begun.Client, begun.UntilMs);
        Lease = TimeSpan.FromMilliseconds(connection.Hello.LeaseMs);
        StopTime = options.StopTime ?? Lease / 3;
        _memory = new GroupMemory(begun.Client);
        _watch = new Timer(_ => Watch(), null, s_look, s_look);
    }

    /// <summary>Who this client is to the others.</summary>
    public string Client { get; }

    /// <summary>The server's node.</summary>
    public string Node => _connection.Hello.Node;

    /// <summary>How long a lease lasts.</summary>
    public TimeSpan Lease { get; }

    /// <summary>How long before the end of its lease the session counts as lost.</summary>
    public TimeSpan StopTime { get; }

    /// <summary>The end of the lease, on <see cref="LeaseClock"/>.</summary>
    public long UntilMs => Interlocked.Read(ref _untilMs);

    /// <summary>Cancelled when the session is lost: stop now.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Why it is lost, and by when the application has to have stopped; null: it isn't.</summary>
    public SessionLoss? Loss => Volatile.Read(ref _loss);

    /// <summary>Called for each lease, with its end; and at the loss.</summary>
    public event Action? Renewed;

    /// <summary>What the joined and watched groups tell, in order: group, changed, phase, late, dissolved. It
    /// ends with the session. One that doesn't read loses the session.</summary>
    public ChannelReader<GroupsReply> Notices => _notices.Reader;

    /// <summary>Joined and watched groups, as they were told last; up to date when the answer to a join or
    /// watch is there.</summary>
    public IReadOnlyDictionary<string, GroupSeen> Groups => _memory.Seen;

    /// <summary>What may have been missed between a lost session and this one, which has taken up its groups
    /// (<see cref="AfterLoss.Rejoin"/>).</summary>
    public IReadOnlyList<MissedChanges> Missed => _memory.Missed;

    /// <summary>What a lost session was in.</summary>
    internal IReadOnlyList<GroupsRequest> Wanted => _memory.Wanted;

    private readonly Channel<GroupsReply> _notices = Channel.CreateBounded<GroupsReply>(
        new BoundedChannelOptions(NoticesMax) { SingleWriter = true });

    /// <summary>Connects and gets a lease.</summary>
    /// <exception cref="ClusterUnreachableException">No server answers.</exception>
    /// <exception cref="GroupsRefusedException">The server gives no session, as yet or at all.</exception>
    public static async Task<GroupSession> OpenAsync(
        string path, GroupSessionOptions options, CancellationToken cancel)
    {
        GroupsConnection connection =
            await GroupsConnection.ConnectAsync(path, ConnectionUse.Session, cancel).ConfigureAwait(false);
        try
        {
            GroupsReply first = await connection.ReadAsync(cancel).ConfigureAwait(false);
            GroupsReply.Session begun = first as GroupsReply.Session
                ?? throw new ClusterUnreachableException("the server gave no session");
            GroupSession session = new(connection, begun, options);
            _ = Task.Run(session.ReadAllAsync, CancellationToken.None);
            return session;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Asks; the answer may take as long as a protocol does.</summary>
    /// <param name="request">Makes the request with its id.</param>
    /// <param name="cancel">No longer wait for the answer.</param>
    /// <exception cref="OperationCanceledException">Cancelled, or the session is lost.</exception>
    public async Task<GroupsReply.Answer> AskAsync(
        Func<long, GroupsRequest> request, CancellationToken cancel)
    {
        long id = Interlocked.Increment(ref _lastId);
        Asked asked = _asked[id] = new Asked(
            request(id), new(TaskCreationOptions.RunContinuationsAsynchronously));
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancel, Lost);
        try
        {
            await WriteAsync(asked.Request, either.Token).ConfigureAwait(false);
            return await asked.Answer.Task.WaitAsync(either.Token).ConfigureAwait(false);
        }
        finally
        {
            _asked.TryRemove(id, out _);
        }
    }

    /// <summary>Asks, and throws what was refused or rejected.</summary>
    /// <returns>The epoch.</returns>
    /// <exception cref="GroupsRefusedException">It was refused, or voted down (<c>rejected</c>).</exception>
    public async Task<long> RequireAsync(Func<long, GroupsRequest> request, CancellationToken cancel)
    {
        GroupsReply.Answer answer = await AskAsync(request, cancel).ConfigureAwait(false);
        return answer.Result switch
        {
            WireResult.Done => answer.Epoch,
            WireResult.Rejected => throw new GroupsRefusedException("rejected", answer.Reason ?? ""),
            WireResult.Refused => throw new GroupsRefusedException(
                answer.Code ?? "", $"the server of {Node} refused the request"),
        };
    }

    /// <summary>Tells the counter of a member that has joined with one; it must have grown.</summary>
    /// <exception cref="OperationCanceledException">Cancelled, or the session is lost.</exception>
    public async Task TellCounterAsync(string group, long value, CancellationToken cancel)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancel, Lost);
        await WriteAsync(new GroupsRequest.Alive(group, value), either.Token).ConfigureAwait(false);
    }

    /// <summary>Takes over what a lost session was in.</summary>
    internal void Inherit(GroupSession lost) => _memory.Inherit(lost._memory);

    /// <summary>Ends the session: peers take over at once.</summary>
    public void Dispose()
    {
        _watch.Dispose();
        _disposed.Cancel();
        Lose("closed by the application");
        _connection.Dispose();
    }

    private async Task ReadAllAsync()
    {
        try
        {
            while (true)
                Take(await _connection.ReadAsync(_disposed.Token).ConfigureAwait(false));
        }
        catch (Exception e) when (e is ClusterUnreachableException or GroupsRefusedException
            or OperationCanceledException or ObjectDisposedException)
        {
            Lose(e.Message);
        }
    }

    private void Take(GroupsReply reply)
    {
        switch (reply)
        {
            case GroupsReply.Lease lease:
                Interlocked.Exchange(ref _untilMs, lease.UntilMs);
                if (Loss is null)
                    Renewed?.Invoke();
                break;
            case GroupsReply.Answer answer:
                if (_asked.TryGetValue(answer.Id, out Asked? asked))
                    Answered(asked, answer);
                break;
            case GroupsReply.Phase phase when _options.Vote is { } vote:
                _ = VoteAsync(vote, phase);
                break;
            case GroupsReply.Ping ping:
                _ = AnswerAsync(ping);
                break;
            case GroupsReply.Watched or GroupsReply.Changed or GroupsReply.Phase or GroupsReply.Late
                or GroupsReply.Unproven or GroupsReply.Responsive or GroupsReply.Deactivate
                or GroupsReply.Dissolved or GroupsReply.Hosts or GroupsReply.Links:
                _memory.Told(reply);
                if (!_notices.Writer.TryWrite(reply))
                    throw new GroupsRefusedException("unread", "the application doesn't read its notices");
                break;
            case GroupsReply.Hello or GroupsReply.Session or GroupsReply.Listed or GroupsReply.Shown
                or GroupsReply.Bye:
                break;
        }
    }

    // Remembered in the order in which the server said it: the next notice may be about it.
    private void Answered(Asked asked, GroupsReply.Answer answer)
    {
        if (answer.Result == WireResult.Done)
            _memory.Done(asked.Request);
        asked.Answer.TrySetResult(answer);
    }

    // A check that takes its time takes it from its own answer, not from what else the server says.
    private async Task AnswerAsync(GroupsReply.Ping ping)
    {
        try
        {
            bool answers = _options.IsResponsive is not { } check
                || await Task.Run(() => check(ping), Lost).ConfigureAwait(false);
            if (answers)
                await TellCounterAsync(ping.Group, ping.Number, CancellationToken.None).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The application's own code: whatever goes wrong there is no answer.
        catch (Exception)
#pragma warning restore CA1031
        {
            // The server tells the others.
        }
    }

    private async Task VoteAsync(
        Func<GroupsReply.Phase, CancellationToken, Task<GroupVote>> ask, GroupsReply.Phase phase)
    {
        GroupVote vote;
        try
        {
            vote = await ask(phase, Lost).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The application's own code: whatever goes wrong there is a vote against.
        catch (Exception e)
#pragma warning restore CA1031
        {
            vote = new GroupVote(WireChoice.Reject, e.Message);
        }

        try
        {
            await AskAsync(id => new GroupsRequest.Vote(
                id, phase.Group, phase.Protocol, phase.Number, vote.Choice, vote.Reason, vote.Value,
                    vote.Message),
                CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or ClusterUnreachableException)
        {
            // The session is lost; the default vote counts.
        }
    }

    private async Task WriteAsync(GroupsRequest request, CancellationToken cancel)
    {
        await _writing.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            // Half a line would cost the session: once begun, it is written.
            await _connection.WriteAsync(request, Lost).ConfigureAwait(false);
        }
        finally
        {
            _writing.Release();
        }
    }

    private void Watch()
    {
        if (LeaseClock.NowMs >= UntilMs - (long)StopTime.TotalMilliseconds)
            Lose($"no lease came: {StopTime.TotalMilliseconds:0} ms are left of the last one at most");
    }

    private void Lose(string reason)
    {
        if (Interlocked.CompareExchange(ref _loss, new SessionLoss(reason, UntilMs), null) is not null)
            return;
        Renewed?.Invoke();
        _lost.Cancel();
        _notices.Writer.TryComplete();
    }

    private sealed record Asked(GroupsRequest Request, TaskCompletionSource<GroupsReply.Answer> Answer);
}
