using System.Collections.Immutable;
using System.Text;

namespace Truce.Analysis.Failover;

/// <summary>Bounds as text for a terminal.</summary>
public static class FailoverText
{
    private const int BarWidth = 48;
    private const int StepsMax = 40;

    /// <summary>A table of a resource's bounds: those in which operations succeed in time, then the
    /// one in which a stop fails.</summary>
    public static string Table(IReadOnlyCollection<FailoverBound> bounds)
    {
        ArgumentNullException.ThrowIfNull(bounds);
        StringBuilder text = new();
        text.Append(Row("cause", "worst", "usually", "ratio", "dominated by"));
        foreach (FailoverBound bound in bounds.Where(b => b.Cause != FailoverCause.StopFailure))
            text.Append(Row(bound)).Append(Measured(bound));
        foreach (FailoverBound bound in bounds.Where(b => b.Cause == FailoverCause.StopFailure))
            text.Append("  separately, if the stop fails and the node is fenced:\n").Append(
                Row(bound)).Append(Measured(bound));
        return text.ToString();
    }

    /// <summary>Objectives that the configuration can't keep, each with what would change
    /// that; empty: all are kept.</summary>
    public static string Objectives(IEnumerable<FailoverBound> bounds)
    {
        ArgumentNullException.ThrowIfNull(bounds);
        StringBuilder text = new();
        foreach (FailoverObjective missed in bounds.Select(b => b.Objective).OfType<FailoverObjective>()
            .Where(o => !o.IsKept))
        {
            string found = missed.WorstMs is { } worst ? $"it may take {FailoverWords.Time(worst)}"
                : $"there is no bound: {missed.Why}";
            text.Append($"{missed.Resource}: its objective of {FailoverWords.Time(missed.ObjectiveMs)} isn't met for {FailoverCauses.Word(missed.Cause)}: {found}\n");
            foreach (string change in missed.Changes)
                text.Append($"  this would meet it: {change}\n");
            if (missed.Changes.IsEmpty)
                text.Append("  no single setting meets it without going below what operations usually take\n");
        }

        return text.ToString();
    }

    /// <summary>A bound with its addends, its chart, and its sentence.</summary>
    public static string Details(FailoverBound bound)
    {
        ArgumentNullException.ThrowIfNull(bound);
        StringBuilder text = new();
        if (bound.Verdict is FailoverVerdict.Bounded)
            AddTerms(text, bound);
        if (bound.Chain is { } chain)
            text.Append($"    runs on {string.Join(", then ", Shortened(chain.Nodes))}; {chain.End} (all outages together: {FailoverWords.Time(chain.WorstMs)})\n");
        return text.Append($"    For a service agreement: {FailoverWords.Sentence(bound)}\n").ToString();
    }

    private static void AddTerms(StringBuilder text, FailoverBound bound)
    {
        int width = bound.Terms.Max(t => Name(t).Length);
        foreach (FailoverTerm term in bound.Terms)
        {
            text.Append($"    {Name(term).PadRight(width)}  {FailoverWords.Time(term.WorstMs),9}  ")
                .Append($"{FailoverWords.Time(term.UsualMs),9}   {term.Setting}")
                .Append($"{FailoverWords.Basis(term)}\n");
        }

        text.Append($"    {"sum".PadRight(width)}  {FailoverWords.Time(bound.WorstMs!.Value),9}  {FailoverWords.Time(bound.UsualMs!.Value),9}   "
            + $"plus up to {FailoverWords.Time(bound.DecisionMs)} of the cluster's own work\n");
        if (bound.Dominant is { } most)
            text.Append($"    dominated by {most.Name} ({100 * most.WorstMs / Math.Max(1, bound.WorstMs.Value)} %): {FailoverWords.Worth(most.Kind)}\n");
        AddChart(text, bound);
    }

    private static void AddChart(StringBuilder text, FailoverBound bound)
    {
        long end = bound.Steps.Select(s => s.EndMs).DefaultIfEmpty().Max();
        if (end == 0)
            return;
        FailoverStep[] shown = [.. bound.Steps.OrderByDescending(s =>
            s.IsCritical).Take(StepsMax).OrderBy(s => s.BeginMs).ThenBy(s => s.EndMs)];
        int width = shown.Max(s => Label(s).Length);
        text.Append($"    over time, █ on the critical path, ░ beside it\n");
        foreach (FailoverStep step in shown)
        {
            int from = (int)(step.BeginMs * BarWidth / end);
            int length = Math.Max(1, (int)(step.EndMs * BarWidth / end) - from);
            text.Append($"    {Label(step).PadRight(width)} |{new string(' ', from)}{new string(step.IsCritical ? '█' : '░', length)}")
                .Append($"{new string(' ', Math.Max(0, BarWidth - from - length))}| {FailoverWords.Time(step.EndMs)}\n");
        }

        if (bound.Steps.Length > shown.Length)
            text.Append($"    ({bound.Steps.Length - shown.Length} more beside the critical path)\n");
    }

    private static string Measured(FailoverBound bound) =>
        bound.Measured is { } measured ? $"    {measured}\n" : "";

    private static string Row(FailoverBound bound) => bound.Verdict switch
    {
        FailoverVerdict.Unbounded(var why) => $"  {FailoverCauses.Word(bound.Cause),-18} unbounded: {why}\n",
        FailoverVerdict.Unaffected(var why) =>
            $"  {FailoverCauses.Word(bound.Cause),-18} not interrupted: {why}\n",
        FailoverVerdict.Bounded => Row(
            FailoverCauses.Word(bound.Cause), FailoverWords.Time(bound.WorstMs!.Value),
            FailoverWords.Time(bound.UsualMs!.Value), FailoverWords.Ratio(bound),
            bound.Dominant is { } most ? $"{most.Name}, {FailoverWords.Time(most.WorstMs)}" : ""),
    };

    private static string Row(string cause, string worst, string usual, string ratio, string dominant) =>
        $"  {cause,-18} {worst,10} {usual,10} {ratio,6}  {dominant}".TrimEnd() + "\n";

    private static string Name(FailoverTerm term) => term.Count == 1 ? term.Name
        : $"{term.Name} × {term.Count}";

    private static string Label(FailoverStep step) => step.Node is { } node ? $"{step.Name}, {node}"
        : step.Name;

    // A chain over many nodes is shown by its beginning and end.
    private static IEnumerable<string> Shortened(ImmutableArray<Model.NodeId> nodes)
    {
        const int ShownMax = 12;
        return nodes.Length <= ShownMax
            ? nodes.Select(n => n.Value)
            : [.. nodes.Take(ShownMax / 2).Select(n => n.Value), $"… ({nodes.Length - ShownMax} more)",
                .. nodes.TakeLast(ShownMax / 2).Select(n => n.Value)];
    }
}
