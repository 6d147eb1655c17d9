using Truce.Model;

namespace Truce.Control.Components;

/// <summary>What a component's death leads to.</summary>
public enum DeathVerdict
{
    /// <summary>Start it again.</summary>
    Respawn,

    /// <summary>Start it again, but not at once: nothing that is safety's depends on it.</summary>
    RespawnLater,

    /// <summary>It dies again and again: reset the node.</summary>
    Panic,
}

/// <summary>How much a node depends on a component.</summary>
public enum ComponentNeed
{
    /// <summary>Without it the node's resources are unwatched.</summary>
    Essential,

    /// <summary>Its absence endangers nothing: the API; every role of a node that stays out.</summary>
    Optional,
}

/// <summary>
/// The policy <c>respawn</c>: at most a given number of times within a window, and then the node is reset. A
/// component that isn't needed for safety is started again later instead.
/// </summary>
public sealed class ComponentPolicy(int respawnMax, TimeSpan window, ComponentNeed need)
{
    private readonly Queue<Instant> _deaths = new();

    /// <summary>It died.</summary>
    public DeathVerdict Died(Instant now)
    {
        while (_deaths.TryPeek(out Instant oldest) && now.Since(oldest) > window)
            _deaths.Dequeue();
        _deaths.Enqueue(now);
        if (_deaths.Count <= respawnMax)
            return DeathVerdict.Respawn;
        if (need == ComponentNeed.Essential)
            return DeathVerdict.Panic;
        _deaths.Dequeue();
        return DeathVerdict.RespawnLater;
    }
}

/// <summary>
/// The policy <c>leave</c> at its simplest: a node that has reset itself as often as allowed, for
/// components that died again and again, stays out after the next boot. Nothing runs there then,
/// so that nothing has to be stopped.
/// </summary>
public static class ResetRule
{
    /// <summary>Resets within <see cref="Window"/> after which a node stays out.</summary>
    public const int ResetMax = 2;

    /// <summary>The window, by the wall clock: it has to survive a boot.</summary>
    public static TimeSpan Window { get; } = TimeSpan.FromMinutes(10);

    /// <summary>Why a node stays out; null: it serves. A clock that was set back makes
    /// no reset younger than now.</summary>
    public static string? Objection(IReadOnlyList<(DateTimeOffset At, string Reason)> resets, DateTimeOffset now)
    {
        var recent = resets.Where(r => r.At <= now && now - r.At <= Window).ToList();
        return recent.Count < ResetMax
            ? null
            : $"it reset itself {recent.Count} times within {Window.TotalMinutes:0} minutes, most recently because {recent[^1].Reason}; "
                + "do: remove the cause (see the role's log), then truce node repair, on this node";
    }
}
