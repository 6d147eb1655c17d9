using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>What became of one command.</summary>
public abstract record CommandOutcome
{
    private CommandOutcome() { }

    /// <summary>Done; <paramref name="Subject"/> names what it made, or is empty.</summary>
    public sealed record Done(string Subject) : CommandOutcome;

    /// <summary>Without effect, and why.</summary>
    public sealed record Refused(RefusalReason Reason, string Message) : CommandOutcome;

    /// <summary>Done, and nothing to say about it.</summary>
    public static CommandOutcome Plain { get; } = new Done("");
}

/// <summary>Why a committed command had no effect.</summary>
public enum RefusalReason
{
    /// <summary>Somebody was faster.</summary>
    Conflict,

    /// <summary>It names what doesn't exist, or says nothing sensible.</summary>
    BadInput,

    /// <summary>A guard.</summary>
    Guard,

    /// <summary>It is about an earlier life or view: history, not an order.</summary>
    Stale,
}

/// <summary>An entry with what it did.</summary>
public sealed record AppliedEntry(
    long Index, LogEntry Entry, ReplicatedState Before, ReplicatedState After, ImmutableArray<CommandOutcome> Outcomes);

/// <summary>
/// Applies committed entries. Deterministic: the entry and the state decide everything, so that members at
/// one index have one state (promise S6).
/// </summary>
public static class LogApply
{
    /// <summary>Applies the next entry. One whose session has already had that
    /// number changes nothing else.</summary>
    public static AppliedEntry Apply(ReplicatedState state, LogEntry entry, Standing place)
    {
        Submission submission = entry.Submission;
        ReplicatedState after = state with { Index = state.Index + 1, At = submission.At };
        ImmutableArray<CommandOutcome> outcomes = [];
        if (submission.Number > state.LastNumber(submission.Session))
        {
            (after, outcomes) = ApplyAll(after, submission, place);
            after = after with { Sessions = Remember(after.Sessions, submission, after.Index) };
        }

        after = after with { Hash = NextHash(after, entry.Digest) };
        return new AppliedEntry(after.Index, entry, state, after, outcomes);
    }

    private static (ReplicatedState State, ImmutableArray<CommandOutcome> Outcomes) ApplyAll(
        ReplicatedState state, Submission submission, Standing place)
    {
        ImmutableArray<CommandOutcome>.Builder outcomes = ImmutableArray.CreateBuilder<CommandOutcome>();
        ApplyContext context = new(submission.Node, submission.At, place);
        ReplicatedState before = state;
        foreach (Command command in submission.Commands)
        {
            (state, CommandOutcome outcome) = ApplyOne(state, command, context);
            outcomes.Add(outcome);
        }

        return (Recoveries.Follow(before, state, context), outcomes.ToImmutable());
    }

    private static (ReplicatedState State, CommandOutcome Outcome) ApplyOne(
        ReplicatedState state, Command command, ApplyContext context) => command switch
        {
            Command.Formed c => (MembershipApply.Formed(state, c, context), CommandOutcome.Plain),
            Command.NodeJoined c => MembershipApply.Joined(state, c, context),
            Command.NodeLeft c => MembershipApply.Left(state, c, context),
            Command.StoreTold c => StoreApply.Told(state, c, context),
            Command.StoreLeave c => StoreApply.Leave(state, c, context),
            Command.GraceEnded c => MembershipApply.GraceEnded(state, c, context),
            Command.Suspected c => MembershipApply.Suspected(state, c, context),
            Command.Tick c => (
                StartSuspicion.Acquit(FenceLedger.CloseProven(
                    state with { ClusterTimeMs = state.ClusterTimeMs + Math.Clamp(c.ElapsedMs, 0, 60_000) })),
                CommandOutcome.Plain),
            Command.ChangeConfiguration c => ConfigurationApply.Change(state, c, context),
            Command.Ordered c => OperationApply.Ordered(state, c, context),
            // For the nodes that hold them: what they give up they report.
            Command.Withdrawn => (state, CommandOutcome.Plain),
            Command.Results c => OperationApply.Results(state, c, context),
            Command.SetTransient c => AttributeApply.SetTransient(state, c),
            Command.Forget c => AttributeApply.Forget(state, c, context),
            // For those who hold that state: they end, and take another's.
            Command.StateGivenUp c => (
                state.Tell(context.At, "state-given-up", $"{c.By} had the state of {c.Node} discarded: {c.Reason}", c.Node),
                CommandOutcome.Plain),
            Command.FenceAsked c => FenceApply.Asked(state, c, context),
            Command.FenceAssigned c => FenceApply.Assigned(state, c),
            Command.FenceEnded c => FenceApply.Ended(state, c, context),
            Command.FenceConfirmed c => FenceApply.Confirmed(state, c, context),
            Command.FencePathsTried c => FencePathApply.Tried(state, c, context),
            Command.FencesRemembered c => FenceApply.Remembered(state, c),
            Command.RestartAsked c => RestartApply.Asked(state, c, context),
            Command.FenceReleased c => FenceApply.Released(state, c, context),
            Command.PlanningEnded c => (PlanningApply.Ended(state, c, context), CommandOutcome.Plain),
            Command.PlanBlocked c => (PlanningApply.Blocked(state, c, context), CommandOutcome.Plain),
            Command.SetTicket c => AttributeApply.SetTicket(state, c, context),
        };

    private static ImmutableSortedDictionary<string, SessionState> Remember(
        ImmutableSortedDictionary<string, SessionState> sessions, Submission submission, long index)
    {
        sessions = sessions.SetItem(
            submission.Session, new SessionState(submission.Session, submission.Number, index));
        if (sessions.Count <= ReplicatedState.SessionsMax)
            return sessions;
        string longestSilent = sessions.Values.MinBy(s => s.Index)!.Session;
        return sessions.Remove(longestSilent);
    }

    // Which entries were applied; what they made of the state is digested at ticks (StateDigest).
    private static string NextHash(ReplicatedState state, string digest) => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes($"{state.Hash} {digest}")).AsSpan(0, 12));
}

/// <summary>Who submitted, when by its wall clock, and the entry's place.</summary>
internal readonly record struct ApplyContext(NodeId From, DateTimeOffset At, Standing Place);
