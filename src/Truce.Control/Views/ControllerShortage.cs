using Truce.Model;

namespace Truce.Control;

/// <summary>
/// How long a node whose engine has quorum waits while too few nodes have a controller: as long as any
/// controller may be away. Then those that hold a state go on as a side without quorum, so that what
/// runs is watched and can be stopped.
/// </summary>
internal sealed class ControllerShortage(TimeSpan patience)
{
    private Instant? _since;

    /// <summary>Whether this node waits no longer.</summary>
    public bool IsOver { get; private set; }

    /// <summary>When the wait ends; null: it has ended, or there is none.</summary>
    public Instant? NextTimer => IsOver ? null : _since?.Plus(patience);

    /// <summary>A view was agreed on. A shortage lasts through any number of views without enough
    /// controllers.</summary>
    public void Agreed(Agreement agreement, Instant now)
    {
        if (agreement.LacksControllers)
            _since ??= now;
        else if (agreement.Mode == ViewMode.Quorate)
            (_since, IsOver) = (null, false);
    }

    /// <summary>Whether the wait has just ended.</summary>
    public bool Ends(Instant now)
    {
        if (NextTimer is not { } end || end.CompareTo(now) > 0)
            return false;
        return IsOver = true;
    }

    /// <summary>This node was asked to stop: nothing is waited for. False: that is so already.</summary>
    public bool GiveUp() => !IsOver && (IsOver = true);
}
