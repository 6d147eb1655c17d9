using Truce.Cli.Alerts;
using Truce.Model;
using Truce.Model.Xml;

namespace Truce.Cli.Tests.Alerts;

public sealed class AlertCallsTests
{
    private static readonly DateTimeOffset s_at =
        new DateTimeOffset(2026, 3, 1, 9, 5, 7, TimeSpan.Zero).AddTicks(1_234_567);

    private static readonly AlertFact s_node = AlertFact.Of(
        "node", s_at, new AlertTopic.Event(AlertEvents.Nodes), ("node", "n3"), ("desc", "lost"));

    [Fact]
    public void An_agent_without_recipients_is_called_once_with_what_happened()
    {
        AlertCall call = Assert.Single(Calls("""<alert id="told" path="/agent"/>""", s_node));
        Assert.Equal(("told", "", "/agent", TimeSpan.FromSeconds(30)),
            (call.Alert, call.Recipient, call.Path, call.Timeout));
        string[] expected =
        [
            "desc=lost", "kind=node", "node=n3", "node_sequence=7", "timestamp=09:05:07.123456",
            "timestamp_epoch=1772355907", "timestamp_usec=123456", "version=3.0.2",
        ];
        Assert.Equal(expected, Named(call, "CRM_alert_"));
        Assert.Equal(expected, Named(call, "CRM_notify_"));
        Assert.Equal((expected.Length * 2) + 1, call.Environment.Count);
    }

    [Fact]
    public void Each_recipient_gets_a_call_with_its_own_settings_before_the_alerts()
    {
        AlertCall[] calls = Calls(
            """
            <alert id="told" path="/agent">
              <meta_attributes id="m"><nvpair id="m1" name="timeout" value="15s"/></meta_attributes>
              <instance_attributes id="i">
                <nvpair id="i1" name="debug" value="false"/>
                <nvpair id="i2" name="sender" value="x"/>
              </instance_attributes>
              <recipient id="r1" value="/var/log/one">
                <meta_attributes id="rm">
                  <nvpair id="rm1" name="timestamp-format" value="%F"/>
                  <nvpair id="rm2" name="timeout" value="5s"/>
                </meta_attributes>
                <instance_attributes id="ri">
                  <nvpair id="ri1" name="debug" value="true"/>
                </instance_attributes>
              </recipient>
              <recipient id="r2" value="two"/>
            </alert>
            """, s_node);
        Assert.Equal(["r1", "r2"], calls.Select(c => c.Recipient));
        Assert.Equal(["/var/log/one", "two"], calls.Select(c => c.Environment["CRM_alert_recipient"]));
        Assert.Equal([5, 15], calls.Select(c => c.Timeout.TotalSeconds));
        Assert.Equal(["2026-03-01", "09:05:07.123456"],
            calls.Select(c => c.Environment["CRM_alert_timestamp"]));
        Assert.Equal(["true", "false"], calls.Select(c => c.Environment["debug"]));
        Assert.Equal(["x", "x"], calls.Select(c => c.Environment["sender"]));
        Assert.Equal(["told r1", "told r2"], calls.Select(c => c.Line));
    }

    [Theory]
    [InlineData("", "node fencing resource")]
    [InlineData("<select><select_nodes/></select>", "node")]
    [InlineData("<select><select_fencing/><select_resources/></select>", "fencing resource")]
    [InlineData("<select><select_attributes/></select>", "rack standby")]
    [InlineData("<select><select_attributes><attribute id='x' name='standby'/></select_attributes></select>",
        "standby")]
    [InlineData("<select><select_nodes/><select_attributes/></select>", "node rack standby")]
    [InlineData("<select/>", "")]
    public void Agents_are_told_what_they_select(string select, string told)
    {
        AlertFact[] facts =
        [
            Fact("node", new AlertTopic.Event(AlertEvents.Nodes)),
            Fact("fencing", new AlertTopic.Event(AlertEvents.Fencing)),
            Fact("resource", new AlertTopic.Event(AlertEvents.Resources)),
            Fact("rack", new AlertTopic.Attribute("rack")),
            Fact("standby", new AlertTopic.Attribute("standby")),
        ];
        string xml = $"<alert id='told' path='/agent'>{select}</alert>";
        Assert.Equal(told,
            string.Join(' ',
                facts.SelectMany(f => Calls(xml, f)).Select(c => c.Environment["CRM_alert_kind"])));
    }

    [Fact]
    public void An_alert_that_is_switched_off_is_not_called()
    {
        Assert.Empty(Calls(
            """
            <alert id="told" path="/agent">
              <meta_attributes id="m"><nvpair id="m1" name="enabled" value="false"/></meta_attributes>
            </alert>
            """, s_node));
    }

    [Theory]
    [InlineData("email_sender", true)]
    [InlineData("LD_PRELOAD", false)]
    [InlineData("PATH", false)]
    [InlineData("BASH_ENV", false)]
    [InlineData("CRM_alert_kind", false)]
    [InlineData("CRM_notify_rsc", false)]
    [InlineData("1st", false)]
    [InlineData("a-b", false)]
    public void Instance_attributes_are_variables_but_none_that_steer_a_shell(string name, bool passed)
    {
        AlertCall call = Assert.Single(Calls(
            $"""
            <alert id="told" path="/agent">
              <instance_attributes id="i">
                <nvpair id="i1" name="{name}" value="mine"/>
              </instance_attributes>
            </alert>
            """, s_node));
        Assert.Equal(passed, call.Environment.ContainsValue("mine"));
    }

    [Theory]
    [InlineData("0", 30)]
    [InlineData("nonsense", 30)]
    [InlineData("2min", 120)]
    [InlineData("3000h", 3600)]
    public void A_timeout_has_bounds(string text, double seconds)
    {
        AlertCall call = Assert.Single(Calls(
            $"""
            <alert id="told" path="/agent">
              <meta_attributes id="m"><nvpair id="m1" name="timeout" value="{text}"/></meta_attributes>
            </alert>
            """, s_node));
        Assert.Equal(seconds, call.Timeout.TotalSeconds);
    }

    [Fact]
    public void Neither_variables_nor_secrets_are_in_its_text()
    {
        AlertCall call = Assert.Single(Calls(
            """
            <alert id="told" path="/agent">
              <instance_attributes id="i">
                <nvpair id="i1" name="password" value="s3cret"/>
              </instance_attributes>
              <recipient id="r" value="x"/>
            </alert>
            """, s_node));
        Assert.Equal("alert told to r (/agent)", call.ToString());
    }

    [Fact]
    public void A_secret_s_file_is_named_by_the_configuration_and_never_by_what_happened()
    {
        AlertFact fact = AlertFact.Of(
            "attribute", s_at, new AlertTopic.Event(AlertEvents.Nodes),
            ("attribute_value", "secret-file:/etc/shadow"));
        AlertCall call = Assert.Single(Calls(
            """
            <alert id="told" path="/agent">
              <instance_attributes id="i">
                <nvpair id="i1" name="smtp_password" value="secret-file:/etc/truce/smtp"/>
                <nvpair id="i2" name="token" value="t1"/>
              </instance_attributes>
              <recipient id="r" value="secret-file:/etc/shadow"/>
            </alert>
            """, fact));
        Assert.Equal(
            [("smtp_password", (SecretReference)new SecretReference.InFile("/etc/truce/smtp"))],
            call.References.Select(r => (r.Key, r.Value)));
        Assert.Equal(["smtp_password", "token"], call.Secrets);
        Assert.False(call.Environment.ContainsKey("smtp_password"));
        Assert.Equal("secret-file:/etc/shadow", call.Environment["CRM_alert_attribute_value"]);
        Assert.Equal("secret-file:/etc/shadow", call.Environment["CRM_alert_recipient"]);
    }

    private static AlertFact Fact(string kind, AlertTopic topic) => AlertFact.Of(kind, s_at, topic);

    private static IEnumerable<string> Named(AlertCall call, string prefix) => call.Environment
        .Where(v => v.Key.StartsWith(prefix, StringComparison.Ordinal))
        .Select(v => $"{v.Key[prefix.Length..]}={v.Value}");

    private static AlertCall[] Calls(string alerts, AlertFact fact)
    {
        CibReadResult.Accepted read = Assert.IsType<CibReadResult.Accepted>(CibReader.Parse(
            ScriptedCluster.Xml.Replace("<constraints/>", $"<constraints/><alerts>{alerts}</alerts>",
                StringComparison.Ordinal)));
        return [.. new AlertCalls(read.Cib.Configuration, TimeZoneInfo.Utc).For(fact, 7)];
    }
}
