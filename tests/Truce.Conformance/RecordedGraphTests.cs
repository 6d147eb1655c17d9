using System.Globalization;
using System.Xml.Linq;

using Truce.Analysis.Execution;
using Truce.Analysis.Rendering;
using Truce.Conformance.Judging;
using Truce.Model;
using Truce.Scheduler;

namespace Truce.Conformance;

/// <summary>What works on graphs, tried on the recorded ones: no scheduler is involved.</summary>
public sealed class RecordedGraphTests
{
    [Fact]
    public void A_recorded_graph_is_rendered_as_it_was_read()
    {
        List<string> different = [];
        foreach (RecordedCase recorded in Cases())
        {
            string expected = recorded.ReadExpected().Graph!;
            StringWriter rendered = new(CultureInfo.InvariantCulture);
            GraphXml.Write(rendered, RecordedGraph.Read(expected));
            if (!SummaryText.Graph(expected).SequenceEqual(SummaryText.Graph(rendered.ToString())))
                different.Add(recorded.Name);
        }

        Assert.Empty(different);
    }

    [Fact]
    public void A_recorded_graph_executed_on_paper_gives_the_recorded_lines_in_their_order()
    {
        List<string> different = [];
        foreach (RecordedCase recorded in Cases())
        {
            Answers expected = recorded.ReadExpected();
            PaperResult result = PaperRun.Execute(
                HistoryOnly(recorded), RecordedGraph.Read(expected.Graph!), [], DateTimeOffset.UnixEpoch);
            StringWriter text = new(CultureInfo.InvariantCulture);
            ExecutionText.Write(text, result.Steps);
            if (text.ToString() != ExecutedSection(expected.Summary!))
                different.Add(recorded.Name);
        }

        Assert.Empty(different);
    }

    private static IReadOnlyList<RecordedCase> Cases()
    {
        return CaseSet.Load(CaseSet.RequireFolder());
    }

    // The execution needs of the CIB only which histories the nodes keep.
    private static Cib HistoryOnly(RecordedCase recorded) => Cib.Empty with
    {
        Status = ClusterStatus.Empty with
        {
            NodeStates = new([.. XDocument.Load(recorded.InputPath).Descendants("node_state").Select(State)]),
        },
    };

    private static Model.NodeState State(XElement state)
    {
        string id = (string)state.Attribute("id")!;
        return new Model.NodeState(new NodeUuid(id))
        {
            Name = new NodeId((string?)state.Attribute("uname") ?? id),
            History = new LocalHistory(id, new([.. state.Descendants("lrm_resource")
                .Select(r => new ResourceHistory(new ResourceId((string)r.Attribute("id")!)))])),
        };
    }

    private static string ExecutedSection(string summary)
    {
        const string Title = "Executing Cluster Transition:\n";
        int begin = summary.IndexOf(Title, StringComparison.Ordinal);
        int end = summary.IndexOf("\nRevised Cluster Status:", StringComparison.Ordinal);
        return string.Concat(summary[begin..end].Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(l => !l.StartsWith("Using the original", StringComparison.Ordinal)
                && !l.StartsWith("Setting effective", StringComparison.Ordinal))
            .Select(l => l + "\n"));
    }
}
