using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>
/// Keeps this node's executor informed how to stop what runs here, should it have to do so alone: whenever
/// that has changed, but not more often than <see cref="ControlLimits.Tick"/>. An executor stops what it
/// started since the last word first.
/// </summary>
internal sealed class LocalStopsWatch(ControlIdentity self, ControlLimits limits)
{
    private string _session = "";
    private LocalStops? _told;
    private Configuration? _configuration;
    private object? _started;
    private object? _status;
    private Instant? _notBefore;

    /// <summary>When it wants to go on; null: nothing has changed.</summary>
    public Instant? NextTimer { get; private set; }

    /// <summary>Tells, if that is due.</summary>
    public void Step(ReplicatedState state, string session, StepWork work)
    {
        NextTimer = null;
        if (session.Length == 0 || !HasChanged(state, session))
            return;
        if (_notBefore is { } at && at.CompareTo(work.Time.Now) > 0 && session == _session)
        {
            NextTimer = at;
            return;
        }

        _notBefore = work.Time.Now.Plus(limits.Tick);
        LocalStops stops = LocalStops.Of(state, self.Node);
        if (session != _session || stops != _told)
            work.Emit(new ControlOutput.TellStops(stops));
        (_session, _told) = (session, stops);
        (_configuration, _started) = (state.Cib.Configuration, state.Started);
        _status = Transients(state);
    }

    private bool HasChanged(ReplicatedState state, string session) => session != _session
        || !ReferenceEquals(state.Started, _started)
            || !ReferenceEquals(state.Cib.Configuration, _configuration)
        || !ReferenceEquals(Transients(state), _status);

    // A node's maintenance may be asked for by a transient attribute.
    private TransientAttributes? Transients(ReplicatedState state) => state.Member(self.Node) is { } member
        ? HistoryReading.Node(state.Cib.Status, member.Uuid)?.TransientAttributes
        : null;
}
