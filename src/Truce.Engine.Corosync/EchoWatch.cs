namespace Truce.Engine.Corosync;

/// <summary>
/// Whether Corosync still works. A Corosync that has stopped without dying closes nothing: whoever waits for
/// it waits for ever, on a node that the others have long lost. So a member expects its own words back in the
/// total order; where it has nothing to say, it sends a pulse. What comes back proves the whole way: the
/// local socket, Corosync's main loop and the ring. Time in which this process stood still itself doesn't
/// count.
/// </summary>
/// <param name="limit">How long nothing may come back.</param>
internal sealed class EchoWatch(TimeSpan limit)
{
    private const int TokensMax = 10;
    private const int Steps = 10;
    private static readonly TimeSpan s_least = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private TimeSpan _last;
    private TimeSpan _silent;
    private TimeSpan _pulseDue = limit / Steps;

    /// <summary>How often <see cref="Step"/> has to be called at least; so often a pulse is sent while
    /// nothing comes back.</summary>
    public TimeSpan Period { get; } = limit / Steps;

    /// <summary>How long nothing may come back.</summary>
    public TimeSpan Limit { get; } = limit;

    /// <summary>
    /// The limit for a token timeout. A ring that forms anew takes a token and a consensus (1.2 tokens) each
    /// time, and is silent meanwhile; several in a row are no hang. Where there is a quorum device, a new
    /// ring also waits for its vote before anything is delivered.
    /// </summary>
    /// <param name="token">The token timeout.</param>
    /// <param name="deviceWait">How long a ring waits for the quorum device; zero: there is none.</param>
    public static TimeSpan LimitFor(TimeSpan token, TimeSpan deviceWait) =>
        TimeSpan.FromTicks(Math.Max(s_least.Ticks, token.Ticks * TokensMax)) + deviceWait;

    /// <summary>Something of ours came back.</summary>
    public void Came()
    {
        lock (_lock)
            (_silent, _pulseDue) = (TimeSpan.Zero, Period);
    }

    /// <summary>Time has passed.</summary>
    /// <param name="now">Since any fixed moment.</param>
    public EchoStep Step(TimeSpan now)
    {
        lock (_lock)
        {
            TimeSpan passed = now - _last;
            _last = now;
            _silent += passed < Period * 2 ? passed : Period;
            if (_silent >= Limit)
                return EchoStep.Lost;
            if (_silent < _pulseDue)
                return EchoStep.None;
            _pulseDue = _silent + Period;
            return EchoStep.Pulse;
        }
    }
}

/// <summary>What a member has to do about the silence.</summary>
internal enum EchoStep
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Send a pulse.</summary>
    Pulse,

    /// <summary>Give Corosync up.</summary>
    Lost,
}
