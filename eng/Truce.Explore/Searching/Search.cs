using System.Collections.Immutable;
using System.Diagnostics;
using Truce.Explore.Forking;
using Truce.Explore.World;
using Truce.Simulator.Checks;

namespace Truce.Explore.Searching;

/// <summary>A row of moves that breaks a promise.</summary>
internal sealed record Breach(ImmutableArray<Move> Path, Violation Violation);

/// <summary>What came of exploring.</summary>
/// <param name="States">Different states.</param>
/// <param name="Transitions">Moves taken.</param>
/// <param name="Depth">Moves in the longest row.</param>
/// <param name="IsExhausted">Nothing within the bounds is left.</param>
/// <param name="Breach">The first promise broken; null: none was.</param>
/// <param name="Time">How long it took.</param>
internal sealed record Reached(
    long States, long Transitions, int Depth, bool IsExhausted, Breach? Breach, TimeSpan Time);

/// <summary>When to end although there is more.</summary>
internal sealed record SearchLimits(long StatesMax, TimeSpan TimeMax);

/// <summary>Depth first, each state once; forks a state for each of its moves.</summary>
internal sealed class Search(ExploredBounds bounds, SearchLimits limits)
{
    private readonly Dictionary<UInt128, long> _visited = [];
    private readonly Fingerprint _fingerprint = new();
    private readonly List<Frame> _stack = [];
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private long _transitions;
    private int _depth;

    /// <summary>Shown each state that is new, and how it was reached.</summary>
    public Action<ExploredCluster, IReadOnlyList<Move>>? Visited { get; init; }

    /// <summary>Told now and then.</summary>
    public Action<Reached>? Progress { get; init; }

    public Reached Run()
    {
        ExploredCluster root = Roots.Running(bounds);
        if (root.Violations.Count > 0)
            return Result(true, new Breach([], root.Violations[0]));
        Push(root, default);
        while (_stack.Count > 0)
        {
            if (_visited.Count >= limits.StatesMax || _watch.Elapsed >= limits.TimeMax)
                return Result(false, null);
            if (Next() is { } breach)
                return Result(false, breach);
        }

        return Result(true, null);
    }

    private Breach? Next()
    {
        Frame frame = _stack[^1];
        if (frame.Next >= frame.Moves.Count)
        {
            _stack.RemoveAt(_stack.Count - 1);
            return null;
        }

        Move move = frame.Moves[frame.Next++];
        // The last move may use up the state itself.
        ExploredCluster state = frame.Next < frame.Moves.Count ? Copier.Copy(frame.State) : frame.State;
        state.Take(move);
        if (++_transitions % 20_000 == 0)
            Progress?.Invoke(Result(false, null));
        if (state.Violations.Count > 0)
            return new Breach([.. _stack.Skip(1).Select(f => f.By), move], state.Violations[0]);
        Push(state, move);
        return null;
    }

    private void Push(ExploredCluster state, Move by)
    {
        // Reached with more time or more faults left, it has more futures.
        UInt128 fingerprint = _fingerprint.Of(state, state.NowNs);
        long spent = state.Spent;
        if (_visited.TryGetValue(fingerprint, out long before) && before <= spent)
            return;
        _visited[fingerprint] = spent;
        _stack.Add(new Frame(state, by, state.Moves()));
        Visited?.Invoke(state, [.. _stack.Skip(1).Select(f => f.By)]);
        _depth = Math.Max(_depth, _stack.Count - 1);
    }

    private Reached Result(bool isExhausted, Breach? breach) =>
        new(_visited.Count, _transitions, _depth, isExhausted, breach, _watch.Elapsed);

    private sealed class Frame(ExploredCluster state, Move by, List<Move> moves)
    {
        public ExploredCluster State => state;

        public Move By => by;

        public List<Move> Moves => moves;

        public int Next { get; set; }
    }
}
