namespace Truce.Control;

/// <summary>
/// The digests of a sequence of immutable parts. From one time to the next most of it is the same, in the
/// same order: each part is looked for, by reference, where it would be if nothing had changed, and a little
/// further on. What isn't found there is digested anew, and what wasn't met is forgotten.
/// </summary>
internal sealed class PartDigests
{
    // More than are ever dropped at once (ReplicatedState.Tell).
    private const int LookAheadMax = 600;

    private List<(object Part, UInt128 Digest)> _before = [];
    private List<(object Part, UInt128 Digest)> _now = [];
    private int _next;

    /// <summary>The sequence begins again.</summary>
    public void Begin()
    {
        (_before, _now) = (_now, _before);
        _now.Clear();
        _next = 0;
    }

    /// <summary>The digest of the next part; <paramref name="digest"/> makes it of its text.</summary>
    public UInt128 Of<T>(T part, Func<T, string> text, Func<string, UInt128> digest) where T : class
    {
        int end = Math.Min(_before.Count, _next + LookAheadMax);
        int at = _next;
        while (at < end && !ReferenceEquals(_before[at].Part, part))
            at++;
        UInt128 found = at < end ? _before[at].Digest : digest(text(part));
        if (at < end)
            _next = at + 1;
        _now.Add((part, found));
        return found;
    }
}
