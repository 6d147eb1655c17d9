using Truce.Contracts.Groups;

namespace Truce.Client.Groups;

/// <summary>What to do at the begin of a session that follows a lost one.</summary>
public enum AfterLoss
{
    /// <summary>Nothing: the application joins and watches anew.</summary>
    BeginAnew,

    /// <summary>Watch and join what the lost session did, before the application is called:
    /// <see cref="GroupSession.Missed"/> says what may have been missed. Claims aren't taken again.</summary>
    Rejoin,
}

/// <summary>Keeps an application in session.</summary>
public static class GroupApplication
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Calls the application in one session after another, until it returns without having lost its session.
    /// It is called again only once it has returned: what acted under the lost session has stopped then. It
    /// may let pass the cancellation that follows from a loss.
    /// </summary>
    /// <param name="path">The server's socket.</param>
    /// <param name="options">Of each session.</param>
    /// <param name="after">What happens after a loss.</param>
    /// <param name="application">Its token is cancelled when the session is lost, or with
    /// <paramref name="cancel"/>.</param>
    /// <param name="cancel">No further session.</param>
    /// <exception cref="GroupsRefusedException">The server gives no session for a reason that doesn't pass,
    /// or refuses what the lost session was in.</exception>
    public static async Task RunAsync(
        string path, GroupSessionOptions options, AfterLoss after,
        Func<GroupSession, CancellationToken, Task> application, CancellationToken cancel)
    {
        GroupSession? lost = null;
        while (true)
        {
            using GroupSession session = await OpenAsync(path, options, cancel).ConfigureAwait(false);
            if (after == AfterLoss.Rejoin && lost is not null)
                session.Inherit(lost);
            using CancellationTokenSource either =
                CancellationTokenSource.CreateLinkedTokenSource(cancel, session.Lost);
            try
            {
                await RejoinAsync(session, either.Token).ConfigureAwait(false);
                await application(session, either.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (session.Loss is not null && !cancel.IsCancellationRequested
                && e is OperationCanceledException or ClusterUnreachableException)
            {
                // There is another session, or will be.
            }

            if (session.Loss is null)
                return;
            cancel.ThrowIfCancellationRequested();
            lost = session;
        }
    }

    private static async Task<GroupSession> OpenAsync(
        string path, GroupSessionOptions options, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                return await GroupSession.OpenAsync(path, options, cancel).ConfigureAwait(false);
            }
            catch (Exception e) when (e is ClusterUnreachableException
                or GroupsRefusedException { Code: "not-ready" })
            {
                await Task.Delay(s_pause, cancel).ConfigureAwait(false);
            }
        }
    }

    private static async Task RejoinAsync(GroupSession session, CancellationToken cancel)
    {
        foreach (GroupsRequest wanted in session.Wanted)
        {
            while (await RefusalAsync(session, wanted, cancel).ConfigureAwait(false) is { } refused)
            {
                if (refused.Code is not ("not-ready" or "unproven" or "source-missing"))
                    throw refused;
                await Task.Delay(s_pause, cancel).ConfigureAwait(false);
            }
        }
    }

    private static async Task<GroupsRefusedException?> RefusalAsync(
        GroupSession session, GroupsRequest wanted, CancellationToken cancel)
    {
        try
        {
            await session.RequireAsync(
                id => wanted is GroupsRequest.Join join
                    ? join with { Id = id }
                    : ((GroupsRequest.Watch)wanted) with { Id = id },
                cancel).ConfigureAwait(false);
            return null;
        }
        catch (GroupsRefusedException refused)
        {
            return refused;
        }
    }
}
