using System.Globalization;
using Truce.Explore.World;
using Truce.Simulator;
using Truce.Simulator.Checks;
using Truce.Simulator.World;

namespace Truce.Explore.Searching;

/// <summary>What came of a row of moves.</summary>
/// <param name="Violations">Promises broken.</param>
/// <param name="Timeline">Every move, and below it what happened.</param>
/// <param name="Impossible">The move that couldn't be taken; null: all were.</param>
internal sealed record Replayed(
    IReadOnlyList<Violation> Violations, IReadOnlyList<string> Timeline, Move? Impossible);

/// <summary>Takes a row of moves again, from the begin, and tells it.</summary>
internal static class Replay
{
    public static Replayed Run(ExploredBounds bounds, IEnumerable<Move> path)
    {
        ExploredCluster cluster = Roots.Running(bounds);
        List<(long AtMs, WorldEvent Event)> story = [];
        List<string> lines = [];
        cluster.Story = story;
        foreach (Move move in path)
        {
            if (!cluster.Moves().Contains(move))
                return new Replayed(cluster.Violations, lines, move);
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"{cluster.NowMs / 1000.0,9:F3}  {move}"));
            cluster.Take(move);
            lines.AddRange(story.Select(e => string.Create(
                CultureInfo.InvariantCulture, $"{e.AtMs / 1000.0,9:F3}      {Timeline.Line(e.Event)}")));
            story.Clear();
        }

        return new Replayed(cluster.Violations, lines, null);
    }
}
