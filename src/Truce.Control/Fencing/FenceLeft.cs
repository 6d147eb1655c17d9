using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>Fencings as a disk holds them. Of some there is no result: their controller ended, or was shot, in
/// between.</summary>
public static class FenceLeft
{
    /// <summary>The fencing as the history shows it.</summary>
    public static FenceState Conclude(FenceState stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        // Which agents are still at work only those who run them can say.
        return !stored.IsOpen ? stored with { MayStillHit = false } : stored with
        {
            Stage = FenceStage.Obsolete,
            End = stored.Begin,
            Reason = $"its result is unknown: {stored.Intent.By} itself was lost before it could report it",
        };
    }
}
