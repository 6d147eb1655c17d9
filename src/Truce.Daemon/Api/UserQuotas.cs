namespace Truce.Daemon.Api;

/// <summary>
/// What each user may take of the API at a time: connections, requests a second, bytes in flight. Root and
/// the user that Truce runs as have limits too, but independent of others' use.
/// </summary>
internal sealed class UserQuotas(TimeProvider time)
{
    /// <summary>Users remembered; more, and those without a connection are forgotten.</summary>
    private const int UsersMax = 256;

    private readonly Lock _lock = new();
    private readonly Dictionary<(uint User, ApiRight Right), CallerAccount> _callers = [];
    private readonly SharedUse _all = new();

    /// <summary>A user's account.</summary>
    public CallerAccount Of(uint user, ApiRight right)
    {
        lock (_lock)
        {
            if (_callers.TryGetValue((user, right), out CallerAccount? known))
                return known;
            if (_callers.Count >= UsersMax)
                ForgetIdle();
            return _callers[(user, right)] = new CallerAccount(right == ApiRight.All ? CallerLimits.Administrator : CallerLimits.Reader, _all, time);
        }
    }

    private void ForgetIdle()
    {
        foreach ((uint, ApiRight) key in _callers.Where(c => c.Value.IsIdle).Select(c => c.Key).ToList())
            _callers.Remove(key);
    }
}

/// <summary>What all readers use together.</summary>
internal sealed class SharedUse
{
    public Lock Lock { get; } = new();

    public int Connections { get; set; }

    public long Bytes { get; set; }
}

/// <summary>How much a user may take.</summary>
/// <param name="Connections">At a time.</param>
/// <param name="ConnectionsOfAll">Of all such users together; null: others don't count.</param>
/// <param name="RequestsPerSecond">On average.</param>
/// <param name="RequestsAtOnce">Saved up.</param>
/// <param name="Bytes">Of bodies at a time.</param>
/// <param name="BytesOfAll">Of all such users together; null: others don't count.</param>
internal sealed record CallerLimits(
    int Connections, int? ConnectionsOfAll, double RequestsPerSecond, double RequestsAtOnce, long Bytes, long? BytesOfAll)
{
    /// <summary>Root and the user that Truce runs as: bounds against accidents.</summary>
    public static CallerLimits Administrator { get; } = new(256, null, 5_000, 10_000, 64L * 1024 * 1024, null);

    /// <summary>All other users.</summary>
    public static CallerLimits Reader { get; } = new(16, 96, 50, 100, 12L * 1024 * 1024, 12L * 1024 * 1024);
}

/// <summary>What one user has in use.</summary>
internal sealed class CallerAccount(CallerLimits limits, SharedUse all, TimeProvider time)
{
    // A request waits its turn no longer than this; then it is refused.
    private static readonly TimeSpan s_waitMax = TimeSpan.FromSeconds(10);

    private const int BytesPerToken = 64 * 1024;

    private int _connections;
    private long _bytes;
    private double _tokens = limits.RequestsAtOnce;
    private long _filled = time.GetTimestamp();

    /// <summary>Nothing is in use, and nothing has been for long.</summary>
    public bool IsIdle
    {
        get
        {
            lock (all.Lock)
                return _connections == 0 && _bytes == 0 && Refilled() >= limits.RequestsAtOnce;
        }
    }

    /// <summary>Counts one more connection; false: the user has too many.</summary>
    public bool TryConnect()
    {
        lock (all.Lock)
        {
            if (_connections >= limits.Connections || all.Connections >= (limits.ConnectionsOfAll ?? int.MaxValue))
                return false;
            _connections++;
            all.Connections += limits.ConnectionsOfAll is null ? 0 : 1;
            return true;
        }
    }

    /// <summary>A connection ended.</summary>
    public void Disconnect()
    {
        lock (all.Lock)
        {
            _connections--;
            all.Connections -= limits.ConnectionsOfAll is null ? 0 : 1;
        }
    }

    /// <summary>Counts a body's bytes; false: the user's bodies are too large together.</summary>
    public bool TryHold(long bytes)
    {
        lock (all.Lock)
        {
            if (_bytes + bytes > limits.Bytes || all.Bytes + bytes > (limits.BytesOfAll ?? long.MaxValue))
                return false;
            _bytes += bytes;
            all.Bytes += limits.BytesOfAll is null ? 0 : bytes;
            return true;
        }
    }

    /// <summary>Those bytes are free again.</summary>
    public void Release(long bytes)
    {
        lock (all.Lock)
        {
            _bytes -= bytes;
            all.Bytes -= limits.BytesOfAll is null ? 0 : bytes;
        }
    }

    /// <summary>
    /// A request's turn: larger ones wait longer. A user who asks too fast is slowed down, which costs us
    /// nothing; a refusal would cost an answer each time.
    /// </summary>
    /// <returns>False: the turn would come too late.</returns>
    public async Task<bool> TurnAsync(long bytes, CancellationToken cancellationToken)
    {
        TimeSpan wait = Take(1 + ((double)bytes / BytesPerToken));
        if (wait > s_waitMax)
            return false;
        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>An answer's size counts as a request's does: the next one waits for it.</summary>
    public void Charge(long bytes)
    {
        lock (all.Lock)
            Spend(Math.Min((double)bytes / BytesPerToken, Refilled() + (limits.RequestsPerSecond * s_waitMax.TotalSeconds)));
    }

    // The account may go into debt: that is the wait. Whose turn would come too late isn't counted.
    private TimeSpan Take(double tokens)
    {
        lock (all.Lock)
        {
            double wait = (tokens - Refilled()) / limits.RequestsPerSecond;
            if (wait <= s_waitMax.TotalSeconds)
                Spend(tokens);
            return wait <= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(wait);
        }
    }

    private void Spend(double tokens)
    {
        _tokens = Refilled() - tokens;
        _filled = time.GetTimestamp();
    }

    private double Refilled() => Math.Min(
        limits.RequestsAtOnce, _tokens + (time.GetElapsedTime(_filled).TotalSeconds * limits.RequestsPerSecond));
}
