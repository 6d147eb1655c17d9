using System.Xml.Linq;

using Truce.Analysis.Checking;
using Truce.Conformance.Judging;
using Truce.Model;
using Truce.Model.Xml;

namespace Truce.Conformance.Checking;

/// <summary>Proves that the checker can fail: every way of spoiling a good plan is noticed, wherever it is possible.</summary>
public sealed class MutationTests
{
    private static IReadOnlyList<(string Name, Cib Cib, string Xml)>? s_plans;

    public static TheoryData<string> Names => [.. Mutation.All.Select(m => m.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_spoiled_plan_is_found_out_when(string mutation)
    {
        string folder = CaseSet.RequireFolder();
        Mutation spoiler = Mutation.All.Single(m => m.Name == mutation);
        int spoiled = 0;
        List<string> missed = [];
        foreach ((string name, Cib cib, string xml) in Plans(folder))
        {
            EditableGraph graph = new(name, cib, XElement.Parse(xml));
            if (!spoiler.Spoil(graph))
                continue;
            spoiled++;
            if (!PlanChecker.Check(graph.Cib, graph.Xml).Any(f => f.GetType() == spoiler.Expected))
                missed.Add(graph.Name);
        }

        TestContext.Current.SendDiagnosticMessage($"{mutation}: {spoiled} plans spoiled");
        Assert.True(missed.Count == 0, $"{missed.Count} of {spoiled} not found out: {string.Join(' ', missed)}");
        Assert.NotEqual(0, spoiled);
    }

    [Fact]
    public void A_truncated_graph_is_found_out()
    {
        Assert.Contains(
            PlanChecker.Check(Cib.Empty, "<transition_graph><synapse id=\"0\">"),
            f => f is PlanFinding.Malformed);
    }

    private static IReadOnlyList<(string Name, Cib Cib, string Xml)> Plans(string folder) =>
        s_plans ??= [.. CaseSet.Load(folder).Select(Load).OfType<(string, Cib, string)>()];

    private static (string, Cib, string)? Load(RecordedCase recorded)
    {
        string graph = recorded.ReadExpected().Graph!;
        return CibReader.Parse(File.ReadAllText(recorded.InputPath)) is CibReadResult.Accepted read
            && graph.Contains("<synapse", StringComparison.Ordinal)
            ? (recorded.Name, read.Cib, graph)
            : null;
    }
}
