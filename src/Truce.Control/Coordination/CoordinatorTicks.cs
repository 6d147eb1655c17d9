using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>The coordinator's sign of life, which carries cluster time and whether everything is
/// planned and carried out.</summary>
internal sealed class CoordinatorTicks(ControlIdentity self, ControlLimits limits)
{
    private Instant? _last;
    private bool _rested;

    /// <summary>When the next one is due; null: at the next step.</summary>
    public Instant? NextTimer => _last?.Plus(limits.Tick);

    /// <summary>Another coordinator's time isn't this one's.</summary>
    public void Restart() => _last = null;

    /// <summary>Ticks if it is time to, or if everything has just come to rest.</summary>
    /// <param name="rests">Whether nothing is to be planned and nothing under way.</param>
    /// <param name="state">The state.</param>
    /// <param name="held">What it last held: up to which entry, and the
    /// digest of the whole state there.</param>
    /// <param name="work">Takes the tick.</param>
    public void Step(bool rests, ReplicatedState state, (long Index, string Digest) held, StepWork work)
    {
        Instant now = work.Time.Now;
        bool isNews = rests && !_rested;
        _rested = rests;
        if (!isNews && _last is { } last && last.Plus(limits.Tick).CompareTo(now) > 0)
            return;
        long elapsed = _last is { } before ? (long)now.Since(before).TotalMilliseconds : 0;
        _last = now;
        // Cluster time stands still without quorum.
        work.Submit(new Command.Tick(self.Node, state.View?.Quorate == true ? elapsed : 0, held.Index, held.Digest)
        {
            RestsAt = rests ? state.Index : 0,
        });
    }
}
