namespace Truce.Agents.Processes;

/// <summary>What can be seen of an operation's work from outside.</summary>
/// <param name="Writes">Writes that its block devices have completed since they are there.</param>
/// <param name="Processes">Processes of its resource that live, its own left out: a stop that sleeps in a
/// loop ends one a second.</param>
internal readonly record struct Progress(long Writes, int Processes);

/// <summary>
/// Decides whether an operation that reaches its timeout gets more: as long as something has moved within
/// the last window (a quarter of the timeout, ten seconds at most), and within the extension.
/// </summary>
internal sealed class ProgressWatch
{
    private static readonly TimeSpan s_windowMax = TimeSpan.FromSeconds(10);

    private readonly TimeSpan _timeout;
    private readonly TimeSpan _end;
    private readonly TimeSpan _window;
    private readonly Func<Progress> _read;
    private Progress? _last;

    /// <param name="timeout">The operation's timeout.</param>
    /// <param name="extension">What it may get beyond, at most.</param>
    /// <param name="read">Reads how far it is; may take its time, and be called on any thread.</param>
    public ProgressWatch(TimeSpan timeout, TimeSpan extension, Func<Progress> read)
    {
        TimeSpan window = timeout / 4;
        _window = window < s_windowMax ? window : s_windowMax;
        (_timeout, _end, _read) = (timeout, timeout + extension, read);
    }

    /// <summary>When to look first, from the begin on.</summary>
    public TimeSpan First => _timeout - _window;

    /// <summary>How much it was given beyond its timeout.</summary>
    public TimeSpan Given { get; private set; }

    /// <summary>Looks. Returns after how long to look again; null: its time is over.</summary>
    /// <param name="ran">How long it has run.</param>
    public TimeSpan? Next(TimeSpan ran)
    {
        Progress now = _read();
        bool hasMoved = _last is { } last && (now.Writes > last.Writes || now.Processes < last.Processes);
        bool isFirst = _last is null;
        _last = now;
        if (isFirst && ran < _timeout)
            return _timeout - ran;
        if (!hasMoved || ran >= _end)
            return null;
        TimeSpan left = _end - ran;
        TimeSpan more = left < _window ? left : _window;
        Given = ran + more - _timeout;
        return more;
    }
}
