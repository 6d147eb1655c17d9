using System.Globalization;
using Truce.Analysis.Failover;

namespace Truce.Simulator.Bounds;

/// <summary>How the world treats a recovery.</summary>
internal enum BoundMode
{
    /// <summary>Everything takes what it usually takes; the cause strikes at any time.</summary>
    Usual,

    /// <summary>The cause strikes at the worst moment, and every operation takes
    /// all but its whole timeout.</summary>
    Adversarial,
}

/// <summary>One recovery that is timed.</summary>
/// <param name="Seed">For the world's chances.</param>
/// <param name="Configuration">The number of the drawn configuration.</param>
/// <param name="Cause">What happens.</param>
/// <param name="Mode">How hard it is made.</param>
internal sealed record BoundScenario(int Seed, int Configuration, FailoverCause Cause, BoundMode Mode)
{
    /// <summary>Configurations that are drawn.</summary>
    public const int Configurations = 40;

    /// <summary>The scenario of a seed: all causes in each configuration in turn, every other
    /// time made as hard as can be.</summary>
    public static BoundScenario Of(int seed)
    {
        int causes = FailoverCauses.All.Length;
        return new BoundScenario(
            seed, seed % Configurations, FailoverCauses.All[seed / Configurations % causes],
            seed / (Configurations * causes) % 2 == 0 ? BoundMode.Adversarial : BoundMode.Usual);
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"seed {Seed}: configuration {Configuration}, {FailoverCauses.Word(Cause)}, {Mode}");
}
