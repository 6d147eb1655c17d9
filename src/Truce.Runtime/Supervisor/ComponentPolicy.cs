using Truce.Model;

namespace Truce.Runtime.Supervisor;

/// <summary>What a component's death leads to.</summary>
internal enum DeathVerdict
{
    /// <summary>Start it again.</summary>
    Respawn,

    /// <summary>Start it again, but not at once: nothing that is safety's depends on it.</summary>
    RespawnLater,

    /// <summary>It dies again and again: reset the node.</summary>
    Panic,
}

/// <summary>
/// The policy <c>respawn</c>: at most so many times within a window, and then the node is reset. A component whose
/// absence endangers nothing (the API) is started again later instead. The policies stop-or-panic and leave have
/// their place here.
/// </summary>
internal sealed class ComponentPolicy(int respawnMax, TimeSpan window, bool essential)
{
    private readonly Queue<Instant> _deaths = new();

    public DeathVerdict Died(Instant now)
    {
        while (_deaths.TryPeek(out Instant oldest) && now.Since(oldest) > window)
            _deaths.Dequeue();
        _deaths.Enqueue(now);
        if (_deaths.Count <= respawnMax)
            return DeathVerdict.Respawn;
        if (essential)
            return DeathVerdict.Panic;
        _deaths.Dequeue();
        return DeathVerdict.RespawnLater;
    }
}
