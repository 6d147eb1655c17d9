using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>Fencings that a disk holds without a result: their controller ended,
/// or was shot, in between.</summary>
public static class FenceLeft
{
    /// <summary>The fencing as the history shows it.</summary>
    public static FenceState Conclude(FenceState stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        return !stored.IsOpen ? stored : stored with
        {
            Stage = FenceStage.Obsolete,
            End = stored.Begin,
            Reason = $"its result is unknown: {stored.Intent.By} itself was lost before it could report it",
        };
    }
}
