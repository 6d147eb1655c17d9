using System.Globalization;
using System.Security;
using System.Text;

namespace Truce.Analysis.Failover;

/// <summary>Bounds over time as SVG: a lane for each step, the critical path in a colour
/// of its own and outlined.</summary>
public static class FailoverSvg
{
    private const int Label = 260;
    private const int Bar = 560;
    private const int Lane = 20;
    private const int StepsMax = 60;

    /// <summary>One drawing with all bounds that have a time, one below the other.</summary>
    public static string Document(IEnumerable<FailoverBound> bounds)
    {
        StringBuilder body = new();
        int y = 0;
        foreach (FailoverBound bound in bounds.Where(b => !b.Steps.IsEmpty))
            y = AddChart(body, bound, y) + Lane;
        return Wrapped(body, y);
    }

    /// <summary>One bound's drawing; empty where it has no time.</summary>
    public static string Chart(FailoverBound bound)
    {
        ArgumentNullException.ThrowIfNull(bound);
        StringBuilder body = new();
        return bound.Steps.IsEmpty ? "" : Wrapped(body, AddChart(body, bound, 0));
    }

    private static string Wrapped(StringBuilder body, int height) => string.Create(
        CultureInfo.InvariantCulture,
        $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Label + Bar + 80} {Math.Max(Lane, height)}\" font-family=\"sans-serif\" font-size=\"12\" role=\"img\">{body}</svg>\n");

    private static int AddChart(StringBuilder body, FailoverBound bound, int y)
    {
        string title = $"{bound.Resource}, {FailoverCauses.Word(bound.Cause)}: {FailoverWords.Time(bound.WorstMs ?? 0)} at worst, {FailoverWords.Time(bound.UsualMs ?? 0)} usually";
        y += Lane;
        body.Append(CultureInfo.InvariantCulture,
            $"<text x=\"0\" y=\"{y - 6}\" font-weight=\"bold\">{SecurityElement.Escape(title)}</text>");
        long end = Math.Max(1, bound.Steps.Max(s => s.EndMs));
        foreach (FailoverStep step in bound.Steps.OrderByDescending(s =>
            s.IsCritical).Take(StepsMax).OrderBy(s => s.BeginMs).ThenBy(s => s.EndMs))
        {
            AddStep(body, step, y, end);
            y += Lane;
        }

        return y;
    }

    private static void AddStep(StringBuilder body, FailoverStep step, int y, long end)
    {
        long x = Label + (step.BeginMs * Bar / end);
        long width = Math.Max(2, (step.EndMs - step.BeginMs) * Bar / end);
        string label = step.Node is { } node ? $"{step.Name}, {node}" : step.Name;
        string look = step.IsCritical ? "fill=\"#b3261e\" stroke=\"#000\" stroke-width=\"1.5\""
            : "fill=\"#b9c4cc\" stroke=\"none\"";
        body.Append(CultureInfo.InvariantCulture,
            $"<text x=\"{Label - 8}\" y=\"{y + 14}\" text-anchor=\"end\">{SecurityElement.Escape(label)}</text>")
            .Append(CultureInfo.InvariantCulture,
                $"<rect x=\"{x}\" y=\"{y + 3}\" width=\"{width}\" height=\"{Lane - 6}\" {look}><title>{SecurityElement.Escape(label)}: {FailoverWords.Time(step.BeginMs)} to {FailoverWords.Time(step.EndMs)}{(step.IsCritical ? ", critical path" : "")}</title></rect>")
            .Append(CultureInfo.InvariantCulture,
                $"<text x=\"{x + width + 4}\" y=\"{y + 14}\">{FailoverWords.Time(step.EndMs)}</text>");
    }
}
