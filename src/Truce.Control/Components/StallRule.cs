namespace Truce.Control.Components;

/// <summary>
/// How long a role may hang before its supervisor kills it. Its peers take a silent controller for
/// stuck and have its node fenced; the supervisor must be faster than they are, as a respawn costs
/// nothing and a shot costs the node.
/// </summary>
public static class StallRule
{
    private static readonly ControlLimits s_peers = new();

    /// <summary>How often a role's loop says that it turns.</summary>
    public static TimeSpan Alive { get; } = TimeSpan.FromSeconds(1);

    /// <summary>From the supervisor's look to the membership without the controller, with
    /// room for a busy machine.</summary>
    public static TimeSpan Reaction { get; } = TimeSpan.FromSeconds(1);

    /// <summary>The least: one sign of life may be late by as much as it is apart from the last.</summary>
    public static TimeSpan Least { get; } = Alive * 2;

    /// <summary>The most: the last sign that the peers have may be a tick older than the hang.</summary>
    public static TimeSpan Most { get; } = s_peers.Stuck - s_peers.Tick - Reaction;

    /// <summary>Why a limit can't hold, with the arithmetic; null: it can.</summary>
    public static string? Objection(TimeSpan limit)
    {
        if (limit < Least)
        {
            return $"a role reports every {Alive.TotalMilliseconds:0} ms that it is alive; below "
                + $"{Least.TotalMilliseconds:0} ms a healthy role would be killed";
        }

        return limit > Most
            ? "the other nodes fence a node whose controller is silent for "
                + $"{s_peers.Stuck.TotalMilliseconds:0} ms, counted from up to "
                + $"{s_peers.Tick.TotalMilliseconds:0} ms before it hung, and killing it takes up to "
                + $"{Reaction.TotalMilliseconds:0} ms: that leaves {Most.TotalMilliseconds:0} ms"
            : null;
    }
}
