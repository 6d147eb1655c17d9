using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>
/// How this node goes: in order when asked to stop, by a reset where quorum's loss is configured to be
/// suicide, or where the others hold it for dead.
/// </summary>
internal sealed class Leaving(ControlIdentity self)
{
    private bool _stopWanted;
    private bool _stopAsked;
    private bool _hadQuorum;
    private bool _panicked;

    /// <summary>Requests this node to stop its resources in order and leave.</summary>
    public void StopWanted() => _stopWanted = true;

    /// <summary>Goes on.</summary>
    public void Step(LogMember log, ReplicatedState? state, StepWork work)
    {
        PanicWithoutQuorum(log, state, work);
        AskToStop(log, state, work);
    }

    /// <summary>
    /// A boot that reads that it was proven off: the device has lied, or cut only the storage, or
    /// the wrong node was confirmed off. The others start what is running here; only a reset makes
    /// their assumption true (promise S1).
    /// </summary>
    public void Applied(AppliedEntry applied, StepWork work)
    {
        bool isProof = applied.Entry.Submission.Commands.Any(
            c => c is Command.FenceEnded { Succeeded: true } or Command.FenceConfirmed);
        if (_panicked || !isProof || IsDead(applied.Before) || !IsDead(applied.After))
            return;
        _panicked = true;
        work.Emit(new ControlOutput.Panic(
            $"{self.Node} counts as fenced, but is still running: its resources may be started elsewhere; "
            + "do: see truce fence history, and test the device: truce fence test"));
    }

    private bool IsDead(ReplicatedState state) =>
        state.Member(self.Node) is { Phase: MemberPhase.Down } member
        && member.DeadIncarnation == self.Incarnation;

    // no-quorum-policy suicide. A partition without quorum can't shoot anybody, itself included, by the log:
    // each of its nodes resets itself. One that has had no quorum since it started has nothing to give up.
    private void PanicWithoutQuorum(LogMember log, ReplicatedState? state, StepWork work)
    {
        _hadQuorum |= log.Mode == ViewMode.Quorate;
        if (!_hadQuorum || _panicked || log.Mode != ViewMode.Minority || log.Quorum is not { Quorate: false }
            || state is null || !ControlOptions.PanicsWithoutQuorum(state))
            return;
        _panicked = true;
        work.Emit(new ControlOutput.Panic("quorum is lost, and no-quorum-policy is suicide"));
    }

    // As a member the node asks the coordinator to stop everything here first;
    // otherwise nothing runs on its behalf.
    private void AskToStop(LogMember log, ReplicatedState? state, StepWork work)
    {
        if (!_stopWanted || _stopAsked)
            return;
        bool member = log.IsOpen && state?.Member(self.Node) is { Phase: MemberPhase.Joined };
        if (member)
        {
            _stopAsked = true;
            work.Submit(new Command.SetTransient(
                self.Node, StatusEditing.Shutdown, StatusEditing.Seconds(work.Time.Wall)));
        }
        else if (log.Mode == ViewMode.Waiting && state?.Member(self.Node) is { Phase: MemberPhase.Joined })
        {
            log.WaitNoLonger(work);
        }
        else if (state?.Member(self.Node) is null)
        {
            work.Emit(new ControlOutput.StoppedCleanly());
            work.Emit(new ControlOutput.Leave("asked to stop before it had joined"));
        }
    }
}
