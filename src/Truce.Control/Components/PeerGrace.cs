using Truce.Model;

namespace Truce.Control.Components;

/// <summary>What a node's supervisor says of its controller, over the supervisors' own group.</summary>
public enum ControllerWord
{
    /// <summary>The supervisor isn't heard, or hasn't spoken.</summary>
    Unknown,

    /// <summary>It runs, or starts for the first time.</summary>
    Running,

    /// <summary>It died and is being started again.</summary>
    Respawning,

    /// <summary>It ended, and is not started again.</summary>
    Gone,
}

/// <summary>
/// How long to wait for a node whose controller is gone. There is something to wait for only while
/// its supervisor says that it is restarting the controller; without any message, the peers wait
/// for as long as one takes to arrive.
/// </summary>
public static class PeerGrace
{
    /// <summary>A word of the supervisor's may come that much later than the
    /// view without the controller.</summary>
    public static TimeSpan WordDelay { get; } = TimeSpan.FromSeconds(2);

    /// <summary>Until when a node is given; from <paramref name="since"/>, when its
    /// controller was first missed.</summary>
    /// <param name="word">What its supervisor says.</param>
    /// <param name="since">When the controller was first missed.</param>
    /// <param name="grace">How long a respawn may take.</param>
    public static Instant Until(ControllerWord word, Instant since, TimeSpan grace) => word switch
    {
        ControllerWord.Respawning or ControllerWord.Running => since.Plus(grace),
        ControllerWord.Unknown or ControllerWord.Gone => since.Plus(WordDelay < grace ? WordDelay : grace),
    };
}
