using Truce.Model;
using Truce.Model.Replication;
using Truce.Model.Xml;

namespace Truce.Control.Tests;

/// <summary>How a node would stop what runs there without the cluster.</summary>
public sealed class LocalStopsTests
{
    private const string Services =
        "<group id=\"g\"><primitive id=\"fs\" class=\"ocf\" provider=\"sim\" type=\"Service\"><operations>"
        + "<op id=\"fs-stop\" name=\"stop\" interval=\"0\" timeout=\"75s\"/></operations></primitive>"
        + "<primitive id=\"db\" class=\"ocf\" provider=\"sim\" type=\"Service\"/>"
        + "<primitive id=\"ip\" class=\"ocf\" provider=\"sim\" type=\"Service\"/></group>"
        + "<primitive id=\"web\" class=\"ocf\" provider=\"sim\" type=\"Service\"/>"
        + "<primitive id=\"mine\" class=\"ocf\" provider=\"sim\" type=\"Service\"><meta_attributes id=\"mm\">"
        + "<nvpair id=\"mm1\" name=\"is-managed\" value=\"false\"/></meta_attributes></primitive>";

    private const string WebAfterGroup = "<rsc_order id=\"o\" first=\"g\" then=\"web\"/>";

    [Theory]
    [InlineData("", "fs db ip web", "ip web, db, fs")]
    [InlineData("", "fs ip", "ip, fs")]
    [InlineData(WebAfterGroup, "fs db ip web", "web, ip, db, fs")]
    [InlineData("<rsc_order id=\"o\" first=\"g\" then=\"web\" symmetrical=\"false\"/>", "fs web", "fs web")]
    [InlineData(
        "<rsc_order id=\"o\"><resource_set id=\"s1\"><resource_ref id=\"web\"/></resource_set>"
        + "<resource_set id=\"s2\" sequential=\"false\"><resource_ref id=\"g\"/></resource_set></rsc_order>",
        "fs db web", "db, fs, web")]
    public void Later_members_and_what_is_ordered_behind_stop_first(
        string constraints, string running, string expected) =>
        Assert.Equal(expected, Rounds(Of(State(constraints, "", running.Split(' ')))));

    [Fact]
    public void Orders_that_contradict_each_other_do_not_keep_anything_running()
    {
        LocalStops stops = Of(State(
            WebAfterGroup + "<rsc_order id=\"o2\" first=\"web\" then=\"fs\"/>", "", "fs", "web"));
        Assert.Equal("web, fs", Rounds(stops));
    }

    [Fact]
    public void What_is_not_managed_is_left_alone()
    {
        LocalStops stops = Of(State("", "", "fs", "mine"));
        Assert.Equal(("fs", "mine"), (Rounds(stops), string.Join(' ', stops.LeftAlone)));
        LocalStops maintained = Of(State(
            "", "<nvpair id=\"x\" name=\"maintenance-mode\" value=\"true\"/>", "fs", "mine"));
        Assert.Equal(("", "fs mine"), (Rounds(maintained), string.Join(' ', maintained.LeftAlone)));
    }

    [Fact]
    public void What_runs_elsewhere_is_not_this_nodes_business()
    {
        ReplicatedState state = State("", "", "fs");
        Assert.Equal("", Rounds(LocalStops.Of(state, Given.Node(2))));
    }

    [Fact]
    public void A_stop_has_the_time_that_is_configured_and_one_that_is_promoted_is_demoted_first()
    {
        ReplicatedState state = State("", "", "fs", "db");
        Order promote = Given.Order(1, "db", "promote");
        state = Given.Apply(state, Given.Ordered(state, promote));
        state = Given.Apply(state, Given.Results(1, Given.Result(promote)));
        ILookup<string, LocalStopStep> steps =
            Of(state).Rounds.SelectMany(r => r).ToLookup(s => s.Resource.Value);
        Assert.Equal((75_000, 0), (steps["fs"].Single().TimeoutMs, steps["fs"].Single().DemoteTimeoutMs));
        Assert.True(steps["db"].Single().DemoteTimeoutMs > 0);
    }

    private static LocalStops Of(ReplicatedState state) => LocalStops.Of(state, Given.Node(1));

    private static string Rounds(LocalStops stops) =>
        string.Join(", ",
            stops.Rounds.Select(r => string.Join(' ', r.Select(s => s.Resource.Value).Order())));

    private static ReplicatedState State(string constraints, string options, params string[] running)
    {
        ReplicatedState state = Given.Joined(1, 2, 3);
        state = state with
        {
            Cib = state.Cib with
            {
                Configuration = Read(
                    "<cib><configuration><crm_config><cluster_property_set id=\"c\">" + options
                    + "</cluster_property_set></crm_config><nodes/><resources>" + Services
                        + "</resources><constraints>"
                    + constraints + "</constraints></configuration><status/></cib>"),
            },
        };
        long at = 0;
        foreach (string resource in running)
        {
            StartedAs started = new()
            {
                Node = Given.Node(1), Resource = new ResourceId(resource),
                Agent = new AgentName("ocf", "sim", "Service"), Parameters = [], SinceMs = ++at,
            };
            state = state with { Started = state.Started.SetItem((started.Node, started.Resource), started) };
        }

        return state;
    }

    private static Configuration Read(string xml) => CibReader.Parse(xml, "test") switch
    {
        CibReadResult.Accepted accepted => accepted.Cib.Configuration,
        CibReadResult.Refused refused => throw new InvalidOperationException($"{refused.Findings[0]}"),
    };
}
