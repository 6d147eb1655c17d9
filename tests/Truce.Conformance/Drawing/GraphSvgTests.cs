using System.Globalization;
using System.Runtime.CompilerServices;
using System.Xml.Linq;

using Truce.Analysis.Drawing;
using Truce.Model;
using Truce.Model.Xml;
using Truce.Scheduler;

namespace Truce.Conformance.Drawing;

/// <summary>The picture of a transition. <c>TRUCE_ACCEPT=1</c> draws the accepted one anew.</summary>
public sealed class GraphSvgTests
{
    private static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void A_lost_node_is_drawn_as_accepted()
    {
        string got = Draw(Planned().Graph);
        string accepted = Path.Combine(Folder(), "node-lost.svg");
        if (Environment.GetEnvironmentVariable("TRUCE_ACCEPT") == "1")
            File.WriteAllText(accepted, got);
        Assert.Equal(File.ReadAllText(accepted), got);
    }

    [Fact]
    public void Every_action_has_a_box_and_says_what_it_is()
    {
        TransitionGraph graph = Planned().Graph;
        string[] tips = [.. XDocument.Parse(Draw(graph)).Descendants(s_svg + "title").Select(t => t.Value)];
        Assert.Equal(graph.Actions.Length, tips.Length);
        Assert.Contains(tips, t => t.EndsWith(": fence n1 (reboot) on n1", StringComparison.Ordinal));
        Assert.Contains(tips, t => t.EndsWith(": monitor web 2.5s on n2", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Boxes_never_overlap_and_arrows_lead_to_the_right(int seed)
    {
        TransitionGraph graph = Made(seed, actions: 120);
        XDocument picture = XDocument.Parse(Draw(graph));
        (double X, double Y, double Width, double Height)[] boxes =
            [.. picture.Descendants(s_svg + "g").Select(g => g.Element(s_svg + "rect")!).Select(Box)];
        Assert.Equal(graph.Actions.Length, boxes.Length);
        for (int i = 0; i < boxes.Length; i++)
        {
            for (int j = 0; j < i; j++)
                Assert.False(Overlap(boxes[i], boxes[j]), $"boxes {j} and {i}");
        }

        foreach (XElement arrow in picture.Root!.Elements(s_svg + "path"))
        {
            string[] points = arrow.Attribute("d")!.Value.Split('M', 'C', ' ', ',');
            Assert.True(double.Parse(points[1], CultureInfo.InvariantCulture) < double.Parse(points[^2], CultureInfo.InvariantCulture), arrow.ToString());
        }
    }

    [Fact]
    public void An_arrow_that_follows_from_others_is_left_out()
    {
        TransitionGraph graph = Graph([Point(1), Point(2, 1), Point(3, 1, 2)]);
        Assert.Equal(2, XDocument.Parse(Draw(graph)).Root!.Elements(s_svg + "path").Count());
    }

    [Fact]
    public void Names_are_escaped()
    {
        TransitionGraph graph = Graph([Point(1) with { OperationKey = "a<b&\"c\"" }]);
        Assert.Contains("a<b&\"c\"", XDocument.Parse(Draw(graph)).Descendants(s_svg + "text").Select(t => t.Value));
    }

    [Fact]
    public void A_cycle_is_drawn_though_it_can_never_run() =>
        Assert.Equal(2, XDocument.Parse(Draw(Graph([Point(1, 2), Point(2, 1)]))).Descendants(s_svg + "g").Count());

    [Fact]
    public void What_nobody_could_look_at_is_not_drawn() => Assert.Throws<ArgumentException>(
        () => Draw(Graph([.. Enumerable.Range(1, GraphSvg.ActionsMax + 1).Select(i => Point(i))])));

    private static bool Overlap(
        (double X, double Y, double Width, double Height) a, (double X, double Y, double Width, double Height) b) =>
        a.X < b.X + b.Width && b.X < a.X + a.Width && a.Y < b.Y + b.Height && b.Y < a.Y + a.Height;

    private static (double X, double Y, double Width, double Height) Box(XElement rect) =>
        (Number(rect, "x"), Number(rect, "y"), Number(rect, "width"), Number(rect, "height"));

    private static double Number(XElement element, string name) =>
        double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);

    private static TransitionGraph Made(int seed, int actions)
    {
        Random random = new(seed);
        List<GraphAction> made = [];
        for (int id = 1; id <= actions; id++)
        {
            int[] before = [.. Enumerable.Range(0, random.Next(4)).Select(_ => random.Next(1, Math.Max(2, id))).Where(b => b < id).Distinct()];
            GraphAction.Pseudo point = Point(id, before);
            made.Add(random.Next(3) == 0 ? point : point with { Node = new NodeId($"n{random.Next(4)}") });
        }

        return Graph(made);
    }

    private static GraphAction.Pseudo Point(int id, params int[] before) => new()
    {
        Id = id,
        Operation = "start",
        OperationKey = string.Create(CultureInfo.InvariantCulture, $"r{id}_start_0"),
        Attributes = [],
        Inputs = [.. before.Select(b => new GraphInput(b, "test"))],
    };

    private static TransitionGraph Graph(IEnumerable<GraphAction> actions) => new("60s", "60s", "INFINITY", "INFINITY", null, null, null, [.. actions]);

    private static Plan Planned()
    {
        string file = Path.Combine(Folder(), "node-lost.xml");
        CibReadResult.Accepted read = Assert.IsType<CibReadResult.Accepted>(CibReader.Parse(File.ReadAllText(file), file));
        return Planner.Plan(read.Cib, new PlanOptions { Now = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero) });
    }

    private static string Draw(TransitionGraph graph)
    {
        StringWriter text = new(CultureInfo.InvariantCulture);
        GraphSvg.Write(text, graph);
        return text.ToString();
    }

    private static string Folder([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
