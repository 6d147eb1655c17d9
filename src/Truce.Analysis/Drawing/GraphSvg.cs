using System.Globalization;
using System.Security;

using Truce.Scheduler;

namespace Truce.Analysis.Drawing;

/// <summary>
/// A transition as a picture (SVG): a lane for every node, the steps from left to right, what waits for what
/// as arrows, and a colour for every kind of action.
/// </summary>
public static class GraphSvg
{
    /// <summary>A larger picture would be unreadable, and the memory for
    /// arrows grows quadratically.</summary>
    public const int ActionsMax = 5_000;

    private const int BoxHeight = 24;
    private const int RowHeight = 34;
    private const int LanePadding = 12;
    private const int StepGap = 44;
    private const int Margin = 16;
    private const int Head = 64;
    private const double CharacterWidth = 7.1;

    /// <summary>Writes the picture of <paramref name="graph"/>.</summary>
    /// <exception cref="ArgumentException">It has more than <see cref="ActionsMax"/> actions.</exception>
    public static void Write(TextWriter output, TransitionGraph graph)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(graph);
        if (graph.Actions.Length > ActionsMax)
            throw new ArgumentException($"more than {ActionsMax} actions", nameof(graph));
        new Drawing(output, graph).Write();
    }

    /// <summary>One picture being drawn.</summary>
    private sealed class Drawing
    {
        private readonly TextWriter _output;
        private readonly TransitionGraph _graph;
        private readonly GraphLayout _layout;
        private readonly string[] _labels;
        private readonly int[] _stepX;
        private readonly int[] _laneY;
        private readonly int _width;
        private readonly int _height;

        public Drawing(TextWriter output, TransitionGraph graph)
        {
            _output = output;
            _graph = graph;
            _layout = GraphLayout.Of(graph);
            _labels = [.. graph.Actions.Select(ActionLook.Label)];
            int names = _layout.Lanes.Count == 0 ? 0 : _layout.Lanes.Max(l => TextWidth(l?.Value ?? "cluster"));
            _stepX = new int[_layout.Steps + 1];
            _stepX[0] = Margin + names + StepGap;
            for (int step = 0; step < _layout.Steps; step++)
            {
                int widest = Enumerable.Range(0, _labels.Length).Where(i => _layout.Step[i] == step).Max(BoxWidth);
                _stepX[step + 1] = _stepX[step] + widest + StepGap;
            }

            _laneY = new int[_layout.Lanes.Count + 1];
            _laneY[0] = Head;
            for (int lane = 0; lane < _layout.Lanes.Count; lane++)
                _laneY[lane + 1] = _laneY[lane] + (_layout.Rows[lane] * RowHeight) + (2 * LanePadding);
            _width = Math.Max(_stepX[^1], LegendX(Kinds().Count)) + Margin;
            _height = _laneY[^1] + Margin;
        }

        public void Write()
        {
            Line($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{_width}\" height=\"{_height}\" viewBox=\"0 0 {_width} {_height}\" font-family=\"DejaVu Sans, Verdana, Arial, sans-serif\" font-size=\"12\">");
            Line($"<rect width=\"{_width}\" height=\"{_height}\" fill=\"#ffffff\"/>");
            Line($"<defs><marker id=\"head\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\"><path d=\"M0,0 L8,4 L0,8 z\" fill=\"#707070\"/></marker></defs>");
            WriteTitle();
            WriteLanes();
            foreach ((int from, int to) in _layout.Arrows)
                WriteArrow(from, to);
            for (int i = 0; i < _labels.Length; i++)
                WriteBox(i);
            Line($"</svg>");
        }

        private void WriteTitle()
        {
            int points = _graph.Actions.Count(a => a is GraphAction.Pseudo);
            string title = _labels.Length == 0 ? "Nothing to do"
                : string.Create(CultureInfo.InvariantCulture, $"{_labels.Length - points} actions and {points} ordering points, {_layout.Steps} steps");
            Line($"<text x=\"{Margin}\" y=\"24\" font-size=\"15\" font-weight=\"bold\" fill=\"#111111\">{title}</text>");
            List<ActionKind> kinds = Kinds();
            for (int i = 0; i < kinds.Count; i++)
            {
                (string fill, string border, _) = ActionLook.Colours(kinds[i]);
                Line($"<rect x=\"{LegendX(i)}\" y=\"38\" width=\"14\" height=\"14\" rx=\"3\" fill=\"{fill}\" stroke=\"{border}\"/>");
                Line($"<text x=\"{LegendX(i) + 20}\" y=\"49\" fill=\"#333333\">{ActionLook.Title(kinds[i])}</text>");
            }
        }

        private void WriteLanes()
        {
            for (int lane = 0; lane < _layout.Lanes.Count; lane++)
            {
                int height = _laneY[lane + 1] - _laneY[lane];
                Line($"<rect x=\"0\" y=\"{_laneY[lane]}\" width=\"{_width}\" height=\"{height}\" fill=\"{(lane % 2 == 0 ? "#f6f7f9" : "#ffffff")}\"/>");
                _output.Write(string.Create(
                    CultureInfo.InvariantCulture, $"<text x=\"{Margin}\" y=\"{_laneY[lane] + LanePadding + 16}\" font-weight=\"bold\" fill=\"#222222\">"));
                _output.Write(SecurityElement.Escape(_layout.Lanes[lane]?.Value ?? "cluster"));
                _output.Write("</text>\n");
            }
        }

        private void WriteArrow(int from, int to)
        {
            int x1 = BoxX(from) + BoxWidth(from), y1 = BoxY(from) + (BoxHeight / 2);
            int x2 = BoxX(to), y2 = BoxY(to) + (BoxHeight / 2);
            int bend = Math.Max(StepGap / 2, (x2 - x1) / 3);
            Line($"<path d=\"M{x1},{y1} C{x1 + bend},{y1} {x2 - bend},{y2} {x2 - 1},{y2}\" fill=\"none\" stroke=\"#8a8a8a\" marker-end=\"url(#head)\"/>");
        }

        private void WriteBox(int i)
        {
            GraphAction action = _graph.Actions[i];
            (string fill, string border, string text) = ActionLook.Colours(ActionLook.KindOf(action));
            int round = action is GraphAction.Pseudo ? BoxHeight / 2 : 4;
            _output.Write("<g><title>");
            _output.Write(SecurityElement.Escape(ActionLook.Tip(action)));
            Line($"</title><rect x=\"{BoxX(i)}\" y=\"{BoxY(i)}\" width=\"{BoxWidth(i)}\" height=\"{BoxHeight}\" rx=\"{round}\" fill=\"{fill}\" stroke=\"{border}\"/>");
            _output.Write(string.Create(
                CultureInfo.InvariantCulture, $"<text x=\"{BoxX(i) + 8}\" y=\"{BoxY(i) + 16}\" fill=\"{text}\">"));
            _output.Write(SecurityElement.Escape(_labels[i]));
            _output.Write("</text></g>\n");
        }

        private List<ActionKind> Kinds() => [.. _graph.Actions.Select(ActionLook.KindOf).Distinct().Order()];

        private int LegendX(int place) =>
            Margin + Kinds().Take(place).Sum(k => TextWidth(ActionLook.Title(k)) + 44);

        private int BoxX(int i) => _stepX[_layout.Step[i]];

        private int BoxY(int i) => _laneY[_layout.Lane[i]] + LanePadding + (_layout.Row[i] * RowHeight) + ((RowHeight - BoxHeight) / 2);

        private int BoxWidth(int i) => TextWidth(_labels[i]) + 16;

        private static int TextWidth(string text) => (int)Math.Ceiling(text.Length * CharacterWidth);

        private void Line(FormattableString text) => _output.Write(text.ToString(CultureInfo.InvariantCulture) + "\n");
    }
}
