using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>
/// When to plan: at once for relevant committed entries, ever more rarely for orders that a
/// guard holds back, not before joining members have reported what they are running, and again
/// when time alone may change the plan.
/// </summary>
internal sealed class PlanPace(ControlLimits limits)
{
    private readonly PlanFailures _failures = new(limits);
    private string? _wanted;
    private long? _request;
    private long _requests;
    private Instant? _recheck;
    private Instant? _coldStart;
    private Instant? _waitUntil;
    private Instant _patience;
    private Instant _notBefore;
    private int _heldBack;
    private bool _startedOnce;

    /// <summary>Whether a plan is being made or is due.</summary>
    public bool IsPlanning => _request is not null || _wanted is not null || _failures.Attempts > 0;

    /// <summary>Whether a plan is due, and hasn't been asked for yet.</summary>
    public bool IsWanted => _wanted is not null;

    /// <summary>When it wants to go on.</summary>
    public Instant? NextTimer => Instant.Earliest(_recheck, _waitUntil, _failures.AnswerBy);

    /// <summary>A member that joins in a new view has this long to report what it is running.</summary>
    public void ViewBegan(Instant now) => _patience = now.Plus(limits.Join);

    /// <summary>Another member plans, or none does.</summary>
    public void Stop()
    {
        _wanted = null;
        _request = null;
        _failures.Clear();
    }

    /// <summary>This member plans from now on: what was asked for before is another one's.</summary>
    public void Begin()
    {
        _request = null;
        _failures.Clear();
    }

    /// <summary>Whether a request's answer is awaited.</summary>
    public bool IsAwaited(long request) => request == _request;

    /// <summary>The request whose answer is overdue; null: none.</summary>
    public long? Overdue(Instant now) => _failures.IsOverdue(now) ? _request : null;

    /// <summary>Something has changed: planned at once, also if a guard held things back before.</summary>
    public void Want(string reason, Instant now)
    {
        _wanted ??= reason;
        _heldBack = 0;
        _notBefore = now;
        if (_patience.CompareTo(now) < 0)
            _patience = now;
    }

    /// <summary>Planned when what is under way has ended.</summary>
    public void WantLater(string reason) => _wanted ??= reason;

    /// <summary>What a guard held back it will hold back again, until something changes:
    /// planned ever more rarely.</summary>
    public void WantAfterPause(string reason, Instant now)
    {
        _wanted ??= reason;
        TimeSpan pause = limits.Tick * Math.Pow(2, Math.Min(_heldBack++, 16));
        _notBefore = now.Plus(pause < limits.FencePause ? pause : limits.FencePause);
    }

    /// <summary>A request for a plan, if it is time for one and nothing is under way; else null.</summary>
    public long? Ask(TransitionRun? run, ReplicatedState state, Instant now)
    {
        _waitUntil = _wanted is not null && _notBefore.CompareTo(now) > 0 ? _notBefore : null;
        if (_waitUntil is not null || _wanted is null || _request is not null
            || run is { IsOver: false } || MustWait(state, now))
            return null;
        _wanted = null;
        _startedOnce = true;
        _failures.Asked(now);
        return _request = ++_requests;
    }

    /// <summary>A plan is there; false: it isn't the one that is awaited, or something has
    /// changed since it was asked for.</summary>
    public bool Planned(long request)
    {
        if (request != _request)
            return false;
        _request = null;
        _failures.Clear();
        return _wanted is null;
    }

    /// <summary>No plan: tried again later, ever more rarely. How often it failed in a row.</summary>
    public int Failed(Instant now)
    {
        _request = null;
        _recheck = _failures.Failed(now);
        return _failures.Attempts;
    }

    /// <summary>Plans again when time alone changes the plan, and from time to time
    /// even if nothing happened.</summary>
    /// <param name="by">Seconds since 1970, as the plan says; null: time changes nothing.</param>
    /// <param name="state">The state.</param>
    /// <param name="time">The time.</param>
    public void Recheck(long? by, ReplicatedState state, ControlTime time)
    {
        TimeSpan general = ControlOptions.RecheckInterval(state);
        TimeSpan wait = general > TimeSpan.Zero ? general : TimeSpan.FromDays(1);
        if (by is { } at)
        {
            TimeSpan until = DateTimeOffset.FromUnixTimeSeconds(at) - time.Wall + TimeSpan.FromSeconds(1);
            TimeSpan least = TimeSpan.FromSeconds(1);
            until = until < least ? least : until;
            wait = general > TimeSpan.Zero && general < until ? general : until;
        }

        _recheck = time.Now.Plus(wait);
    }

    /// <summary>Plans again at that time, or earlier if that was requested before.</summary>
    public void RecheckBy(Instant at)
    {
        if (_recheck is not { } before || at.CompareTo(before) < 0)
            _recheck = at;
    }

    /// <summary>Whether it is time to plan again; true only once.</summary>
    public bool TakeRecheck(Instant now)
    {
        if (_recheck is not { } at || at.CompareTo(now) > 0)
            return false;
        _recheck = null;
        return true;
    }

    // A joining member is about to report what it is running; a cold start
    // gives configured nodes time to join.
    private bool MustWait(ReplicatedState state, Instant now)
    {
        bool joining = state.Members.Values.Any(
            m => m.Phase == MemberPhase.Joining && !ShotsOnTheWay.Threaten(state, m.Node));
        if (AllowingStarts.IsUndecided(state))
            return true;
        bool missing = !_startedOnce && state.View?.Votes.Any(v => !state.Members.ContainsKey(v.Node)) == true;
        if (!joining && !missing)
            return false;
        if (missing && !_coldStart.HasValue)
            _coldStart = now.Plus(ControlOptions.StartDelay(state));
        Instant until = missing ? _coldStart!.Value : _patience;
        if (_patience.CompareTo(until) < 0)
            _patience = until;
        _waitUntil = until.CompareTo(now) > 0 ? until : null;
        return _waitUntil is not null;
    }
}
