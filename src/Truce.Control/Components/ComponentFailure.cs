namespace Truce.Control.Components;

/// <summary>What the loss of a component for good means for its node.</summary>
public enum ComponentFailure
{
    /// <summary>Everything that runs here is stopped, in order; if that can't be done in time, the node is
    /// reset.</summary>
    StopOrPanic,

    /// <summary>The node is reset at once.</summary>
    Panic,
}
