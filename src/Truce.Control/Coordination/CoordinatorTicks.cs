using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>
/// The coordinator's sign of life, which carries cluster time and whether everything is planned and carried
/// out. One is on its way at a time, and the first comes an interval after the takeover: what brought that
/// about is more urgent.
/// </summary>
internal sealed class CoordinatorTicks(ControlIdentity self, ControlLimits limits)
{
    private Instant? _counted;
    private Instant? _onItsWay;
    private Instant? _due;
    private bool _rested;

    /// <summary>When the next one is due; null: none before the last is committed.</summary>
    public Instant? NextTimer => _onItsWay is null ? _due : null;

    /// <summary>Another coordinator's time, or another view's, isn't this one's.</summary>
    public void Restart()
    {
        (_counted, _onItsWay, _due) = (null, null, null);
        _rested = false;
    }

    /// <summary>A command was committed.</summary>
    public void Applied(Command command)
    {
        if (command is Command.Tick tick && tick.Node == self.Node && _onItsWay is { } sent)
            (_counted, _onItsWay) = (sent, null);
    }

    /// <summary>Ticks if it is time to, or if everything has just come to rest.</summary>
    /// <param name="rests">Whether nothing is to be planned and nothing under way.</param>
    /// <param name="state">The state.</param>
    /// <param name="held">What it last held: up to which entry, and the
    /// digest of the whole state there.</param>
    /// <param name="work">Takes the tick.</param>
    public void Step(bool rests, ReplicatedState state, (long Index, string Digest) held, StepWork work)
    {
        Instant now = work.Time.Now;
        _due ??= now.Plus(limits.Tick);
        _counted ??= now;
        bool isNews = rests && !_rested;
        _rested = rests;
        if (!isNews && (_onItsWay is not null || _due.Value.CompareTo(now) > 0))
            return;
        long elapsed = (long)now.Since(_onItsWay ?? _counted.Value).TotalMilliseconds;
        _onItsWay = now;
        _due = now.Plus(limits.Tick);
        // Cluster time stands still without quorum.
        work.Submit(new Command.Tick(self.Node, state.View?.Quorate == true ? elapsed : 0, held.Index, held.Digest)
        {
            RestsAt = rests ? state.Index : 0,
        });
    }
}
