using System.CommandLine;
using Truce.Client;
using Truce.Client.Groups;
using Truce.Contracts.Groups;

namespace Truce.Cli.GroupServices;

/// <summary>Gets a turn under a session, does something while it lasts, and says what became of it.</summary>
/// <param name="context">The streams.</param>
/// <param name="parse">The command line.</param>
/// <param name="terms">How the turn is waited for.</param>
/// <param name="enter">Waits for the turn; its epoch.</param>
/// <param name="act">What is done with it; an exit code, or null: the session was lost.</param>
/// <param name="leave">Gives the turn back, where it matters that it is given back in order.</param>
internal sealed class Holding(
    CliContext context, ParseResult parse, HoldTerms terms,
    Func<GroupSession, CancellationToken, Task<long>> enter,
    Func<GroupSession, long, CancellationToken, Task<int?>> act,
    Func<GroupSession, CancellationToken, Task>? leave)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_leaveLimit = TimeSpan.FromSeconds(5);

    /// <summary>Once, or with <c>--restart</c> again and again.</summary>
    public async Task<int> RunAsync(CancellationToken cancel)
    {
        // Where no server has answered yet, the place may be wrong.
        for (Patience patience = terms.Patience; ; patience = Patience.ForServer)
        {
            using GroupSession session = await OpenAsync(patience, cancel).ConfigureAwait(false);
            if (await TurnAsync(session, cancel).ConfigureAwait(false) is { } code)
                return code;
            string reason = session.Loss?.Reason ?? "";
            if (terms.AtLoss == AtLoss.End)
                throw new CommandException(
                    ExitCode.Unreachable, $"the session was lost ({reason}), and what it guarded was stopped",
                    "check the node's server (truce group list); --restart begins again by itself");
            await context.Error.WriteLineAsync($"truce: the session was lost ({reason}); begins again")
                .ConfigureAwait(false);
        }
    }

    private async Task<GroupSession> OpenAsync(Patience patience, CancellationToken cancel)
    {
        using CancellationTokenSource limit = Limit(cancel);
        try
        {
            return await GroupsPlace.OpenAsync(context, parse, terms.Session, patience, limit.Token)
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw TooLate();
        }
    }

    private async Task<int?> TurnAsync(GroupSession session, CancellationToken cancel)
    {
        long epoch;
        using (CancellationTokenSource limit = Limit(cancel))
        {
            try
            {
                epoch = await EnterAsync(session, limit.Token).ConfigureAwait(false);
            }
            catch (GroupsRefusedException refused)
            {
                throw GroupsPlace.Refusal(refused);
            }
            catch (Exception e) when (session.Loss is not null && !cancel.IsCancellationRequested
                && e is OperationCanceledException or ClusterUnreachableException)
            {
                return null;
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                throw TooLate();
            }
        }

        try
        {
            return await act(session, epoch, cancel).ConfigureAwait(false);
        }
        finally
        {
            await LeaveAsync(session).ConfigureAwait(false);
        }
    }

    // What was before the servers lost their memory may not be proven to be over yet.
    private async Task<long> EnterAsync(GroupSession session, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                return await enter(session, cancel).ConfigureAwait(false);
            }
            catch (GroupsRefusedException refused)
                when (refused.Code == "unproven" && terms.Patience != Patience.None)
            {
                await Task.Delay(s_pause, context.Time, cancel).ConfigureAwait(false);
            }
        }
    }

    // Nothing acts any more. Where proof is required, the end of the connection alone would hold up the
    // others.
    private async Task LeaveAsync(GroupSession session)
    {
        if (leave is null || session.Loss is not null)
            return;
        using CancellationTokenSource limit = new(s_leaveLimit, context.Time);
        try
        {
            await leave(session, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or ClusterUnreachableException)
        {
            if (terms.Fence == WireFence.Required)
                await context.Error.WriteLineAsync(
                    "truce: it couldn't leave in order: others take over once this node is proven off")
                    .ConfigureAwait(false);
        }
        catch (GroupsRefusedException)
        {
            // The others have removed it.
        }
    }

    private CancellationTokenSource Limit(CancellationToken cancel)
    {
        CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        if (terms.Timeout is { } timeout)
            limit.CancelAfter(timeout);
        return limit;
    }

    private CommandException TooLate() => new(
        ExitCode.TimedOut, $"its turn didn't come within {terms.Timeout?.TotalSeconds:0.#} s",
        "truce group list shows who holds it; a longer --timeout waits longer");
}
