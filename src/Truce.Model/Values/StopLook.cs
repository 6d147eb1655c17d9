namespace Truce.Model;

/// <summary>The look that follows a stop which failed
/// (docs/decisions/0059-a-failed-stop-is-looked-at.md).</summary>
public static class StopLook
{
    private const long TimeoutMaxMs = 10_000;

    /// <summary>How long it may take; 0: there is none.</summary>
    /// <param name="options">What is configured.</param>
    /// <param name="agentClass">Of the resource's agent. What other classes run isn't below their operation's
    /// cgroup, so nothing but the agent's word would speak for its end.</param>
    /// <param name="stopTimeoutMs">The stop's own timeout: an agent needn't be
    /// quicker to look than to act.</param>
    public static long TimeoutMs(ClusterOptions options, string? agentClass, long stopTimeoutMs) =>
        options.LooksAfterFailedStops && agentClass == AgentName.Ocf
            ? Math.Min(TimeoutMaxMs, stopTimeoutMs)
            : 0;
}
