namespace Truce.Analysis.Checking;

/// <summary>No action waits for itself.</summary>
internal static class CycleRule
{
    public static void Check(CheckedGraph graph, List<PlanFinding> findings)
    {
        Mark[] marks = new Mark[graph.Actions.Count];
        foreach (CheckedAction action in graph.Actions)
        {
            if (marks[action.Place] == Mark.New)
                Visit(graph, action, marks, findings);
        }
    }

    // Depth first with a stack of our own: a chain may be as long as the graph.
    private static void Visit(CheckedGraph graph, CheckedAction root, Mark[] marks, List<PlanFinding> findings)
    {
        Stack<(CheckedAction Action, IEnumerator<CheckedAction> Inputs)> stack = [];
        Enter(root);
        while (stack.TryPeek(out (CheckedAction Action, IEnumerator<CheckedAction> Inputs) top))
        {
            if (!top.Inputs.MoveNext())
            {
                marks[top.Action.Place] = Mark.Done;
                stack.Pop();
            }
            else if (marks[top.Inputs.Current.Place] == Mark.New)
            {
                Enter(top.Inputs.Current);
            }
            else if (marks[top.Inputs.Current.Place] == Mark.Open)
            {
                findings.Add(new PlanFinding.Cycle(top.Inputs.Current.ToString()));
            }
        }

        void Enter(CheckedAction action)
        {
            marks[action.Place] = Mark.Open;
            stack.Push((action, graph.InputsOf(action).GetEnumerator()));
        }
    }

    private enum Mark
    {
        New,
        Open,
        Done,
    }
}
