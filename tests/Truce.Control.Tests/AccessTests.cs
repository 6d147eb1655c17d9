using System.Xml.Linq;
using Truce.Model;
using Truce.Model.Xml;

namespace Truce.Control.Tests;

/// <summary>What the ACLs of a CIB allow at the socket.</summary>
public sealed class AccessTests
{
    private const string Acls = """
        <acls>
          <acl_role id="all"><acl_permission id="all-p" kind="write" xpath="/cib"/></acl_role>
          <acl_role id="look"><acl_permission id="look-p" kind="read" xpath="/cib"/></acl_role>
          <acl_role id="operate">
            <acl_permission id="op-1" kind="write" xpath="//resources//meta_attributes/nvpair[@name='target-role']"/>
            <acl_permission id="op-2" kind="write" object-type="rsc_location"/>
            <acl_permission id="op-3" kind="write" xpath="//nvpair[@name='load']"/>
            <acl_permission id="op-4" kind="write" xpath="//lrm_resource[@id='web']"/>
          </acl_role>
          <acl_role id="blind">
            <acl_permission id="bl-1" kind="read" xpath="/cib"/>
            <acl_permission id="bl-2" kind="deny" xpath="//instance_attributes"/>
          </acl_role>
          <acl_role id="broken"><acl_permission id="br-1" kind="deny" xpath="//["/></acl_role>
          <acl_role id="shoot"><acl_permission id="sh-1" kind="write" object-type="truce-fence"/></acl_role>
          <acl_target id="admin"><role id="all"/></acl_target>
          <acl_target id="carol"><role id="look"/><role id="operate"/></acl_target>
          <acl_target id="alice"><role id="blind"/></acl_target>
          <acl_target id="t-mallory" name="mallory"><role id="all"/><role id="broken"/></acl_target>
          <acl_group id="watch"><role id="look"/><role id="shoot"/></acl_group>
        </acls>
        """;

    private const string Web = "<primitive id=\"web\" class=\"ocf\" provider=\"heartbeat\" type=\"nginx\">"
        + "<instance_attributes id=\"web-i\"><nvpair id=\"web-p\" name=\"password\" value=\"hunter2\"/></instance_attributes></primitive>";

    [Fact]
    public void Root_may_all_and_without_acls_a_member_of_the_group_looks_and_changes_nothing()
    {
        Cib cib = Cib(enabled: false);
        AccessRules root = new(cib, new Caller("root", [], MayAll: true));
        Assert.Null(root.ChangeObjection(Truce.Model.Cib.Empty));
        Assert.Null(root.FencingObjection());
        AccessRules admin = new(cib, new Caller("admin", ["truce"], MayAll: false));
        Assert.Contains("web-p", admin.Readable(cib), StringComparison.Ordinal);
        Assert.NotNull(admin.ChangeObjection(cib));
        Assert.NotNull(admin.AttributeObjection(Given.Node(1), "load"));
        Assert.NotNull(admin.HistoryObjection([], null));
        Assert.NotNull(admin.TicketObjection("t"));
        Assert.NotNull(admin.FencingObjection());
    }

    [Theory]
    [InlineData("admin", true)]
    [InlineData("carol", true)]
    [InlineData("alice", false)]
    [InlineData("mallory", false)]
    [InlineData("nobody", false)]
    public void What_is_denied_or_never_granted_isnt_shown(string user, bool sees)
    {
        Cib cib = Cib();
        string shown = Rules(cib, user).Readable(cib);
        Assert.Equal(sees, shown.Contains("web-p", StringComparison.Ordinal) && shown.Contains("password", StringComparison.Ordinal));
        Assert.Equal(user is not ("nobody" or "mallory"), shown.Contains("nginx", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("admin", false)]
    [InlineData("carol", false)]
    [InlineData("dave", true)]
    [InlineData("erin", false)]
    public void Secrets_are_masked_and_take_a_right_of_their_own(string user, bool may)
    {
        Cib cib = Changed(Cib(), d =>
        {
            XElement acls = d.Descendants("acls").Single();
            acls.AddFirst(XElement.Parse("<acl_role id=\"secrets\"><acl_permission id=\"se-1\" kind=\"read\" object-type=\"truce-secrets\"/></acl_role>"));
            acls.AddFirst(XElement.Parse("<acl_role id=\"none\"><acl_permission id=\"no-1\" kind=\"deny\" object-type=\"truce-secrets\"/></acl_role>"));
            acls.Add(XElement.Parse("<acl_target id=\"dave\"><role id=\"look\"/><role id=\"secrets\"/></acl_target>"));
            acls.Add(XElement.Parse("<acl_target id=\"erin\"><role id=\"look\"/><role id=\"secrets\"/><role id=\"none\"/></acl_target>"));
        });
        AccessRules rules = Rules(cib, user);
        Assert.Equal(may, rules.SecretsObjection() is null);
        Assert.DoesNotContain("hunter2", rules.Readable(cib), StringComparison.Ordinal);
        Assert.Contains("hunter2", rules.ReadableWithSecrets(cib), StringComparison.Ordinal);
    }

    [Fact]
    public void Root_sees_secrets_only_when_it_asks_for_them()
    {
        Cib cib = Cib(enabled: false);
        AccessRules root = new(cib, new Caller("root", [], MayAll: true));
        Assert.Null(root.SecretsObjection());
        Assert.DoesNotContain("hunter2", root.Readable(cib), StringComparison.Ordinal);
        Assert.NotNull(new AccessRules(cib, new Caller("admin", ["truce"], MayAll: false)).SecretsObjection());
    }

    [Fact]
    public void An_operator_sets_a_target_role_with_what_encloses_it_and_changes_nothing_else()
    {
        Cib cib = Cib();
        AccessRules carol = Rules(cib, "carol");
        Assert.Null(carol.ChangeObjection(cib));
        Assert.Null(carol.ChangeObjection(Changed(cib, d => Primitive(d).AddFirst(
            XElement.Parse("<meta_attributes id=\"m\"><nvpair id=\"m-1\" name=\"target-role\" value=\"Stopped\"/></meta_attributes>")))));
        Assert.Null(carol.ChangeObjection(Changed(cib, d => d.Descendants("constraints").Single().Add(
            XElement.Parse("<rsc_location id=\"l\" rsc=\"web\" node=\"n1\" score=\"INFINITY\"/>")))));
        Assert.Contains("may not create nvpair m-1", carol.ChangeObjection(Changed(cib, d => Primitive(d).AddFirst(
            XElement.Parse("<meta_attributes id=\"m\"><nvpair id=\"m-1\" name=\"is-managed\" value=\"false\"/></meta_attributes>")))));
        Assert.Contains("may not change nvpair web-p", carol.ChangeObjection(Changed(
            cib, d => d.Descendants("nvpair").Single(n => (string?)n.Attribute("id") == "web-p").SetAttributeValue("value", "x"))));
        Assert.Contains("may not remove primitive web", carol.ChangeObjection(Changed(cib, d => Primitive(d).Remove())));
        Assert.Contains("may not create primitive", carol.ChangeObjection(Changed(cib, d => d.Descendants("resources").Single().Add(
            XElement.Parse("<primitive id=\"evil\" class=\"lsb\" type=\"evil\"/>")))));
    }

    [Fact]
    public void What_a_permission_selects_by_its_value_cant_be_changed_into_something_else()
    {
        Cib cib = Changed(Cib(), d => Primitive(d).AddFirst(
            XElement.Parse("<meta_attributes id=\"m\"><nvpair id=\"m-1\" name=\"target-role\" value=\"Stopped\"/></meta_attributes>")));
        AccessRules carol = Rules(cib, "carol");
        Assert.Null(carol.ChangeObjection(Changed(cib, d => Pair(d).SetAttributeValue("value", "Started"))));
        Assert.NotNull(carol.ChangeObjection(Changed(cib, d => Pair(d).SetAttributeValue("name", "some-role"))));
    }

    [Fact]
    public void Members_of_a_group_change_their_order_only_with_the_right_to_it()
    {
        const string Group = "<group id=\"g\"><primitive id=\"a\" class=\"lsb\" type=\"a\"/><primitive id=\"b\" class=\"lsb\" type=\"b\"/></group>";
        Cib cib = Cib(resources: Web + Group);
        Cib turned = Changed(cib, d =>
        {
            XElement first = d.Descendants("primitive").Single(p => (string?)p.Attribute("id") == "a");
            XElement group = first.Parent!;
            first.Remove();
            group.Add(first);
        });
        Assert.Contains("may not reorder group g", Rules(cib, "carol").ChangeObjection(turned));
        Assert.Null(Rules(cib, "admin").ChangeObjection(turned));
    }

    [Fact]
    public void Attributes_histories_and_tickets_are_judged_in_the_status()
    {
        Cib cib = Cib();
        AccessRules carol = Rules(cib, "carol");
        Assert.Null(carol.AttributeObjection(Given.Node(1), "load"));
        Assert.NotNull(carol.AttributeObjection(Given.Node(1), "shutdown"));
        Assert.Null(carol.HistoryObjection([new ResourceId("web")], null));
        Assert.NotNull(carol.HistoryObjection([new ResourceId("db")], null));
        Assert.NotNull(carol.HistoryObjection([], null));
        Assert.NotNull(carol.TicketObjection("t"));
        Assert.Null(Rules(cib, "admin").TicketObjection("t"));
    }

    [Fact]
    public void Fencing_is_a_right_of_its_own_which_groups_can_have()
    {
        Cib cib = Cib();
        Assert.NotNull(Rules(cib, "admin").FencingObjection());
        Assert.Null(Rules(cib, "guard", "watch").FencingObjection());
        Assert.NotNull(Rules(cib, "guard", "watch").ChangeObjection(Truce.Model.Cib.Empty));
    }

    private static AccessRules Rules(Cib cib, string user, params string[] groups) => new(cib, new Caller(user, [.. groups], false));

    private static Cib Cib(bool enabled = true, string resources = Web) => Read($"""
        <cib validate-with="pacemaker-3.9" admin_epoch="0" epoch="1" num_updates="0"><configuration>
          <crm_config><cluster_property_set id="o"><nvpair id="o1" name="enable-acl" value="{(enabled ? "true" : "false")}"/></cluster_property_set></crm_config>
          <nodes><node id="1" uname="n1"/></nodes><resources>{resources}</resources><constraints/>{Acls}</configuration>
          <status><node_state id="1" uname="n1" in_ccm="true" crmd="online"><lrm id="1"><lrm_resources>
            <lrm_resource id="web" class="ocf" provider="heartbeat" type="nginx"/><lrm_resource id="db" class="ocf" provider="heartbeat" type="pgsql"/>
          </lrm_resources></lrm></node_state></status></cib>
        """);

    private static Cib Changed(Cib cib, Action<XDocument> change)
    {
        XDocument document = XDocument.Parse(CibWriter.Write(cib));
        change(document);
        return Read(document.ToString());
    }

    private static XElement Primitive(XDocument document) =>
        document.Descendants("primitive").Single(p => (string?)p.Attribute("id") == "web");

    private static XElement Pair(XDocument document) =>
        document.Descendants("nvpair").Single(p => (string?)p.Attribute("id") == "m-1");

    private static Cib Read(string xml) => CibReader.Parse(xml, "test") switch
    {
        CibReadResult.Accepted accepted => accepted.Cib,
        CibReadResult.Refused refused => throw new InvalidOperationException($"{refused.Findings[0]}"),
    };
}
