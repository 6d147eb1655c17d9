using Truce.Simulator.World;

namespace Truce.Simulator.Checks;

/// <summary>A promise that was broken.</summary>
/// <param name="Promise">S1 to S6, L1, or "defect" for code that threw.</param>
/// <param name="AtMs">World time.</param>
/// <param name="Text">How, in a sentence.</param>
internal sealed record Violation(string Promise, long AtMs, string Text)
{
    public override string ToString() => $"{Promise} at {AtMs} ms: {Text}";
}

/// <summary>Watches the world for one promise. It never asks Truce what it believes.</summary>
internal interface IChecker
{
    /// <summary>Something happened.</summary>
    void Observe(WorldEvent happened, long atMs, Action<Violation> accuse);
}

/// <summary>How many nodes may run a service at once; what isn't named may run on one.</summary>
internal sealed class ServiceLimits
{
    private readonly Dictionary<string, (int Active, int Promoted)> _limits = [];

    public void Set(string resource, int active, int promoted) => _limits[resource] = (active, promoted);

    public int Active(string resource) =>
        _limits.TryGetValue(resource, out (int Active, int) limit) ? limit.Active : 1;

    public int Promoted(string resource) =>
        _limits.TryGetValue(resource, out (int, int Promoted) limit) ? limit.Promoted : 1;
}

/// <summary>What the world's rules are in a run, for the checkers.</summary>
internal sealed class CheckRules
{
    public ServiceLimits Limits { get; } = new();

    /// <summary>A fence device has lied: what rests on its word can't be promised (S1, S2).</summary>
    public bool DeviceHasLied { get; set; }

    /// <summary>Two halves can be quorate, at once (two_node) or one after the other (a
    /// device's vote): what one of them commits need not be known to the other, whatever Truce
    /// does (S5, and S6 over views).</summary>
    public bool HalvesCanBeQuorate { get; set; }

    /// <summary>The configuration lets a partition without quorum go on.</summary>
    public bool IgnoresQuorum { get; set; }
}

/// <summary>The checkers.</summary>
internal static class Checkers
{
    /// <summary>Those that watch every run. (S4's needs to be told of every fault:
    /// <see cref="Simulation"/> adds it.)</summary>
    public static IReadOnlyList<IChecker> All(CheckRules rules) =>
    [
        new RunsOnceChecker(rules), new RecoveryChecker(rules), new QuorumChecker(rules),
        new ConfigurationChecker(rules),
        new SameStateChecker(rules), new DefectChecker(),
    ];
}
