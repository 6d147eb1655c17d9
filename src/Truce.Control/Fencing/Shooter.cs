using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>
/// Carries out the fencings that this node was chosen for. It shoots only while its last installed view is quorate,
/// and only once members with a quorum of votes, the target not counted, hold the intent.
/// </summary>
internal sealed class Shooter(ControlIdentity self, ControlLimits limits)
{
    private readonly SortedDictionary<string, FenceRun> _runs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Instant> _notBefore = [];
    private readonly Dictionary<string, Instant> _since = new(StringComparer.Ordinal);
    private readonly HashSet<string> _reported = [];
    private readonly List<string> _confirmed = [];

    /// <summary>When it wants to go on.</summary>
    public Instant? NextTimer
    {
        get
        {
            Instant? next = null;
            foreach (FenceRun run in _runs.Values)
                next = Instant.Earliest(next, run.NextTimer);
            foreach (Instant at in _notBefore.Values)
                next = Instant.Earliest(next, at);
            return next;
        }
    }

    /// <summary>Goes on: begins what has become due, shoots what is ready, and tells results.</summary>
    public void Step(ReplicatedState state, Func<FenceState, bool> mayShoot, bool fencerUp, Instant now, StepWork work)
    {
        foreach (FenceState fence in state.OpenFences.Where(f => f.Intent.By == self.Node))
            Consider(fence, state, mayShoot(fence) && fencerUp, now);
        foreach (FenceRun run in _runs.Values.ToList())
        {
            FenceState? fence = state.Fences.FirstOrDefault(f => f.Intent.Id == run.FenceId);
            if (fence is { MayStillHit: true } && fence.Intent.By == self.Node)
                CutShort(run, now, work);
            else if (fence is not { IsOpen: true } || fence.Intent.By != self.Node)
                Drop(run.FenceId);
            else if (fencerUp && mayShoot(fence))
                GoOn(run, fence, now, work);
        }

        foreach (FenceState fence in state.Fences.Where(f => f.MayStillHit && f.Intent.By == self.Node))
            TellOver(fence, work);
        foreach (string over in _notBefore.Where(n => n.Value.CompareTo(now) <= 0).Select(n => n.Key).ToList())
            _notBefore.Remove(over);
    }

    /// <summary>Fencings that this node's devices have confirmed since the last call: the log learns of them later.</summary>
    public ImmutableArray<string> TakeConfirmed()
    {
        ImmutableArray<string> confirmed = [.. _confirmed];
        _confirmed.Clear();
        return confirmed;
    }

    /// <summary>A fence agent ended.</summary>
    public void Ended(OperationResult result, Instant now)
    {
        foreach (FenceRun run in _runs.Values)
            run.Ended(result.OperationId, result, now);
    }

    /// <summary>The fencer can't run an agent: that device failed.</summary>
    public void Refused(string operationId, string reason, Instant now)
    {
        foreach (FenceRun run in _runs.Values)
            run.Refused(operationId, reason, now);
    }

    /// <summary>Another view: what wasn't told is told again.</summary>
    public void ViewBegan() => _reported.Clear();

    /// <summary>The fencer is another one: what was under way is lost, and tried again.</summary>
    public void FencerRestarted() => _runs.Clear();

    private void Consider(FenceState fence, ReplicatedState state, bool mayShoot, Instant now)
    {
        string id = fence.Intent.Id;
        if (_runs.ContainsKey(id) || !mayShoot || FenceGuard.MayBeAnotherBoot(state, fence.Intent) || (_notBefore.TryGetValue(id, out Instant at) && at.CompareTo(now) > 0))
            return;
        if (_since.TryAdd(id, now))
            ForgetEnded(state);
        _runs[id] = new FenceRun(fence, state, self.Node, self.Session, _since[id]);
    }

    private void GoOn(FenceRun run, FenceState fence, Instant now, StepWork work)
    {
        if (run.Next(now) is { } shot)
        {
            if (shot.Action == StatusWatch.Action)
            {
                work.Emit(new ControlOutput.AskAgent(shot));
            }
            else
            {
                if (shot.Target != fence.Intent.Target || fence.Intent.By != self.Node || !fence.IsOpen)
                    throw new InvariantException($"{shot} isn't what fencing {fence.Intent.Id} is for");
                work.Emit(new ControlOutput.Pause(PausePoint.AfterCommitBeforeShot));
                work.Emit(new ControlOutput.Shoot(shot));
            }
        }

        if (run.Result is not { } result || !_reported.Add(run.FenceId))
            return;
        work.Emit(new ControlOutput.Pause(PausePoint.AfterShotBeforeResult));
        work.Submit(result);
        if (result.Succeeded && !fence.Intent.IsUnfencing)
            _confirmed.Add(run.FenceId);
        if (!result.Succeeded)
        {
            // The failure ends this attempt; the next one begins after a pause that grows, here or on another node.
            _notBefore[run.FenceId] = now.Plus(limits.FenceRetry * (fence.Attempts + 1));
            _runs.Remove(run.FenceId);
            _reported.Remove(run.FenceId);
        }
    }

    // Its target is back as another boot, and waits until this is over.
    private void CutShort(FenceRun run, Instant now, StepWork work)
    {
        run.CutShort();
        if (run.Next(now) is { } shot)
        {
            if (shot.Action != "on")
                throw new InvariantException($"{shot} is begun though its target rebooted before");
            work.Emit(new ControlOutput.Shoot(shot));
        }

        if (run.Result is { } result && _reported.Add(run.FenceId))
            work.Submit(result);
    }

    private void TellOver(FenceState fence, StepWork work)
    {
        if (!_runs.ContainsKey(fence.Intent.Id) && _reported.Add(fence.Intent.Id))
            work.Submit(new Command.FenceEnded(
                fence.Intent.Id, self.Node, Succeeded: false, "", "nothing was under way"));
    }

    private void ForgetEnded(ReplicatedState state)
    {
        HashSet<string> open = [.. state.OpenFences.Select(f => f.Intent.Id)];
        foreach (string ended in _since.Keys.Where(id => !open.Contains(id)).ToList())
            _since.Remove(ended);
    }

    private void Drop(string id)
    {
        _runs.Remove(id);
        _notBefore.Remove(id);
        _reported.Remove(id);
    }
}
