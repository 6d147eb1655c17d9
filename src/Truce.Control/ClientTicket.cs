namespace Truce.Control;

/// <summary>Stands for a client's wish until it is answered; unique within a controller's life.</summary>
public readonly record struct ClientTicket(long Number) : IComparable<ClientTicket>
{
    /// <summary>In the order in which they were given.</summary>
    public int CompareTo(ClientTicket other) => Number.CompareTo(other.Number);
}
