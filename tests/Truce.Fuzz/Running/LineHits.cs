namespace Truce.Fuzz.Running;

/// <summary>Which lines were reached: what <see cref="LineProbes"/> puts before every line calls
/// this.</summary>
public static class LineHits
{
    /// <summary>More lines than Truce has.</summary>
    public const int Max = 1 << 18;

    private static readonly bool[] s_hit = new bool[Max];

    /// <summary>How many lines were reached so far.</summary>
    public static int Reached { get; private set; }

    /// <summary>A line is reached.</summary>
    public static void Hit(int line)
    {
        if (s_hit[line])
            return;
        s_hit[line] = true;
        Reached++;
    }
}
