using System.Globalization;
using Truce.Model.Rules;

namespace Truce.Model.Tests;

/// <summary>
/// When rules hold. The tables were compared with what Pacemaker 2.1.5 does on location rules.
/// </summary>
public sealed class RuleTests
{
    private static Rule RuleOf(string conditions, string attributes = "")
    {
        string constraint = $"""<rsc_location id="l" rsc="a"><rule id="r" score="1" {attributes}>{conditions}</rule></rsc_location>""";
        Cib cib = CibText.Read(CibText.Of(CibText.Dummy("a"), constraint));
        return Assert.IsType<Constraint.Location>(cib.Configuration.Constraints[0]).Rules[0];
    }

    private static DateTimeOffset At(string time) => DateTimeOffset.Parse(time, CultureInfo.InvariantCulture);

    private static readonly RuleContext s_monday = new() { Now = At("2020-06-15T12:00:00Z") };

    [Theory]
    [InlineData("eq", null, false)]
    [InlineData("ne", null, true)]
    [InlineData("lt", null, false)]
    [InlineData("gte", null, false)]
    [InlineData("defined", null, false)]
    [InlineData("not_defined", null, true)]
    [InlineData("lt", "3", true)]
    [InlineData("gt", "30", true)]
    [InlineData("gt", "10x", true)]
    [InlineData("gt", "abc", true)]
    [InlineData("gt", "INFINITY", true)]
    [InlineData("eq", "5", true)]
    [InlineData("ne", "5", false)]
    [InlineData("defined", "", true)]
    public void Node_attributes_are_compared_with_5(string operation, string? actual, bool holds)
    {
        string value = operation.Contains("defined", StringComparison.Ordinal) ? "" : "value=\"5\"";
        Rule rule = RuleOf($"""<expression id="e" attribute="x" operation="{operation}" {value}/>""");
        Assert.Equal(holds, RuleEvaluator.Holds(rule, new RuleContext { NodeAttribute = _ => actual }));
    }

    [Theory]
    [InlineData("string", "9", "lt", "10", false)]
    [InlineData("integer", "9", "lt", "10", true)]
    [InlineData("integer", "1.9", "eq", "1", true)]
    [InlineData("number", "1.9", "gt", "1", true)]
    [InlineData("number", "1.0", "eq", "1", true)]
    [InlineData("version", "1.10", "gt", "1.9", true)]
    [InlineData("version", "1.0", "eq", "1", true)]
    [InlineData("string", "N1", "eq", "n1", true)]
    public void The_type_decides_how_values_compare(string type, string actual, string operation,
        string value, bool holds)
    {
        Rule rule = RuleOf($"""<expression id="e" attribute="x" operation="{operation}" value="{value}" type="{type}"/>""");
        Assert.Equal(holds, RuleEvaluator.Holds(rule, new RuleContext { NodeAttribute = _ => actual }));
    }

    [Theory]
    [InlineData("""operation="gt" start="2020-06-15 12:00:00Z" """, false)]
    [InlineData("""operation="gt" start="2020-06-15 11:59:59Z" """, true)]
    [InlineData("""operation="lt" end="2020-06-15 12:00:00Z" """, false)]
    [InlineData("""operation="lt" end="2020-06-15 12:00:01Z" """, true)]
    [InlineData("""operation="in_range" end="2020-06-15 12:00:00Z" """, true)]
    [InlineData("""operation="in_range" start="2020-06-15 12:00:00Z" """, true)]
    [InlineData("""operation="in_range" start="2020-06-15 13:00:00Z" """, false)]
    [InlineData("""operation="in_range" start="2020-06-14" end="2020-06-15" """, false)]
    public void Dates_are_compared_with_now(string attributes, bool holds)
    {
        Rule rule = RuleOf($"<date_expression id=\"d\" {attributes}/>");
        Assert.Equal(holds, RuleEvaluator.Holds(rule, s_monday));
        Assert.False(RuleEvaluator.Holds(rule, RuleContext.Nothing), "without a time no date rule holds");
    }

    [Theory]
    [InlineData("hours=\"1\"", "11:30", true)]
    [InlineData("hours=\"1\"", "10:30", false)]
    [InlineData("minutes=\"30\"", "11:45", true)]
    [InlineData("days=\"1\"", "00:00", true)]
    [InlineData("months=\"1\"", "00:00", true)]
    [InlineData("years=\"9999\"", "00:00", true)]
    [InlineData("seconds=\"5\"", "11:59", false)]
    public void A_range_may_end_after_a_duration(string duration, string start, bool holds)
    {
        Rule rule = RuleOf($"""<date_expression id="d" operation="in_range" start="2020-06-15 {start}:00Z"><duration id="u" {duration}/></date_expression>""");
        Assert.Equal(holds, RuleEvaluator.Holds(rule, s_monday));
    }

    [Theory]
    [InlineData("hours=\"12\"", true)]
    [InlineData("hours=\"9-16\"", true)]
    [InlineData("hours=\"9-\"", true)]
    [InlineData("hours=\"-11\"", false)]
    [InlineData("hours=\"16-9\"", false)]
    [InlineData("weekdays=\"1\"", true)]
    [InlineData("weekdays=\"2-5\"", false)]
    [InlineData("monthdays=\"15\"", true)]
    [InlineData("yeardays=\"167\"", true)]
    [InlineData("yearsdays=\"166\"", false)]
    [InlineData("weeks=\"25\"", true)]
    [InlineData("weekyears=\"2020\"", true)]
    [InlineData("years=\"2020\" months=\"6\" minutes=\"0\" seconds=\"0\"", true)]
    [InlineData("years=\"2020\" months=\"7\"", false)]
    public void A_date_spec_looks_at_the_fields_of_now(string spec, bool holds)
    {
        Rule rule = RuleOf($"""<date_expression id="d" operation="date_spec"><date_spec id="s" {spec}/></date_expression>""");
        Assert.Equal(holds, RuleEvaluator.Holds(rule, s_monday));
    }

    [Fact]
    public void Conditions_combine_by_and_unless_or_is_said()
    {
        const string Conditions = """
            <expression id="e1" attribute="x" operation="defined"/>
            <rule id="q" boolean-op="or"><expression id="e2" attribute="y" operation="defined"/><expression id="e3" attribute="z" operation="defined"/></rule>
            """;
        static RuleContext Having(string names) =>
            new() { NodeAttribute = n => names.Contains(n, StringComparison.Ordinal) ? "1" : null };
        Assert.True(RuleEvaluator.Holds(RuleOf(Conditions), Having("xz")));
        Assert.False(RuleEvaluator.Holds(RuleOf(Conditions), Having("yz")));
        Assert.False(RuleEvaluator.Holds(RuleOf(Conditions), Having("x")));
        Assert.True(RuleEvaluator.Holds(RuleOf(Conditions, "boolean-op=\"or\""), Having("y")));
    }

    [Fact]
    public void Values_may_come_from_the_resource()
    {
        Rule rule = RuleOf("""<expression id="e" attribute="x" operation="eq" value="p" value-source="param"/>""");
        RuleContext context = new() { NodeAttribute = _ => "7", Parameter = n => n == "p" ? "7" : null };
        Assert.True(RuleEvaluator.Holds(rule, context));
        Assert.False(RuleEvaluator.Holds(rule, context with { Parameter = null }));
    }

    [Fact]
    public void Operations_and_agents_are_matched()
    {
        Rule rule = RuleOf("""<op_expression id="o" name="monitor" interval="10s"/><rsc_expression id="a1" class="ocf" type="Dummy"/>""");
        RuleContext context = new()
        {
            Agent = new AgentName("ocf", "heartbeat", "Dummy"),
            Operation = "monitor",
            OperationIntervalMs = 10_000,
        };
        Assert.True(RuleEvaluator.Holds(rule, context));
        Assert.False(RuleEvaluator.Holds(rule, context with { OperationIntervalMs = 20_000 }));
        Assert.False(RuleEvaluator.Holds(rule,
            context with { Agent = new AgentName("ocf", "heartbeat", "IPaddr2") }));
        Assert.False(RuleEvaluator.Holds(rule, context with { Agent = null }));
    }

    [Fact]
    public void The_verdict_says_when_it_may_change()
    {
        Rule rule = RuleOf("""<date_expression id="d" operation="in_range" start="2020-06-15 13:00:00Z" end="2020-06-15 14:00:00Z"/>""");
        RuleVerdict before = RuleEvaluator.Judge(rule, s_monday);
        Assert.Equal(new RuleVerdict(false, At("2020-06-15T13:00:00Z")), before);
        RuleVerdict within = RuleEvaluator.Judge(rule, new RuleContext { Now = before.ChangesAt });
        Assert.Equal(new RuleVerdict(true, At("2020-06-15T14:00:01Z")), within);
        Assert.Equal(new RuleVerdict(false, null),
            RuleEvaluator.Judge(rule, new RuleContext { Now = within.ChangesAt }));
    }

    [Fact]
    public void References_in_a_ring_never_hold_and_end()
    {
        Rule ring = new() { IdRef = "r" };
        Rule target = new() { Id = "r", Conditions = [new RuleCondition.Nested(ring)] };
        Assert.False(RuleEvaluator.Holds(ring, new RuleContext { FindRule = _ => target }));
    }
}
