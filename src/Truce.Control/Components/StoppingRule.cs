using Truce.Model;

namespace Truce.Control.Components;

/// <summary>What a supervisor has to do.</summary>
public enum StoppingStep
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Have the executor stop everything here.</summary>
    Stop,

    /// <summary>Reset the node.</summary>
    Panic,
}

/// <summary>
/// The policy <c>stop-or-panic</c>. Without its engine a node is lost to the others: they fence it, and if
/// they can't, its resources would run unwatched for as long as it takes. So it stops them by itself, once
/// the engine has been away for a grace; if it can't be done within a limit, the node is reset. The same goes
/// for any other reason to stop without the cluster.
/// </summary>
/// <param name="grace">How long the engine may be away: one that is restarted at once costs nothing.</param>
/// <param name="limit">How long stopping may take.</param>
public sealed class StoppingRule(TimeSpan grace, TimeSpan limit)
{
    private bool _wasThere;
    private Instant? _awaySince;
    private Instant? _stopsSince;
    private bool _stopped;

    private Instant? Due => _stopsSince is { } stops ? stops.Plus(limit)
        : _stopped ? null
        : _awaySince?.Plus(grace);

    /// <summary>What the engine's loss for longer means.</summary>
    public ComponentFailure Failure { get; set; }

    /// <summary>Whether everything here is being stopped.</summary>
    public bool IsStopping => _stopsSince is not null;

    /// <summary>Whether the engine is away.</summary>
    public bool IsAway => _awaySince is not null;

    /// <summary>Why; empty: nothing is stopped.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>The engine is there.</summary>
    public void Came() => (_wasThere, _awaySince, _stopped) = (true, null, false);

    /// <summary>The engine isn't there (yet).</summary>
    public void Went(Instant now) => _awaySince ??= now;

    /// <summary>Everything is to be stopped now, for a reason other than the engine's.</summary>
    public StoppingStep StopNow(string reason, Instant now)
    {
        if (IsStopping)
            return StoppingStep.None;
        (_stopsSince, Reason) = (now, reason);
        return StoppingStep.Stop;
    }

    /// <summary>Everything is stopped.</summary>
    public void Stopped() => (_stopsSince, _stopped) = (null, true);

    /// <summary>What is due.</summary>
    public StoppingStep Step(Instant now)
    {
        if (Due is not { } due || due.CompareTo(now) > 0)
            return StoppingStep.None;
        if (IsStopping)
        {
            Reason = "stopping its resources without the cluster took longer than "
                + $"{limit.TotalMilliseconds:0} ms ({Reason})";
            return StoppingStep.Panic;
        }

        string away = $"the engine (Corosync) has been away for {grace.TotalMilliseconds:0} ms";
        // A node that waits for its engine to start has nothing to be reset for.
        if (Failure != ComponentFailure.Panic || !_wasThere)
            return StopNow(away, now);
        Reason = away;
        return StoppingStep.Panic;
    }
}
