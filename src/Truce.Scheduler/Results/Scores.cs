using System.Globalization;

namespace Truce.Scheduler;

/// <summary>Score arithmetic: ±1,000,000 is infinity, infinity absorbs, and minus
/// infinity wins over plus.</summary>
public static class Scores
{
    /// <summary>The number that stands for INFINITY.</summary>
    public const int Infinity = 1_000_000;

    /// <summary>Adds two scores, saturating at ±<see cref="Infinity"/>.</summary>
    public static int Add(int a, int b)
    {
        if (a <= -Infinity || b <= -Infinity)
            return -Infinity;
        if (a >= Infinity || b >= Infinity)
            return Infinity;
        int sum = a + b;
        return sum >= Infinity ? Infinity : sum <= -Infinity ? -Infinity : sum;
    }

    /// <summary>The score as people and the CIB write it: a number, INFINITY or -INFINITY.</summary>
    public static string Text(int score) => score switch
    {
        >= Infinity => "INFINITY",
        <= -Infinity => "-INFINITY",
        _ => score.ToString(CultureInfo.InvariantCulture),
    };
}
