using Truce.Simulator.Checks;

namespace Truce.Simulator.World;

/// <summary>Everything that happened, in order, and the checkers that watch it.</summary>
internal sealed class Ledger(Clockwork clock)
{
    private readonly List<(long AtMs, WorldEvent Event)> _events = [];
    private readonly List<IChecker> _checkers = [];

    public IReadOnlyList<(long AtMs, WorldEvent Event)> Events => _events;

    /// <summary>Promises broken.</summary>
    public List<Violation> Violations { get; } = [];

    /// <summary>Whether what the roles log is kept.</summary>
    public bool KeepsLogs { get; set; }

    /// <summary>When a device last confirmed a shot.</summary>
    public long? LastConfirmedMs { get; private set; }

    public void Watch(IChecker checker) => _checkers.Add(checker);

    public void Tell(WorldEvent happened)
    {
        if (happened is not WorldEvent.StateSeen)
            _events.Add((clock.NowMs, happened));
        if (happened is WorldEvent.ShotConfirmed)
            LastConfirmedMs = clock.NowMs;
        foreach (IChecker checker in _checkers)
            checker.Observe(happened, clock.NowMs, v => Violations.Add(v));
    }

    /// <summary>A defect that isn't any single promise's.</summary>
    public void Accuse(string promise, string text) => Violations.Add(new Violation(promise, clock.NowMs, text));
}
