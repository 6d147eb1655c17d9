using System.Globalization;
using Truce.Model.Rules;
using Truce.Model.Xml;

namespace Truce.Model.Tests;

/// <summary>What a configuration means once references, templates and precedence are looked at.</summary>
public sealed class ConfigurationTests
{
    private static string Set(string id, string name, string value, string attributes = "",
        string rule = "") =>
        $"""<meta_attributes id="{id}" {attributes}>{rule}<nvpair id="{id}-n" name="{name}" value="{value}"/></meta_attributes>""";

    private static Resource.Primitive Only(string xml, out ConfigurationIndex index)
    {
        Cib cib = CibText.Read(xml);
        index = new ConfigurationIndex(cib.Configuration);
        return Assert.IsType<Resource.Primitive>(cib.Configuration.Resources[0]);
    }

    [Theory]
    [InlineData("", "", "later")]
    [InlineData("score=\"2\"", "score=\"1\"", "first")]
    [InlineData("score=\"1\"", "score=\"2\"", "later")]
    [InlineData("score=\"INFINITY\"", "", "first")]
    public void The_highest_score_wins_and_then_the_later_set(string first, string later, string winner)
    {
        Resource.Primitive primitive = Only(
            CibText.Of(CibText.Dummy("a", Set("s1", "x", "first", first) + Set("s2", "x", "later", later))),
                out _);
        Assert.Equal(winner, AttributeSets.Value(primitive.MetaAttributes, "x", RuleContext.Nothing));
        Assert.Equal(winner, AttributeSets.Values(primitive.MetaAttributes, RuleContext.Nothing)["x"]);
    }

    [Theory]
    [InlineData("2026-12-01T05:09:00Z", true)]
    [InlineData("2026-12-01T05:09:01Z", false)]
    public void A_ban_is_in_force_until_it_ends(string now, bool isInForce)
    {
        Cib cib = CibText.Read(CibText.Of(CibText.Dummy("late"), """
            <rsc_location id="truce-ban-late-n1" rsc="late"><rule id="r" score="-INFINITY" boolean-op="and">
              <expression id="e" attribute="#uname" operation="eq" value="n1"/>
              <date_expression id="d" operation="lt" end="2026-12-01 05:09:01Z"/>
            </rule></rsc_location>
            """));
        DateTimeOffset at = DateTimeOffset.Parse(now, CultureInfo.InvariantCulture);
        Assert.Single(OperatorPlacement.Of(cib.Configuration));
        Assert.Equal(isInForce, OperatorPlacement.InForce(cib.Configuration, at).Any());
    }

    [Fact]
    public void Within_a_set_the_first_pair_wins()
    {
        Resource.Primitive primitive = Only(CibText.Of(CibText.Dummy("a",
            """<meta_attributes id="s"><nvpair id="p1" name="x" value="first"/><nvpair id="p2" name="x" value="second"/></meta_attributes>""")), out _);
        Assert.Equal("first", AttributeSets.Value(primitive.MetaAttributes, "x", RuleContext.Nothing));
    }

    [Fact]
    public void A_set_whose_rule_does_not_hold_does_not_count()
    {
        const string Rule = """<rule id="r"><expression id="e" attribute="#uname" operation="eq" value="n1"/></rule>""";
        Resource.Primitive primitive = Only(
            CibText.Of(CibText.Dummy("a",
                Set("s1", "x", "ruled", "score=\"9\"", Rule) + Set("s2", "x", "plain"))), out _);
        Assert.Equal("ruled",
            AttributeSets.Value(primitive.MetaAttributes, "x",
            new RuleContext { NodeAttribute = _ => "n1" }));
        Assert.Equal("plain",
            AttributeSets.Value(primitive.MetaAttributes, "x",
            new RuleContext { NodeAttribute = _ => "n2" }));
        Assert.Equal("plain", AttributeSets.Value(primitive.MetaAttributes, "x", RuleContext.Nothing));
    }

    [Fact]
    public void A_primitive_takes_over_what_its_template_has_and_keeps_its_own()
    {
        string template = $"""
            <template id="t" class="ocf" provider="heartbeat" type="Xen">{Set("tm", "x", "template")}{Set("ty", "y", "template")}
            <operations><op id="to1" name="monitor" interval="10s" timeout="11s"/><op id="to2" name="start" interval="0" timeout="12s"/></operations></template>
            """;
        string own = $"""
            <primitive id="a" template="t">{Set("am", "x", "own")}<operations><op id="ao" name="monitor" interval="10000ms" timeout="22s"/></operations></primitive>
            """;
        Resource.Primitive primitive = Only(CibText.Of(template + own), out ConfigurationIndex index);
        Resource.Primitive effective = index.Effective(primitive);
        Assert.Equal("ocf:heartbeat:Xen", effective.Agent?.ToString());
        Assert.Equal("own", AttributeSets.Value(effective.MetaAttributes, "x", RuleContext.Nothing));
        Assert.Equal("template", AttributeSets.Value(effective.MetaAttributes, "y", RuleContext.Nothing));
        Assert.Equal(["ao", "to2"], effective.Operations!.Operations.Select(o => o.Id));
        Assert.Equal([new ResourceId("a")], index.Placeable(new ResourceId("t")));
    }

    [Fact]
    public void References_to_sets_pairs_and_operations_are_opened()
    {
        string a = CibText.Dummy("a", """
            <meta_attributes id-ref="bm"/><instance_attributes id="ai"><nvpair id-ref="bp" name="other"/></instance_attributes><operations id-ref="bo"/>
            """);
        string b = CibText.Dummy("b", Set("bm", "x", "1") + """
            <instance_attributes id="bi"><nvpair id="bp" name="ip" value="::1"/></instance_attributes><operations id="bo"><op id="bop" name="monitor" interval="5s"/></operations>
            """);
        Resource.Primitive primitive = Only(CibText.Of(a + b), out ConfigurationIndex index);
        Resource.Primitive effective = index.Effective(primitive);
        Assert.Equal("1", AttributeSets.Value(effective.MetaAttributes, "x", RuleContext.Nothing));
        Assert.Equal("::1", AttributeSets.Value(effective.InstanceAttributes, "other", RuleContext.Nothing));
        Assert.Equal("bop", effective.Operations!.Operations[0].Id);
    }

    [Fact]
    public void A_tag_stands_for_its_resources()
    {
        Cib cib = CibText.Read(CibText.Of(CibText.Dummy("a") + CibText.Dummy("b"),
            more: """<tags><tag id="t"><obj_ref id="b"/><obj_ref id="a"/></tag></tags>"""));
        Assert.Equal(["b", "a"],
            new ConfigurationIndex(cib.Configuration).Placeable(new ResourceId("t")).Select(r => r.Value));
    }

    private static ClusterOptions Options(string sets, string? now = null) => ClusterOptions.From(
        CibText.Read(CibText.Of(options: sets)).Configuration,
        now is null ? null : DateTimeOffset.Parse(now, CultureInfo.InvariantCulture));

    private static string Properties(string id, string name, string value, string attributes = "",
        string rule = "") =>
        $"""<cluster_property_set id="{id}" {attributes}>{rule}<nvpair id="{id}-{name}" name="{name}" value="{value}"/></cluster_property_set>""";

    [Theory]
    [InlineData("stonith-enabled", "false", false)]
    [InlineData("fencing-enabled", "false", false)]
    [InlineData("stonith-enabled", "true", true)]
    public void Old_and_new_option_names_are_understood(string name, string value, bool enabled) =>
        Assert.Equal(enabled, Options(Properties("s", name, value)).FencingEnabled);

    [Fact]
    public void The_new_name_wins_over_the_old_one()
    {
        ClusterOptions options =
            Options(Properties("s", "stonith-timeout", "10s") + Properties("u", "fencing-timeout", "20s"));
        Assert.Equal(20_000, options.FencingTimeoutMs);
    }

    [Fact]
    public void Bootstrap_options_come_before_any_score()
    {
        ClusterOptions options = Options(Properties("cib-bootstrap-options", "cluster-delay", "1s")
            + Properties("s", "cluster-delay", "2s", "score=\"INFINITY\""));
        Assert.Equal(1_000, options.ClusterDelayMs);
    }

    [Fact]
    public void A_maintenance_window_opens_and_closes()
    {
        const string Rule = """
            <rule id="r"><date_expression id="d" operation="in_range" start="2019-09-20 21:00:00 -05:00" end="2019-09-20 23:00:00 -05:00"/></rule>
            """;
        string sets = Properties("w", "maintenance-mode", "true", "score=\"1000\"", Rule) + Properties("n",
            "maintenance-mode", "false");
        Assert.True(Options(sets, "2019-09-21T03:00:00Z").MaintenanceMode);
        Assert.False(Options(sets, "2019-09-21T05:00:00Z").MaintenanceMode);
        Assert.False(Options(sets).MaintenanceMode);
    }

    [Fact]
    public void Without_options_the_defaults_hold()
    {
        ClusterOptions options = Options("");
        Assert.Equal(NoQuorumPolicy.Stop, options.NoQuorumPolicy);
        Assert.True(options.FencingEnabled);
        Assert.Equal(FencingAction.Reboot, options.FencingAction);
        Assert.Equal(60_000, options.FencingTimeoutMs);
        Assert.Equal(UnfencedRecovery.Refuse, options.UnfencedRecovery);
        Assert.True(options.StartFailureIsFatal);
        Assert.Equal(900_000, options.ClusterRecheckIntervalMs);
    }

    [Fact]
    public void Secrets_are_masked_at_every_level_and_nothing_else_is()
    {
        string device = """
            <primitive id="f" class="stonith" type="fence_ipmilan"><instance_attributes id="i"><nvpair id="p" name="passwd" value="hunter2"/><nvpair id="u" name="login" value="root"/></instance_attributes></primitive>
            """;
        Cib cib = CibText.Read(CibText.Of($"""<clone id="c">{device}</clone>"""));
        string shown = CibWriter.WriteConfiguration(SecretNames.Masked(cib.Configuration));
        Assert.DoesNotContain("hunter2", shown, StringComparison.Ordinal);
        Assert.Contains(SecretNames.Mask, shown, StringComparison.Ordinal);
        Assert.Contains("root", shown, StringComparison.Ordinal);
    }

    // A primitive, a group's member, a clone's, a bundle's; a template, an operation, an alert and its recipient, a node, the
    // cluster's properties and both defaults: wherever a pair can stand.
    private const string Everywhere = """
        <cib validate-with="pacemaker-3.9" admin_epoch="0" epoch="1" num_updates="0"><configuration>
        <crm_config><cluster_property_set id="o"><nvpair id="o-1" name="api_token" value="S01é"/></cluster_property_set></crm_config>
        <nodes><node id="1" uname="n1"><instance_attributes id="n"><nvpair id="n-1" name="snmp_community" value="S02é"/></instance_attributes></node></nodes>
        <resources>
          <template id="t" class="ocf" provider="heartbeat" type="Dummy"><instance_attributes id="ti"><nvpair id="t-1" name="password" value="S03é"/></instance_attributes></template>
          <primitive id="p" template="t"><instance_attributes id="pi"><nvpair id="p-1" name="passwd" value="S04é"/></instance_attributes>
            <meta_attributes id="pm"><nvpair id="pm-1" name="db_secret" value="S05é"/></meta_attributes>
            <operations><op id="pm10" name="monitor" interval="10s"><instance_attributes id="oi"><nvpair id="oi-1" name="probe_password" value="S06é"/></instance_attributes></op></operations></primitive>
          <group id="g"><primitive id="m" class="ocf" provider="heartbeat" type="Dummy"><instance_attributes id="mi"><nvpair id="mi-1" name="passphrase" value="S07é"/></instance_attributes></primitive></group>
          <clone id="c"><primitive id="f" class="stonith" type="fence_ipmilan"><instance_attributes id="fi"><nvpair id="fi-1" name="passwd" value="S08é"/></instance_attributes></primitive></clone>
        </resources><constraints/>
        <rsc_defaults><meta_attributes id="rd"><nvpair id="rd-1" name="admin_password" value="S09é"/></meta_attributes></rsc_defaults>
        <op_defaults><meta_attributes id="od"><nvpair id="od-1" name="op_password" value="S10é"/></meta_attributes></op_defaults>
        <alerts><alert id="a" path="/a"><instance_attributes id="ai"><nvpair id="ai-1" name="smtp_password" value="S11é"/></instance_attributes>
          <recipient id="r" value="x"><instance_attributes id="ri"><nvpair id="ri-1" name="auth_token" value="S12é"/></instance_attributes></recipient></alert></alerts>
        </configuration><status><node_state id="1" uname="n1"><transient_attributes id="1"><instance_attributes id="ta"><nvpair id="ta-1" name="session_token" value="S13é"/></instance_attributes></transient_attributes></node_state></status></cib>
        """;

    [Fact]
    public void A_configuration_that_was_shown_with_masks_comes_back_with_every_secret()
    {
        Cib cib = CibText.Read(Everywhere);
        string shown = CibWriter.Write(SecretNames.Masked(cib));
        Assert.DoesNotMatch("S[0-9][0-9]é", shown);
        Unmasking back = SecretNames.Unmask(CibText.Read(shown).Configuration, cib.Configuration);
        Assert.Equal(12, back.Restored);
        Assert.Empty(back.Unknown);
        Assert.Equal(CibWriter.WriteConfiguration(cib.Configuration), CibWriter.WriteConfiguration(back.Configuration));
    }

    [Fact]
    public void A_mask_where_no_secret_is_stands_for_nothing()
    {
        Cib cib = CibText.Read(Everywhere);
        string moved = CibWriter.Write(SecretNames.Masked(cib)).Replace("name=\"passphrase\"", "name=\"password\"", StringComparison.Ordinal);
        Unmasking back = SecretNames.Unmask(CibText.Read(moved).Configuration, cib.Configuration);
        Assert.Equal(["resource m: password"], back.Unknown);
        Assert.Equal(12, SecretNames.Unmask(CibText.Read(CibWriter.Write(SecretNames.Masked(cib))).Configuration, Configuration.Empty).Unknown.Count);
    }

    [Theory]
    [InlineData("secret-file:/etc/truce/secrets/db", "secret-file:/etc/truce/secrets/db")]
    [InlineData("lrm://", "lrm://")]
    [InlineData("hunter2", SecretNames.Mask)]
    [InlineData("", "")]
    public void Where_a_secret_lies_may_be_shown(string value, string shown) =>
        Assert.Equal(shown, SecretNames.Shown("password", value));

    [Theory]
    [InlineData("secret-file:relative")]
    [InlineData("secret-file:/etc/../shadow")]
    [InlineData("secret-file:/")]
    [InlineData("secret-file:")]
    public void A_secret_s_place_is_an_absolute_path_without_detours(string value) =>
        Assert.IsType<SecretReference.Malformed>(SecretReference.TryParse(value));
}
