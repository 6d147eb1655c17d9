namespace Truce.Control;

/// <summary>Identifies a client's request until it is answered; unique
/// within a controller's session.</summary>
public readonly record struct ClientTicket(long Number) : IComparable<ClientTicket>
{
    /// <summary>In the order in which they were given.</summary>
    public int CompareTo(ClientTicket other) => Number.CompareTo(other.Number);
}
