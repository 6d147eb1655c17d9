namespace Truce.Model;

/// <summary>
/// What a stop may get beyond its timeout while it makes progress
/// (docs/decisions/0063-a-stop-that-makes-progress-gets-more-time.md).
/// </summary>
public static class StopExtension
{
    // The extension of a stop is at most a day, however long its timeout is.
    private const long LongestMs = 24L * 3600 * 1000;

    /// <summary>At most; 0: nothing.</summary>
    /// <param name="options">What is configured.</param>
    /// <param name="agentClass">Of the resource's agent. What systemd does for a
    /// unit is no process of ours.</param>
    /// <param name="stopTimeoutMs">The stop's own timeout.</param>
    public static long MaxMs(ClusterOptions options, string? agentClass, long stopTimeoutMs) =>
        agentClass is AgentName.Ocf or AgentName.Lsb
            ? Math.Min(LongestMs, options.StopExtensionMs ?? (2 * Math.Min(LongestMs, stopTimeoutMs)))
            : 0;
}
