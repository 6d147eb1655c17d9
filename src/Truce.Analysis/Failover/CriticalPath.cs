using System.Collections.Immutable;
using Truce.Scheduler;

namespace Truce.Analysis.Failover;

/// <summary>
/// A transition over time: every action begins when the last of its inputs has ended. The chain of inputs
/// that an action waited for last is its critical path.
/// </summary>
internal sealed class CriticalPath
{
    private const long Never = long.MaxValue / 4;
    private readonly ImmutableArray<GraphAction> _actions;
    private readonly Dictionary<int, int> _places;
    private readonly long[] _begins;
    private readonly long[] _ends;
    private readonly int[] _awaited;
    private readonly List<int>?[] _followers;

    /// <param name="graph">The transition.</param>
    /// <param name="worstMs">How long an action takes at worst;
    /// <see cref="long.MaxValue"/> if there is no bound.</param>
    public CriticalPath(TransitionGraph graph, Func<GraphAction, long> worstMs)
    {
        _actions = graph.Actions;
        _places = new(_actions.Length);
        for (int place = 0; place < _actions.Length; place++)
            _places[_actions[place].Id] = place;
        _begins = new long[_actions.Length];
        _ends = new long[_actions.Length];
        _awaited = new int[_actions.Length];
        _followers = new List<int>?[_actions.Length];
        foreach (int place in InOrder())
            Schedule(place, worstMs(_actions[place]));
    }

    /// <summary>When an action ends.</summary>
    public long EndOf(GraphAction action) => _ends[_places[action.Id]];

    /// <summary>When it begins.</summary>
    public long BeginOf(GraphAction action) => _begins[_places[action.Id]];

    /// <summary>Whether its end has a bound.</summary>
    public bool IsBounded(GraphAction action) => EndOf(action) < Never;

    /// <summary>The actions that end one after the other before this one can, and itself, in order.</summary>
    public ImmutableArray<GraphAction> To(GraphAction action)
    {
        Stack<GraphAction> path = [];
        for (int place = _places[action.Id]; place >= 0; place = _awaited[place])
            path.Push(_actions[place]);
        return [.. path];
    }

    /// <summary>
    /// The longest action that is neither before nor behind this one, and so may be under
    /// way when it ends; 0: there is none.
    /// </summary>
    public long LongestBeside(GraphAction action, Predicate<GraphAction> counts)
    {
        int[] related = [_places[action.Id]];
        HashSet<int> bound = [.. Reach(related, p => Before(p)), .. Reach(related, p => _followers[p] ?? [])];
        return Enumerable.Range(0, _actions.Length).Where(p => !bound.Contains(p) && counts(_actions[p]))
            .Select(p => _ends[p] - _begins[p]).DefaultIfEmpty().Max();
    }

    private IEnumerable<int> Before(int place) =>
        _actions[place].Inputs.Where(i => _places.ContainsKey(i.Action)).Select(i => _places[i.Action]);

    private static HashSet<int> Reach(int[] from, Func<int, IEnumerable<int>> next)
    {
        HashSet<int> reached = [.. from];
        Queue<int> open = new(from);
        while (open.TryDequeue(out int place))
        {
            foreach (int other in next(place).Where(reached.Add))
                open.Enqueue(other);
        }

        return reached;
    }

    private void Schedule(int place, long worstMs)
    {
        _awaited[place] = -1;
        foreach (GraphInput input in _actions[place].Inputs)
        {
            if (!_places.TryGetValue(input.Action, out int before)
                || (_awaited[place] >= 0 && _ends[before] <= _begins[place]))
                continue;
            (_awaited[place], _begins[place]) = (before, _ends[before]);
        }

        _ends[place] = Math.Min(Never, _begins[place] + Math.Min(Never, worstMs));
    }

    // The graph's own order isn't one of time.
    private IEnumerable<int> InOrder()
    {
        int[] missing = new int[_actions.Length];
        for (int place = 0; place < _actions.Length; place++)
        {
            foreach (GraphInput input in _actions[place].Inputs)
            {
                if (!_places.TryGetValue(input.Action, out int before))
                    continue;
                (_followers[before] ??= []).Add(place);
                missing[place]++;
            }
        }

        Queue<int> ready = new(Enumerable.Range(0, _actions.Length).Where(p => missing[p] == 0));
        while (ready.TryDequeue(out int place))
        {
            yield return place;
            foreach (int next in _followers[place] ?? [])
            {
                if (--missing[next] == 0)
                    ready.Enqueue(next);
            }
        }
    }
}
