using System.Collections.Immutable;
using Truce.Simulator.Scenarios;

namespace Truce.Simulator;

/// <summary>
/// Makes a failing scenario small before anybody reads it: fewer faults, fewer nodes, fewer changes, as
/// long as the same promise is broken.
/// </summary>
internal static class Shrinker
{
    /// <summary>Runs it at most that often.</summary>
    public const int RunsMax = 80;

    /// <summary>The smallest failing run that was found.</summary>
    public static Outcome Shrink(Outcome failed)
    {
        Attempts attempts = new(failed);
        attempts.LessFaults();
        attempts.LessNodes();
        attempts.LessFaults();
        attempts.LessChanges();
        return attempts.Best;
    }

    private sealed class Attempts(Outcome failed)
    {
        private readonly string? _broken = failed.Broken;
        private int _runs;

        public Outcome Best { get; private set; } = failed;

        private Scenario Scenario => Best.Scenario;

        // Halves, quarters, and so on down to single faults.
        public void LessFaults()
        {
            for (int size = Math.Max(1, Scenario.Faults.Length / 2); size >= 1; size /= 2)
            {
                int at = 0;
                while (at < Scenario.Faults.Length)
                {
                    int count = Math.Min(size, Scenario.Faults.Length - at);
                    if (!Try(Scenario with { Faults = Scenario.Faults.RemoveRange(at, count) }))
                        at += size;
                }
            }
        }

        public void LessNodes()
        {
            for (int nodes = 2; nodes < Scenario.Nodes; nodes++)
            {
                if (Try(Scenario with { Nodes = nodes }))
                    return;
            }
        }

        public void LessChanges()
        {
            if (!Try(Scenario with { Changes = [] }) && Scenario.Changes.Length > 1)
                Try(Scenario with { Changes = Scenario.Changes[..1] });
            Try(Scenario with { Faults = [.. Scenario.Faults.Select(f => f with { When = null })] });
        }

        private bool Try(Scenario smaller)
        {
            if (++_runs > RunsMax || smaller.Equals(Scenario))
                return false;
            Outcome outcome = Simulation.Run(smaller);
            if (outcome.Broken != _broken)
                return false;
            Best = outcome;
            return true;
        }
    }
}
