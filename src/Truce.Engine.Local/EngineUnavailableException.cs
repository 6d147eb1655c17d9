namespace Truce.Engine.Local;

/// <summary>The group can't be joined: there is no sequencer, or it refuses this node.</summary>
public sealed class EngineUnavailableException : Exception
{
    /// <summary>States why.</summary>
    public EngineUnavailableException(string message, bool refused, Exception? inner = null) : base(message, inner) =>
        Refused = refused;

    /// <summary>The sequencer is there and refuses this node: trying again is of no use.</summary>
    public bool Refused { get; }
}
