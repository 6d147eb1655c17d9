namespace Truce.Client;

/// <summary>Nothing answers at the socket, or the connection ended before the answer came. In the latter case
/// a change may or may not have been made: check before trying again.</summary>
public sealed class ClusterUnreachableException : Exception
{
    /// <summary>States which socket, and why.</summary>
    public ClusterUnreachableException(string message, Exception? inner = null) : base(message, inner) { }
}
