using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>
/// When starts that were allowed with a fencing are taken back. No plan is made before their nodes
/// have said what became of them; a fencing that fails, or takes its time, must not keep the
/// cluster from everything else meanwhile.
/// </summary>
internal sealed class UndecidedStarts
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);
    private Instant? _since;
    private bool _isTold;

    /// <summary>When it wants to go on.</summary>
    public Instant? NextTimer => _isTold ? null : _since?.Plus(s_patience);

    /// <summary>Counts afresh.</summary>
    public void Clear() => (_since, _isTold) = (null, false);

    /// <summary>Whether to take them back now; said once.</summary>
    /// <param name="pace">Whether a plan waits for them.</param>
    /// <param name="state">The state.</param>
    /// <param name="now">The time.</param>
    public bool AreTakenBack(PlanPace pace, ReplicatedState state, Instant now)
    {
        if (!pace.IsWanted || !AllowingStarts.IsUndecided(state))
        {
            Clear();
            return false;
        }

        _since ??= now;
        if (_isTold || (_since.Value.Plus(s_patience).CompareTo(now) > 0 && !HasFailed(state)))
            return false;
        return _isTold = true;
    }

    private static bool HasFailed(ReplicatedState state) => state.Pending.Values.Any(
        o => o.Fence is not null && state.Fences.Any(f => f.Intent.Id == o.Fence && f.Attempts > 0));
}
