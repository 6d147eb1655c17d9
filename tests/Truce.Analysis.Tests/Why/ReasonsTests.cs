using Truce.Analysis.Why;
using Truce.Model;
using Truce.Model.Xml;
using Truce.Scheduler;

namespace Truce.Analysis.Tests.Why;

/// <summary>What <c>truce why</c> says, situation by situation.</summary>
public sealed class ReasonsTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 29, 22, 30, 0, TimeSpan.Zero);

    [Fact]
    public void What_is_disabled_is_said_first_with_the_command_that_ends_it() => Assert.Equal(
        "d1 is stopped: it is disabled (truce resource enable d1)",
        First("d1", Primitive("d1", Meta("d1", "target-role", "Stopped"))));

    [Fact]
    public void A_group_that_is_disabled_is_named_for_its_member() => Assert.Equal(
        "d1 is stopped: g, which it is part of, is disabled (truce resource enable g)",
        First("d1", $"<group id=\"g\">{Meta("g", "target-role", "Stopped")}{Primitive("d1")}</group>"));

    [Fact]
    public void A_failed_stop_is_told_with_its_time_code_and_the_agents_words()
    {
        Answer answer = About(
            "bad", Primitive("bad"), n1: History("bad", Failed("bad", "stop", 1, "umount: target is busy")));
        Assert.Contains(
            "  bad can't run on n1: stopping it failed there at 21:58:57 (exit 1, \"umount: target is "
                + "busy\")",
            answer.Sentences);
        Assert.Contains(
            "for bad to run on n1: truce resource cleanup bad, once the cause is fixed", answer.Remedies);
    }

    [Fact]
    public void What_every_node_refuses_for_one_reason_names_the_nodes()
    {
        string bans =
            "<rsc_location id=\"truce-ban-d1-n1\" rsc=\"d1\"><rule id=\"r\" score=\"-INFINITY\">"
            + "<expression id=\"e1\" attribute=\"#uname\" operation=\"defined\"/></rule></rsc_location>";
        Assert.Equal(
            "d1 is stopped: it is banned on n1 and n2 (truce-ban-d1-n1) (truce resource clear d1)",
            First("d1", Primitive("d1"), bans));
    }

    [Fact]
    public void A_ban_of_an_operator_is_named_with_the_way_out()
    {
        Answer answer = About(
            "d1", Primitive("d1"),
            "<rsc_location id=\"truce-ban-d1-n1\" rsc=\"d1\" node=\"n1\" score=\"-INFINITY\"/>");
        Assert.Contains("  d1 can't run on n1: it is banned there (truce-ban-d1-n1)", answer.Sentences);
        Assert.Contains("for d1 to run on n1: truce resource clear d1", answer.Remedies);
    }

    [Fact]
    public void A_ticket_that_is_not_granted_is_named() => Assert.Equal(
        "d1 is stopped: ticket paris isn't granted here (constraint t1) (truce ticket grant paris)",
        First("d1", Primitive("d1"),
            "<rsc_ticket id=\"t1\" rsc=\"d1\" ticket=\"paris\" loss-policy=\"stop\"/>"));

    [Fact]
    public void A_colocation_is_named_with_what_lies_behind_it()
    {
        Answer answer = About(
            "d1", Primitive("d1") + Primitive("front"),
            "<rsc_colocation id=\"together\" rsc=\"front\" with-rsc=\"d1\" score=\"INFINITY\"/>"
            + "<rsc_location id=\"not-n1\" rsc=\"front\" node=\"n1\" score=\"-INFINITY\"/>");
        Assert.Contains(
            "  d1 can't run on n1: colocation together keeps front with it, and front can't run on n1: "
            + "location constraint not-n1 keeps it off n1", answer.Sentences);
        Assert.Contains("for d1 to run on n1: truce constraint delete not-n1", answer.Remedies);
    }

    // The whole chain moves for the last of it, and each of the chain is told so, whichever is asked about.
    [Theory]
    [InlineData("a")]
    [InlineData("b")]
    [InlineData("c")]
    [InlineData("search")]
    public void A_follower_that_drags_a_chain_along_is_named_for_each_of_the_chain(string subject)
    {
        Answer answer = About(
            subject,
            $"<group id=\"g\">{Primitive("a")}{Primitive("b")}{Primitive("c")}</group>"
            + Primitive("search") + Primitive("front"),
            "<rsc_colocation id=\"ui1\" rsc=\"search\" with-rsc=\"b\" score=\"INFINITY\"/>"
            + "<rsc_colocation id=\"ui2\" rsc=\"front\" with-rsc=\"search\" score=\"INFINITY\"/>"
            + "<rsc_location id=\"not-n1\" rsc=\"front\" node=\"n1\" score=\"-INFINITY\"/>");
        Assert.Contains(answer.Sentences, s =>
            s.StartsWith($"  {subject} can't run on n1: ", StringComparison.Ordinal) && s.EndsWith(
                "colocation ui2 ties in front, and front can't run on n1: location constraint not-n1 "
                + "keeps it off n1", StringComparison.Ordinal));
    }

    [Fact]
    public void An_order_waits_for_what_can_not_start_and_says_why() => Assert.Equal(
        "then is stopped and waits to start on n2: first can't be started (order ord): it is disabled "
        + "(truce resource enable first)",
        First(
            "then", Primitive("first", Meta("first", "target-role", "Stopped")) + Primitive("then"),
            "<rsc_order id=\"ord\" first=\"first\" then=\"then\"/>"
            + "<rsc_location id=\"l\" rsc=\"then\" node=\"n2\" score=\"10\"/>"));

    [Fact]
    public void A_missing_promotion_score_is_the_reason_that_nothing_is_promoted()
    {
        string running = History("s", Done("s", "start", 0));
        Answer answer = About(
            "c", $"<clone id=\"c\">{Meta("c", "promotable", "true")}{Primitive("s")}</clone>", n1: running,
                n2: running);
        Assert.Contains(answer.Sentences, s => s.StartsWith(
            "nothing of c is promoted: no instance of c has a promotion score", StringComparison.Ordinal));
    }

    [Fact]
    public void A_promotion_of_what_is_not_promotable_is_said_to_have_no_effect()
    {
        Answer answer = About(
            "fs", $"<clone id=\"c\">{Primitive("s")}</clone>{Primitive("fs")}",
            "<rsc_order id=\"ord\" first=\"c\" first-action=\"promote\" then=\"fs\" then-action=\"start\"/>");
        Assert.Contains(
            answer.Sentences, s =>
                s.StartsWith("order ord has no effect: it speaks of the promoted role of c",
                    StringComparison.Ordinal));
    }

    [Fact]
    public void A_quarantine_is_told_for_the_resource_and_for_the_node()
    {
        Reasons reasons = Of(Primitive("d1"), options: Options() with { Quarantined = [new NodeId("n1")] });
        Assert.Contains("  d1 can't run on n1: n1 is quarantined", reasons.About("d1")!.Sentences);
        Assert.Equal("n1 is quarantined (truce fence release n1); it runs nothing",
            reasons.About("n1")!.Sentences[0]);
    }

    [Fact]
    public void A_guard_speaks_in_its_own_words()
    {
        Reasons reasons = Of(
            Primitive("d1"),
            options: Options() with { Bans =
                [new GuardBan(new ResourceId("d1"), new NodeId("n1"), "it is on probation")] });
        Assert.Contains("  d1 can't run on n1: it is on probation", reasons.About("d1")!.Sentences);
    }

    [Fact]
    public void Missing_capacity_and_bad_health_have_their_own_names()
    {
        Answer small = About(
            "d1", Primitive("d1",
                "<utilization id=\"d1-u\"><nvpair id=\"d1-u1\" name=\"cpu\" value=\"8\"/></utilization>"),
            properties: "<nvpair id=\"p1\" name=\"placement-strategy\" value=\"utilization\"/>");
        Assert.Contains(small.Sentences, s => s.Contains("enough capacity left", StringComparison.Ordinal));
        Answer ill = About(
            "d1", Primitive("d1"),
                properties: "<nvpair id=\"p1\" name=\"node-health-strategy\" value=\"migrate-on-red\"/>",
            attributes: "<nvpair id=\"h\" name=\"#health-disk\" value=\"red\"/>");
        Assert.Contains(
            "  d1 can't run on n1: the health of n1 is red (node-health-strategy=migrate-on-red)",
                ill.Sentences);
    }

    [Fact]
    public void A_name_that_nothing_has_gets_no_answer() => Assert.Null(Of(Primitive("d1")).About("d2"));

    private static string First(string subject, string resources, string constraints = "") =>
        About(subject, resources, constraints).Sentences[0];

    private static Answer About(
        string subject, string resources, string constraints = "", string n1 = "", string n2 = "",
        string properties = "", string attributes = "") =>
        Of(resources, constraints, n1, n2, properties, attributes).About(subject)!;

    private static PlanOptions Options() => new() { Now = s_now, KeepPlacements = true };

    private static Reasons Of(
        string resources, string constraints = "", string n1 = "", string n2 = "", string properties = "",
        string attributes = "", PlanOptions? options = null)
    {
        string xml = $"""
            <cib validate-with="pacemaker-3.9" admin_epoch="0" epoch="1" num_updates="0" have-quorum="1">
              <configuration>
                <crm_config><cluster_property_set id="o">
                  <nvpair id="o1" name="stonith-enabled" value="false"/>{properties}
                </cluster_property_set></crm_config>
                <nodes><node id="1" uname="n1"/><node id="2" uname="n2"/></nodes>
                <resources>{resources}</resources>
                <constraints>{constraints}</constraints>
              </configuration>
              <status>{State(1, n1, attributes)}{State(2, n2, "")}</status>
            </cib>
            """;
        CibReadResult.Accepted read = Assert.IsType<CibReadResult.Accepted>(CibReader.Parse(xml, "test"));
        PlanOptions wanted = options ?? Options();
        return new Reasons(read.Cib, Planner.Plan(read.Cib, wanted), wanted, []);
    }

    private static string State(int id, string history, string attributes) =>
        $"<node_state id=\"{id}\" uname=\"n{id}\" in_ccm=\"true\" crmd=\"online\" join=\"member\" "
            + $"expected=\"member\">"
        + $"<lrm id=\"{id}\"><lrm_resources>{history}</lrm_resources></lrm>"
        + (attributes.Length > 0
            ? $"<transient_attributes id=\"{id}\"><instance_attributes "
                + $"id=\"s{id}\">{attributes}</instance_attributes></transient_attributes>"
            : "")
        + "</node_state>";

    private static string Primitive(string id, string inside = "") =>
        $"<primitive id=\"{id}\" class=\"ocf\" provider=\"pacemaker\" type=\"Dummy\">{inside}</primitive>";

    private static string Meta(string id, string name, string value) =>
        $"<meta_attributes id=\"{id}-m\"><nvpair id=\"{id}-m1\" name=\"{name}\" "
            + $"value=\"{value}\"/></meta_attributes>";

    private static string History(string id, string operations) =>
        $"<lrm_resource id=\"{id}\" class=\"ocf\" provider=\"pacemaker\" "
            + $"type=\"Dummy\">{operations}</lrm_resource>";

    // 2026-11-29 21:58:57 UTC.
    private const string Then = "1795989537";

    private static string Failed(string id, string operation, int code, string reason) =>
        $"<lrm_rsc_op id=\"{id}_last_failure_0\" operation_key=\"{id}_{operation}_0\" "
            + $"operation=\"{operation}\" "
        + $"transition-key=\"1:1:0:00000000-0000-0000-0000-000000000000\" "
            + $"transition-magic=\"0:{code};1:1:0:00000000-0000-0000-0000-000000000000\" "
        + $"exit-reason=\"{reason}\" call-id=\"5\" rc-code=\"{code}\" op-status=\"4\" interval=\"0\" "
            + $"last-rc-change=\"{Then}\"/>";

    private static string Done(string id, string operation, int code) =>
        $"<lrm_rsc_op id=\"{id}_last_0\" operation_key=\"{id}_{operation}_0\" operation=\"{operation}\" "
        + $"transition-key=\"1:1:0:00000000-0000-0000-0000-000000000000\" "
            + $"transition-magic=\"0:{code};1:1:0:00000000-0000-0000-0000-000000000000\" "
        + $"call-id=\"4\" rc-code=\"{code}\" op-status=\"0\" interval=\"0\" last-rc-change=\"{Then}\"/>";
}
