using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>Changes requested by clients, from the request to its answer.</summary>
internal sealed class ClientWishes(ControlLimits limits)
{
    private readonly SortedDictionary<ClientTicket, Instant> _waiting = [];
    private readonly AnswersHeldBack _heldBack = new();

    /// <summary>When the first request has waited long enough.</summary>
    public Instant? NextTimer => _waiting.Count == 0 ? null : _waiting.Values.Min();

    /// <summary>Whether no answer waits for others to hold the change.</summary>
    public bool NothingHeldBack => _heldBack.IsEmpty;

    /// <summary>A request: goes to the log, or is refused.</summary>
    public void Take(
        ControlInput.Wanted wanted, LogMember log, ReplicatedState? state,
        Func<ControlRequest.Fence, ReplicatedState, FenceIntent> intentFor, StepWork work)
    {
        if ((Refusal(log, state) ?? NotKept(wanted, state)) is { } refusal)
        {
            work.Emit(new ControlOutput.Answer(wanted.Ticket, new ControlAnswer.NotQuorate(refusal)));
            return;
        }

        if (wanted.Request is ControlRequest.Submit { Command: Command.StateGivenUp given }
            && log.Comparison.Objection(given.Node) is { } objection)
        {
            work.Emit(new ControlOutput.Answer(wanted.Ticket, new ControlAnswer.Committed(
                state!.Index, state.Configuration.Version, new CommandOutcome.Refused(RefusalReason.BadInput, objection))));
            return;
        }

        Command command = wanted.Request switch
        {
            ControlRequest.Submit submit => submit.Command,
            ControlRequest.Fence fence => new Command.FenceAsked(intentFor(fence, state!)),
        };
        _waiting[wanted.Ticket] = work.Time.Now.Plus(limits.Answer);
        work.Submit(command, new Receipt.Client(wanted.Ticket));
    }

    // It could not be committed; and until it is, nothing behind it in the log is.
    private static string? NotKept(ControlInput.Wanted wanted, ReplicatedState? state) =>
        wanted.Request is ControlRequest.Submit { Command: Command.ChangeConfiguration } && state is not null
            && !StoreApply.CanKeep(state)
            ? "too few nodes can save a change: their stores fail (truce status)"
            : null;

    /// <summary>It is committed; the answer waits until every node that could continue
    /// without this one holds it.</summary>
    public void Committed(Receipt.Client client, AppliedEntry applied, CommandOutcome outcome) => _heldBack.Add(
        applied.Index, client.Ticket,
        new ControlAnswer.Committed(applied.Index, applied.After.Configuration.Version, outcome));

    /// <summary>It went with the branch that it was for.</summary>
    public void Dropped(Receipt.Client client, StepWork work) =>
        Answer(client.Ticket, new ControlAnswer.Unknown("the view ended before it was committed"), work);

    /// <summary>The cluster goes on from another node's state.</summary>
    public void Forget(StepWork work)
    {
        foreach (ClientTicket ticket in _heldBack.Clear())
            Answer(ticket, new ControlAnswer.Unknown("the cluster continued from another node's state"), work);
    }

    /// <summary>Gives the answers that waited for others.</summary>
    public void AnswerHeld(long safelyHeld, StepWork work)
    {
        foreach ((ClientTicket ticket, ControlAnswer answer) in _heldBack.Take(safelyHeld))
            Answer(ticket, answer, work);
    }

    /// <summary>Abandons requests that waited too long.</summary>
    public void Expire(StepWork work)
    {
        ClientTicket[] late =
            [.. _waiting.Where(t => t.Value.CompareTo(work.Time.Now) <= 0).Select(t => t.Key)];
        foreach (ClientTicket ticket in late)
            Answer(ticket, new ControlAnswer.Unknown("not committed in time; it may still happen"), work);
    }

    private void Answer(ClientTicket ticket, ControlAnswer answer, StepWork work)
    {
        if (_waiting.Remove(ticket))
            work.Emit(new ControlOutput.Answer(ticket, answer));
    }

    // Between two quorate views a request waits for the next one.
    private static string? Refusal(LogMember log, ReplicatedState? state)
    {
        bool regathering = log.IsRegathering;
        return (log.Mode ?? (regathering ? ViewMode.Quorate : ViewMode.Waiting)) switch
        {
            ViewMode.Waiting => $"this node isn't in a working view: {log.Situation}",
            ViewMode.Minority => "this partition has no quorum: nothing changed",
            ViewMode.Quorate => state is null || !(log.IsOpen || regathering) ? "this node is joining" : null,
        };
    }
}
