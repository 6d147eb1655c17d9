namespace Truce.Client;

/// <summary>Nobody answers at the socket, or the connection ended before the answer came. The latter says nothing about
/// what happened to a change: look before trying again.</summary>
public sealed class ClusterUnreachableException : Exception
{
    /// <summary>States which socket, and why.</summary>
    public ClusterUnreachableException(string message, Exception? inner = null) : base(message, inner) { }
}
