namespace Truce.Control;

/// <summary>
/// Paces own acknowledgements: one on its way at a time, each for everything held by then.
/// Under load they thin out by themselves.
/// </summary>
internal sealed class AckPace
{
    private long _said;
    private long _first;
    private bool _onItsWay;

    /// <summary>A view begins.</summary>
    public void Begin()
    {
        (_said, _first) = (0, 0);
        _onItsWay = false;
    }

    /// <summary>The view's first entry is there. What was held before goes with it: it would otherwise wait
    /// until an acknowledgement is back that nobody needs.</summary>
    public void Open(long first) => _first = first;

    /// <summary>What to acknowledge now; null: nothing new, or the last one is still on its way.</summary>
    public long? Next(long held)
    {
        if (_onItsWay || held <= _said || held < _first)
            return null;
        _said = held;
        _onItsWay = true;
        return held;
    }

    /// <summary>The own acknowledgement was delivered.</summary>
    public void Delivered() => _onItsWay = false;
}
