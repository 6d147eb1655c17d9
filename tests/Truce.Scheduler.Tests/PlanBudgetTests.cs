using System.Globalization;
using System.Text;
using Truce.Model;
using Truce.Model.Xml;

namespace Truce.Scheduler.Tests;

/// <summary>A plan that explodes is given up by itself: nobody can end it from outside.</summary>
public sealed class PlanBudgetTests
{
    private const long WorkMax = 400_000;

    public static TheoryData<string> Kinds =>
        ["clone", "ordered clones", "interleaved clones", "chain", "everybody with everybody", "diamonds", "long groups"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_plan_that_explodes_is_given_up(string kind)
    {
        Cib cib = Exploding(kind);
        PlanBudgetException given = Assert.Throws<PlanBudgetException>(() => Plan(cib, new PlanBudget(WorkMax, CancellationToken.None)));
        Assert.InRange(given.Spent, 1, WorkMax * 2);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_plan_that_is_no_longer_wanted_ends(string kind) =>
        Assert.Throws<PlanBudgetException>(() => Plan(Exploding(kind), new PlanBudget(long.MaxValue, new CancellationToken(true))));

    [Fact]
    public void The_same_plan_costs_the_same_and_less_than_its_budget_changes_nothing()
    {
        Cib cib = Read(string.Concat(Enumerable.Range(0, 20).Select(i => Primitive($"p{i}"))), "");
        PlanBudget first = new(long.MaxValue, CancellationToken.None);
        PlanBudget second = new(WorkMax, CancellationToken.None);
        Assert.Equal(Plan(cib, first).Graph.Actions.Length, Plan(cib, second).Graph.Actions.Length);
        Assert.Equal(first.Spent, second.Spent);
        Assert.InRange(first.Spent, 100, 100_000);
    }

    [Fact]
    public void Instances_that_look_at_each_other_are_work()
    {
        const int instances = 300;
        string clone = Clone("c", instances, """<nvpair id="c-pr" name="promotable" value="true"/>""")
            .Replace("id=\"c-u\" name=\"globally-unique\"", "id=\"c-u\" name=\"notify\"",
                StringComparison.Ordinal);
        PlanBudget budget = new(long.MaxValue, CancellationToken.None);
        Plan(Read(clone, ""), budget);
        // Two nodes, and each pair of instances on each; all else comes to less than six for a pair.
        Assert.InRange(budget.Spent, 7 * instances * instances, long.MaxValue);
    }

    private static Plan Plan(Cib cib, PlanBudget budget) =>
        Planner.Plan(cib, new PlanOptions { Now = DateTimeOffset.UnixEpoch, Budget = budget });

    private static Cib Exploding(string kind) => kind switch
    {
        "clone" => Read(Clone("c", 20_000, ""), ""),
        "ordered clones" => Read(Clones(1_000, ""), Three("""<rsc_order id="o{0}" first="c{0}" then="c{1}"/>""")),
        "interleaved clones" => Read(
            Clones(1_000, """<nvpair id="c-i" name="interleave" value="true"/>"""),
            Three("""<rsc_order id="o{0}" first="c{0}" then="c{1}"/><rsc_colocation id="k{0}" rsc="c{1}" with-rsc="c{0}" score="INFINITY"/>""")),
        "chain" => Read(
            Primitives(2_000), Each(1, 2_000, i => $"""<rsc_colocation id="k{i}" rsc="p{i}" with-rsc="p{i - 1}" score="INFINITY"/>""")),
        "everybody with everybody" => Read(
            Primitives(150),
            Each(0, 150 * 150, i => i / 150 == i % 150 ? "" : $"""<rsc_colocation id="k{i}" rsc="p{i / 150}" with-rsc="p{i % 150}" score="7"/>""")),
        "diamonds" => Read(
            Primitives(96), Each(0, 23 * 16, i => $"""<rsc_colocation id="k{i}" rsc="p{(((i / 16) + 1) * 4) + (i / 4 % 4)}" with-rsc="p{(i / 16 * 4) + (i % 4)}" score="5"/>""")),
        "long groups" => Read(
            Each(0, 3, g => $"""<group id="g{g}">{Each(0, 1_500, i => Primitive($"g{g}p{i}"))}</group>"""),
            """<rsc_order id="a" first="g0" then="g1"/><rsc_colocation id="b" rsc="g1" with-rsc="g0" score="INFINITY"/><rsc_order id="c" first="g1" then="g2"/>"""),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static string Each(int first, int end, Func<int, string> make)
    {
        StringBuilder text = new();
        for (int i = first; i < end; i++)
            text.Append(make(i));
        return text.ToString();
    }

    private static string Three(string format) =>
        Each(0, 3, i => string.Format(CultureInfo.InvariantCulture, format, i, i + 1));

    private static string Primitives(int count) => Each(0, count, i => Primitive($"p{i}"));

    private static string Primitive(string id) => $"""<primitive id="{id}" class="ocf" provider="sim" type="Service"/>""";

    private static string Clones(int instances, string more) =>
        Each(0, 4, i => Clone($"c{i}", instances, more.Replace("c-i", $"c{i}-i", StringComparison.Ordinal)));

    private static string Clone(string id, int instances, string more) =>
        $"""
        <clone id="{id}"><meta_attributes id="{id}-m"><nvpair id="{id}-a" name="clone-max" value="{instances}"/>
        <nvpair id="{id}-b" name="clone-node-max" value="{instances}"/><nvpair id="{id}-u" name="globally-unique" value="true"/>{more}</meta_attributes>
        {Primitive($"{id}-p")}</clone>
        """;

    private static Cib Read(string resources, string constraints)
    {
        string xml =
            $"""
            <cib validate-with="pacemaker-3.9" admin_epoch="0" epoch="1" num_updates="0" have-quorum="1" dc-uuid="1"><configuration>
            <crm_config><cluster_property_set id="cs"><nvpair id="cs1" name="stonith-enabled" value="false"/></cluster_property_set></crm_config>
            <nodes><node id="1" uname="n1"/><node id="2" uname="n2"/></nodes>
            <resources>{resources}</resources><constraints>{constraints}</constraints></configuration>
            <status><node_state id="1" uname="n1" in_ccm="true" crmd="online" join="member" expected="member"/>
            <node_state id="2" uname="n2" in_ccm="true" crmd="online" join="member" expected="member"/></status></cib>
            """;
        return Assert.IsType<CibReadResult.Accepted>(CibReader.Parse(xml, "test")).Cib;
    }
}
