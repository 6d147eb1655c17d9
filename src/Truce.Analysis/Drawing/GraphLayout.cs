using Truce.Model;
using Truce.Scheduler;

namespace Truce.Analysis.Drawing;

/// <summary>A place for every action: its node's lane, the step in which it can
/// begin, a row within the lane.</summary>
internal sealed class GraphLayout
{
    private readonly TransitionGraph _graph;
    private readonly List<int>[] _before;

    private GraphLayout(TransitionGraph graph)
    {
        _graph = graph;
        int count = graph.Actions.Length;
        Dictionary<int, int> placeOf = new(count);
        for (int i = 0; i < count; i++)
            placeOf[graph.Actions[i].Id] = i;
        _before = new List<int>[count];
        for (int i = 0; i < count; i++)
            _before[i] = [.. graph.Actions[i].Inputs.Where(e => placeOf.ContainsKey(e.Action)).Select(e => placeOf[e.Action]).Distinct()];
        Step = new int[count];
        Lane = new int[count];
        Row = new int[count];
    }

    /// <summary>The lanes from top to bottom; null for what belongs to no node.</summary>
    public List<NodeId?> Lanes { get; } = [];

    /// <summary>How many rows each lane has.</summary>
    public int[] Rows { get; private set; } = [];

    /// <summary>How many steps there are.</summary>
    public int Steps { get; private set; }

    /// <summary>Per action, the step: one more than the latest of what it waits for.</summary>
    public int[] Step { get; }

    /// <summary>Per action, the lane.</summary>
    public int[] Lane { get; }

    /// <summary>Per action, the row within its lane; no two share lane, step and row.</summary>
    public int[] Row { get; }

    /// <summary>The arrows, those left out that follow from others.</summary>
    public List<(int From, int To)> Arrows { get; } = [];

    /// <summary>Lays out a transition.</summary>
    public static GraphLayout Of(TransitionGraph graph)
    {
        GraphLayout layout = new(graph);
        List<int> order = layout.AssignSteps();
        layout.Reduce(order);
        layout.AssignLanes();
        layout.AssignRows(order);
        return layout;
    }

    // Returns the actions in an order in which each comes after what it waits for. Should the graph have a
    // cycle, what is on it comes last: it never begins.
    private List<int> AssignSteps()
    {
        int count = _before.Length;
        List<int>[] after = new List<int>[count];
        int[] missing = new int[count];
        for (int i = 0; i < count; i++)
            after[i] = [];
        for (int i = 0; i < count; i++)
        {
            missing[i] = _before[i].Count;
            foreach (int before in _before[i])
                after[before].Add(i);
        }

        List<int> order = [.. Enumerable.Range(0, count).Where(i => missing[i] == 0)];
        for (int next = 0; next < order.Count; next++)
        {
            foreach (int then in after[order[next]])
            {
                Step[then] = Math.Max(Step[then], Step[order[next]] + 1);
                if (--missing[then] == 0)
                    order.Add(then);
            }
        }

        int last = order.Count == 0 ? -1 : order.Max(i => Step[i]);
        foreach (int stuck in Enumerable.Range(0, count).Where(i => missing[i] > 0))
        {
            Step[stuck] = last + 1;
            order.Add(stuck);
        }

        Steps = count == 0 ? 0 : order.Max(i => Step[i]) + 1;
        return order;
    }

    // An arrow that only says what a longer way says already would hide the way.
    private void Reduce(List<int> order)
    {
        int words = (_before.Length + 63) / 64;
        ulong[][] earlier = new ulong[_before.Length][];
        foreach (int i in order)
        {
            earlier[i] = new ulong[words];
            foreach (int before in _before[i].OrderByDescending(b => Step[b]).ThenBy(b => b))
            {
                bool follows = (earlier[i][before >> 6] & (1UL << (before & 63))) != 0;
                if (follows || before == i)
                    continue;
                Arrows.Add((before, i));
                earlier[i][before >> 6] |= 1UL << (before & 63);
                ulong[]? further = earlier[before];
                for (int w = 0; further is not null && w < words; w++)
                    earlier[i][w] |= further[w];
            }
        }
    }

    private void AssignLanes()
    {
        // Actions without a node come on top: they lead from one node's work to another's.
        Lanes.AddRange(_graph.Actions.Select(LaneOf).Distinct()
            .OrderBy(n => n is not null).ThenBy(n => n?.Value, StringComparer.Ordinal));
        Dictionary<string, int> numbers = [];
        for (int lane = 0; lane < Lanes.Count; lane++)
            numbers[Lanes[lane]?.Value ?? ""] = lane;
        for (int i = 0; i < Lane.Length; i++)
            Lane[i] = numbers[LaneOf(_graph.Actions[i])?.Value ?? ""];
    }

    private static NodeId? LaneOf(GraphAction action) => action.Node;

    private void AssignRows(List<int> order)
    {
        List<IGrouping<(int Step, int Lane), int>> cells =
            [.. order.Order().GroupBy(i => (Step: Step[i], Lane: Lane[i])).OrderBy(c => c.Key.Step).ThenBy(c => c.Key.Lane)];
        Rows = new int[Lanes.Count];
        foreach (IGrouping<(int Step, int Lane), int> cell in cells)
            Rows[cell.Key.Lane] = Math.Max(Rows[cell.Key.Lane], cell.Count());
        foreach (IGrouping<(int Step, int Lane), int> cell in cells)
        {
            int row = 0, left = cell.Count();
            foreach ((int action, double wish) in cell.Select(i => (i, Wish(i))).OrderBy(c => c.Item2).ThenBy(c => c.i))
            {
                row = Math.Max(row, Math.Min((int)wish, Rows[cell.Key.Lane] - left));
                Row[action] = row++;
                left--;
            }
        }
    }

    // Level with what it waits for on its own node; the rest is drawn from lane to lane anyway.
    private double Wish(int action)
    {
        double[] rows = [.. _before[action].Where(b => Lane[b] == Lane[action] && Step[b] < Step[action]).Select(b => (double)Row[b])];
        return rows.Length == 0 ? 0 : rows.Average();
    }
}
