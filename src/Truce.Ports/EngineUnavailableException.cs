namespace Truce.Ports;

/// <summary>The group can't be joined: there is no engine, or it refuses this node.</summary>
public sealed class EngineUnavailableException : Exception
{
    /// <summary>States why.</summary>
    public EngineUnavailableException(string message, bool refused, Exception? inner = null) : base(message, inner) =>
        Refused = refused;

    /// <summary>The engine is there and refuses this node: trying again is of no use.</summary>
    public bool Refused { get; }
}
