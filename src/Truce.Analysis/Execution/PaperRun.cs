using Truce.Model;
using Truce.Scheduler;

namespace Truce.Analysis.Execution;

/// <summary>
/// Carries a transition out on paper: every action succeeds, except for those that are meant to fail, and its
/// result goes into the status. Passes go over the graph in the order of its synapses; an action runs as soon
/// as all its inputs have run, also within the pass. After a failure only what has the highest priority is
/// begun: what follows a promotion is told to the other instances even if it failed, and agents rely on it.
/// </summary>
public sealed class PaperRun
{
    private readonly TransitionGraph _graph;
    private readonly OperationResults _results;
    private readonly List<PaperStep> _steps = [];

    private PaperRun(Cib cib, TransitionGraph graph, IReadOnlyList<OperationSpec> failures, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(cib);
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(failures);
        _graph = graph;
        _results = new OperationResults(new StatusDraft(cib), failures, now, _steps);
    }

    /// <summary>Executes <paramref name="graph"/> on <paramref name="cib"/>.</summary>
    /// <param name="cib">The cluster as it was planned for.</param>
    /// <param name="graph">The transition.</param>
    /// <param name="failures">Operations that fail if they occur.</param>
    /// <param name="now">The time the results bear.</param>
    public static PaperResult Execute(
        Cib cib, TransitionGraph graph, IReadOnlyList<OperationSpec> failures, DateTimeOffset now)
    {
        PaperRun run = new(cib, graph, failures, now);
        int done = run.WalkGraph();
        return new PaperResult(run._steps, run._results.ToCib(), done == graph.Actions.Length);
    }

    /// <summary>The cluster once the graph has been carried out and what it forgets is forgotten.</summary>
    public static Cib Carry(Cib cib, TransitionGraph graph, DateTimeOffset now)
    {
        PaperRun run = new(cib, graph, [], now);
        run.WalkGraph();
        run._results.Forget(graph);
        return run._results.ToCib();
    }

    private int WalkGraph()
    {
        int count = _graph.Actions.Length;
        Waiting waiting = new(_graph);
        PriorityQueue<int, (int Pass, int Place)> ready = new(count);
        for (int place = 0; place < count; place++)
        {
            if (waiting.IsReady(place))
                ready.Enqueue(place, (0, place));
        }

        int done = 0;
        bool aborted = false;
        while (ready.TryDequeue(out int place, out (int Pass, int Place) at))
        {
            if (aborted && !OutlivesAbort(place))
                continue;
            done++;
            bool failed = !_results.Apply(_graph.Actions[place]);
            aborted |= failed;
            foreach (int next in waiting.Release(place))
            {
                if (!failed || OutlivesAbort(next))
                    ready.Enqueue(next, (next > place ? at.Pass : at.Pass + 1, next));
            }
        }

        return done;
    }

    private bool OutlivesAbort(int place) => _graph.Actions[place].Priority >= Scores.Infinity;

    /// <summary>Counts, for every action, the inputs that are still to be done.</summary>
    private sealed class Waiting
    {
        private readonly int[] _missing;
        private readonly List<int>[] _followers;

        public Waiting(TransitionGraph graph)
        {
            int count = graph.Actions.Length;
            Dictionary<int, int> placeOf = new(count);
            for (int place = 0; place < count; place++)
                placeOf[graph.Actions[place].Id] = place;
            _missing = new int[count];
            _followers = new List<int>[count];
            for (int place = 0; place < count; place++)
            {
                foreach (GraphInput input in graph.Actions[place].Inputs)
                {
                    (_followers[placeOf[input.Action]] ??= []).Add(place);
                    _missing[place]++;
                }
            }
        }

        public bool IsReady(int place) => _missing[place] == 0;

        public IEnumerable<int> Release(int place)
        {
            foreach (int follower in _followers[place] ?? [])
            {
                if (--_missing[follower] == 0)
                    yield return follower;
            }
        }
    }
}
