namespace Truce.Control;

/// <summary>Who waits for the outcome of an own command; it comes back when the command
/// is committed or dropped.</summary>
internal abstract record Receipt
{
    private Receipt() { }

    /// <summary>A client that wished it.</summary>
    public sealed record Client(ClientTicket Ticket) : Receipt;

    /// <summary>An action of a transition that is a command by itself.</summary>
    public sealed record Action(long Transition, int Number) : Receipt;

    /// <summary>An executor that keeps a result until it is committed.</summary>
    public sealed record Result(ExecutorKind Kind, string Session, long Number) : Receipt;

    /// <summary>An executor whose unreported results went with this node's report at a join.</summary>
    public sealed record Report : Receipt;
}
