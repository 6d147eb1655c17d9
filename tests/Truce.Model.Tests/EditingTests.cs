using Truce.Model.Rules;

namespace Truce.Model.Tests;

/// <summary>Changes of a CIB as pure functions.</summary>
public sealed class EditingTests
{
    private static readonly NodeId s_node = new("n1");

    private static Cib Start() => CibText.Read(CibText.Of(
        $"""<group id="g">{CibText.Dummy("a")}{CibText.Dummy("b")}</group><clone id="c">{CibText.Dummy("d")}</clone>""",
        nodes: """<node id="1" uname="n1"/>"""));

    [Fact]
    public void A_cluster_property_is_added_changed_and_removed()
    {
        Cib first = CibEditor.SetClusterProperty(Start(), "maintenance-mode", "true");
        Assert.True(ClusterOptions.From(CibText.RoundTrip(first).Configuration, null).MaintenanceMode);
        Cib second = CibEditor.SetClusterProperty(first, "maintenance-mode", "false");
        Assert.Equal("false",
            Assert.Single(Assert.Single(second.Configuration.ClusterProperties).Pairs).Value);
        Cib third = CibEditor.RemoveClusterProperty(second, "maintenance-mode");
        Assert.Empty(third.Configuration.ClusterProperties[0].Pairs);
    }

    [Fact]
    public void Removing_an_option_removes_its_older_name_too()
    {
        Cib cib = CibEditor.SetClusterProperty(Start(), "stonith-enabled", "false");
        Assert.True(ClusterOptions.From(CibEditor.RemoveClusterProperty(cib, "fencing-enabled").Configuration,
            null).FencingEnabled);
    }

    [Fact]
    public void A_set_with_a_rule_is_left_alone()
    {
        Cib cib = CibText.Read(CibText.Of(options: """
            <cluster_property_set id="w"><rule id="r"><date_expression id="d" operation="gt" start="2020-01-01"/></rule><nvpair id="p" name="maintenance-mode" value="true"/></cluster_property_set>
            """));
        Cib changed = CibEditor.SetClusterProperty(cib, "maintenance-mode", "false");
        Assert.Equal(cib.Configuration.ClusterProperties[0], changed.Configuration.ClusterProperties[0]);
        Assert.Equal("cib-bootstrap-options", changed.Configuration.ClusterProperties[1].Id);
    }

    [Fact]
    public void Node_attributes_are_permanent_or_transient()
    {
        Cib cib = CibEditor.SetNodeAttribute(Start(), s_node, "rack", "7")!;
        cib = CibEditor.SetTransientAttribute(cib, s_node, "pingd", "100")!;
        Cib again = CibText.RoundTrip(cib);
        Assert.Equal(cib, again);
        Assert.Equal("7", AttributeSets.Value(again.Configuration.Nodes[0].InstanceAttributes, "rack",
            RuleContext.Nothing));
        TransientAttributes transient = again.Status.NodeStates[0].TransientAttributes!;
        Assert.Equal("100", AttributeSets.Value(transient.Sets, "pingd", RuleContext.Nothing));
        again = CibEditor.RemoveTransientAttribute(CibEditor.RemoveNodeAttribute(again, s_node, "rack")!,
            s_node, "pingd")!;
        Assert.Empty(again.Configuration.Nodes[0].InstanceAttributes[0].Pairs);
        Assert.Empty(again.Status.NodeStates[0].TransientAttributes!.Sets[0].Pairs);
    }

    [Fact]
    public void What_is_not_there_cannot_be_changed()
    {
        Assert.Null(CibEditor.SetNodeAttribute(Start(), new NodeId("n9"), "a", "b"));
        Assert.Null(CibEditor.SetTransientAttribute(Start(), new NodeId("n9"), "a", "b"));
        Assert.Null(CibEditor.SetResourceMeta(Start(), new ResourceId("nothing"), "a", "b"));
    }

    [Theory]
    [InlineData("g")]
    [InlineData("b")]
    [InlineData("c")]
    [InlineData("d")]
    public void Meta_attributes_are_set_at_every_level(string id)
    {
        Cib cib = CibEditor.SetResourceMeta(Start(), new ResourceId(id), "target-role", "Stopped")!;
        Resource resource = new ConfigurationIndex(CibText.RoundTrip(cib).Configuration).Resource(new ResourceId(id))!;
        Assert.Equal("Stopped",
            AttributeSets.Value(resource.MetaAttributes, "target-role", RuleContext.Nothing));
        Assert.Equal(Start().Configuration.Resources.Count, cib.Configuration.Resources.Count);
    }

    [Fact]
    public void Ids_that_are_taken_get_a_number()
    {
        Cib cib = CibText.Read(CibText.Of(CibText.Dummy("a") + CibText.Dummy("a-meta_attributes")));
        Cib changed = CibEditor.SetResourceMeta(cib, new ResourceId("a"), "priority", "5")!;
        Assert.Equal("a-meta_attributes-1", changed.Configuration.Resources[0].MetaAttributes[0].Id);
        CibText.RoundTrip(changed);
    }

    [Fact]
    public void Constraints_are_added_replaced_and_removed()
    {
        Constraint.Location ban =
            new("ban") { Resource = new ResourceId("a"), Node = s_node, Score = Score.MinusInfinity };
        Cib cib = CibEditor.SetConstraint(Start(), ban);
        cib = CibEditor.SetConstraint(cib, ban with { Score = Score.Infinity });
        Assert.Equal(Score.Infinity,
            Assert.IsType<Constraint.Location>(Assert.Single(cib.Configuration.Constraints)).Score);
        Assert.Equal(cib, CibText.RoundTrip(cib));
        Assert.Equal(Start(), CibEditor.RemoveConstraint(cib, "ban"));
    }

    [Fact]
    public void A_nodes_state_is_replaced_as_a_whole()
    {
        NodeState state = new(new NodeUuid("1")) { Name = s_node, InCcm = new Presence("true") };
        Cib cib = CibEditor.SetNodeState(Start(), state);
        cib = CibEditor.SetNodeState(cib, state with { InCcm = new Presence("false") });
        Assert.False(Assert.Single(cib.Status.NodeStates).InCcm!.Value.IsUp);
        Assert.Equal(Start(), CibEditor.RemoveNodeState(cib, state.Id));
    }

    [Fact]
    public void Versions_count_and_lesser_counters_start_anew()
    {
        Cib cib = CibVersions.BumpNumUpdates(CibVersions.BumpEpoch(CibVersions.BumpAdminEpoch(Start())));
        Assert.Equal(new CibVersion(1, 1, 1), cib.Header.Version);
        Assert.True(new CibVersion(1, 0, 0).CompareTo(new CibVersion(0, 99, 99)) > 0);
    }

    [Fact]
    public void Characters_that_xml_cannot_have_are_written_as_replacements()
    {
        Cib cib = CibEditor.SetNodeAttribute(Start(), s_node, "a", "x\u0001\ud800y\n\"<&")!;
        Cib again = CibText.RoundTrip(cib);
        Assert.Equal("x\uFFFD\uFFFDy\n\"<&",
            AttributeSets.Value(again.Configuration.Nodes[0].InstanceAttributes, "a", RuleContext.Nothing));
    }
}
