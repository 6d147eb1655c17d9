using System.Xml.Linq;
using Truce.Model;
using Truce.Model.Xml;

namespace Truce.Control.Tests;

/// <summary>What is denied inside an element that may be written, and what only looks like a right.</summary>
public sealed class AccessInsideTests
{
    private const string Acls = """
        <acls>
          <acl_role id="edit">
            <acl_permission id="e-1" kind="write" xpath="//resources"/>
            <acl_permission id="e-2" kind="deny" xpath="//instance_attributes"/>
          </acl_role>
          <acl_role id="both">
            <acl_permission id="b-1" kind="write" xpath="//primitive[@id='web']"/>
            <acl_permission id="b-2" kind="deny" xpath="//primitive[@id='web']"/>
          </acl_role>
          <acl_role id="looks"><acl_permission id="l-1" kind="read" object-type="truce-fence"/></acl_role>
          <acl_role id="ids"><acl_permission id="i-1" kind="read" xpath="//nvpair[@id='web-p']"/></acl_role>
          <acl_target id="eve"><role id="edit"/></acl_target>
          <acl_target id="bob"><role id="both"/></acl_target>
          <acl_target id="ida"><role id="ids"/></acl_target>
          <acl_group id="readers"><role id="looks"/></acl_group>
          <acl_group id="editors"><role id="edit"/></acl_group>
        </acls>
        """;

    private const string Inside = "<instance_attributes id=\"x-i\">"
        + "<nvpair id=\"x-p\" name=\"a\" value=\"b\"/></instance_attributes>";

    [Fact]
    public void Whoever_may_write_an_element_creates_nothing_inside_it_that_is_denied()
    {
        Assert.Null(Objection("eve", d => Resources(d).Add(New(""))));
        Assert.Contains(
            "may not create", Objection("eve", d => Resources(d).Add(New(Inside))), StringComparison.Ordinal);
    }

    [Fact]
    public void Whoever_may_write_an_element_removes_nothing_inside_it_that_is_denied()
    {
        Assert.Null(Objection("eve", d => Web(d, "plain").Remove()));
        Assert.Contains("may not remove", Objection("eve", d => Web(d, "web").Remove()),
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_may_not_be_written_cant_be_turned_into_something_that_may()
    {
        // By its new name a permission would select it; by its old one it doesn't.
        Cib cib = Cib("""
            <acls><acl_role id="edit">
              <acl_permission id="e-1" kind="write" xpath="//nvpair[@name='free']"/>
            </acl_role><acl_target id="eve"><role id="edit"/></acl_target></acls>
            """);
        AccessRules eve = new(cib, new Caller("eve", [], MayAll: false));
        Assert.NotNull(eve.ChangeObjection(Changed(cib, d => Pair(d).SetAttributeValue("name", "free"))));
    }

    [Fact]
    public void A_denial_beats_a_permission_for_the_same_element() =>
        Assert.NotNull(Objection("bob", d => Web(d, "web").SetAttributeValue("type", "apache")));

    [Fact]
    public void The_schema_is_changed_by_whoever_may_write_everything_alone() =>
        Assert.NotNull(Objection("eve", d => d.Root!.SetAttributeValue("validate-with", "pacemaker-3.8")));

    [Fact]
    public void A_right_to_look_at_fencing_is_no_right_to_fence() =>
        Assert.NotNull(new AccessRules(Cib(), new Caller("u", ["readers"], MayAll: false))
            .FencingObjection());

    [Fact]
    public void Only_the_groups_that_one_is_in_count()
    {
        AccessRules stranger = new(Cib(), new Caller("u", ["others"], MayAll: false));
        Assert.NotNull(stranger.AnyChangeObjection());
        Assert.Null(new AccessRules(Cib(), new Caller("u", ["editors"], MayAll: false)).AnyChangeObjection());
    }

    [Fact]
    public void Around_what_may_be_read_stay_names_of_elements_and_ids_and_nothing_else()
    {
        Cib cib = Cib();
        string shown = new AccessRules(cib, new Caller("ida", [], MayAll: false)).ReadableWithSecrets(cib);
        Assert.Contains("web-p", shown, StringComparison.Ordinal);
        Assert.Contains("id=\"web\"", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("nginx", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("plain", shown, StringComparison.Ordinal);
    }

    private static string? Objection(string user, Action<XDocument> change)
    {
        Cib cib = Cib();
        return new AccessRules(cib, new Caller(user, [], MayAll: false)).ChangeObjection(Changed(cib,
            change));
    }

    private static XElement New(string inside) => XElement.Parse(
        $"<primitive id=\"x\" class=\"ocf\" provider=\"sim\" type=\"Service\">{inside}</primitive>");

    private static XElement Resources(XDocument document) => document.Descendants("resources").Single();

    private static XElement Web(XDocument document, string id) =>
        document.Descendants("primitive").Single(p => (string?)p.Attribute("id") == id);

    private static XElement Pair(XDocument document) =>
        document.Descendants("nvpair").Single(p => (string?)p.Attribute("id") == "web-p");

    private static Cib Changed(Cib cib, Action<XDocument> change)
    {
        XDocument document = XDocument.Parse(CibWriter.Write(cib));
        change(document);
        return Read(document.ToString());
    }

    private static Cib Cib(string acls = Acls) => Read($"""
        <cib validate-with="pacemaker-3.9" admin_epoch="0" epoch="1" num_updates="0"><configuration>
          <crm_config><cluster_property_set id="o">
            <nvpair id="o1" name="enable-acl" value="true"/>
          </cluster_property_set></crm_config>
          <nodes><node id="1" uname="n1"/></nodes><resources>
          <primitive id="web" class="ocf" provider="heartbeat" type="nginx">
            <instance_attributes id="web-i"><nvpair id="web-p" name="port" value="80"/></instance_attributes>
          </primitive>
          <primitive id="plain" class="ocf" provider="sim" type="Service"/>
          </resources><constraints/>{acls}</configuration><status/></cib>
        """);

    private static Cib Read(string xml) => CibReader.Parse(xml, "test") switch
    {
        CibReadResult.Accepted accepted => accepted.Cib,
        CibReadResult.Refused refused => throw new InvalidOperationException($"{refused.Findings[0]}"),
    };
}
