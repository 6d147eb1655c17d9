using Truce.Analysis.Findings;
using Truce.Model;
using Truce.Model.Xml;

namespace Truce.Analysis.Tests.Findings;

/// <summary>What a live cluster's judgement adds.</summary>
public sealed class LiveJudgementTests
{
    private const string Mistyped =
        """<primitive id="service" class="ocf" provider="heartbeat" type="Dummmy"/>""";
    private static readonly AgentName s_mistyped = new("ocf", "heartbeat", "Dummmy");
    private static readonly NodeId s_here = new("n1");

    [Fact]
    public void An_agent_that_is_missing_here_and_has_never_run_elsewhere_is_refused() =>
        Assert.Equal(Severity.Error, Found(new OfferedAgents(Lacking, [s_here]) { Others = 2 }).Severity);

    [Fact]
    public void An_agent_that_another_node_has_run_is_a_warning() => Assert.Equal(
        Severity.Warning,
            Found(new OfferedAgents(Lacking, [s_here]) { Others = 2, RunElsewhere = [s_mistyped] }).Severity);

    [Fact]
    public void An_agent_that_no_node_has_is_refused_and_one_that_some_lack_is_a_warning_that_names_them()
    {
        Finding nobody = Found(new OfferedAgents(Lacks("n1", "n2", "n3"), Nodes("n1", "n2", "n3")));
        Assert.Equal(Severity.Error, nobody.Severity);
        Assert.StartsWith("no node has the agent", nobody.Message, StringComparison.Ordinal);
        Finding some = Found(new OfferedAgents(Lacks("n1", "n3"), Nodes("n1", "n2", "n3")));
        Assert.Equal(Severity.Warning, some.Severity);
        Assert.StartsWith("n1, n3 don't have the agent", some.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_only_this_node_was_asked_the_others_prove_nothing() => Assert.Equal(
        Severity.Error,
        Found(new OfferedAgents(Lacking, Nodes("n1", "n2")) { HereOnly = [s_mistyped] }).Severity);

    [Fact]
    public void What_is_in_force_already_refuses_no_other_change() => Assert.Equal(
        Severity.Warning,
        Found(new OfferedAgents(Lacking, [s_here]), ("unoffered-agent", "primitive[@id='service']"))
            .Severity);

    [Fact]
    public void The_same_at_another_element_is_refused_all_the_same() => Assert.Equal(
        Severity.Error,
            Found(new OfferedAgents(Lacking, [s_here]), ("unoffered-agent", "primitive[@id='other']"))
            .Severity);

    private static Dictionary<AgentName, EquatableArray<NodeId>> Lacks(params string[] nodes) =>
        new() { [s_mistyped] = Nodes(nodes) };

    private static EquatableArray<NodeId> Nodes(params string[] nodes) =>
        [.. nodes.Select(n => new NodeId(n))];

    private static Dictionary<AgentName, EquatableArray<NodeId>> Lacking => new() { [s_mistyped] = [s_here] };

    private static Finding Found(OfferedAgents live, params (string, string)[] standing)
    {
        string xml = Given.Cib("", Mistyped);
        CibReadResult.Accepted accepted = (CibReadResult.Accepted)CibReader.Parse(xml);
        RuleInput input = new(accepted.Cib) { Live = live, Standing = standing.ToHashSet() };
        return Assert.Single(Judge.Look(input, xml, "cib.xml", []).Findings, f => f.Id == "unoffered-agent");
    }
}
