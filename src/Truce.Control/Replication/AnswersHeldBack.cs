namespace Truce.Control;

/// <summary>
/// Answers to clients whose change is committed, but not yet held by every node that could be quorate
/// without us: with two nodes of one vote each, the other one. If we were cut off now, it would continue
/// without the change that we had acknowledged.
/// </summary>
internal sealed class AnswersHeldBack
{
    private readonly Queue<(long Index, ClientTicket Ticket, ControlAnswer Answer)> _answers = new();

    /// <summary>No client is waiting.</summary>
    public bool IsEmpty => _answers.Count == 0;

    /// <summary>Holds one back, in the order of the log.</summary>
    public void Add(long index, ClientTicket ticket, ControlAnswer answer) =>
        _answers.Enqueue((index, ticket, answer));

    /// <summary>Those that may be given now.</summary>
    public IEnumerable<(ClientTicket Ticket, ControlAnswer Answer)> Take(long safelyHeld)
    {
        while (_answers.TryPeek(out var next) && next.Index <= safelyHeld)
        {
            _answers.Dequeue();
            yield return (next.Ticket, next.Answer);
        }
    }

    /// <summary>All of them, unanswered: the cluster continued from another node's state.</summary>
    public IReadOnlyList<ClientTicket> Clear()
    {
        ClientTicket[] tickets = [.. _answers.Select(a => a.Ticket)];
        _answers.Clear();
        return tickets;
    }
}
