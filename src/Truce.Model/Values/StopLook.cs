namespace Truce.Model;

/// <summary>The look that follows a stop which failed.</summary>
public static class StopLook
{
    /// <summary>Begins the reason of a stop that failed and was found to have nothing left to stop.</summary>
    public const string Found = "the stop counts as done";

    /// <summary>How long it may take, or as long as the stop, if that is less.</summary>
    public static TimeSpan TimeoutMax { get; } = TimeSpan.FromSeconds(10);
}
