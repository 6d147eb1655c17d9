using System.Collections.Immutable;
using Truce.Lab.Demo;

namespace Truce.Lab.Tests;

/// <summary>The demo's judgement, proven able to fail.</summary>
public sealed class DemoVerdictTests
{
    private const long Ms = 1_000_000;

    // n1 dies at 10,000 ms; a loss at 950, shot at 960 to 1,000, starts from 1,010 to 1,210, the page at
    // 1,250.
    private static readonly DemoFacts s_good = new()
    {
        Victim = "n1",
        CutAt = 10_000 * Ms,
        TokenMs = 1000,
        World =
        [
            Agent(1_000, "n1", "disk", "start"), Agent(1_100, "n1", "disk", "started"),
                Agent(1_110, "n1", "web", "start"), Agent(1_150, "n1", "web", "started"),
            Power(10_000, "power-cut"), Power(10_020, "power-off"), Power(10_960, "fence-requested"),
                Power(11_000, "fence-confirmed"),
            Agent(11_010, "n2", "disk", "start"), Agent(11_110, "n2", "disk", "started"),
                Agent(11_120, "n2", "web", "start"), Agent(11_210, "n2", "web", "started"),
        ],
        Requests = [Request(9_900, true), Request(10_000, true), Request(10_100, false),
            Request(11_100, false), Request(11_240, true)],
        Told = [new ToldEvent(10_950 * Ms, "node-lost", "n1", null, "silent")],
        Writers = ["n1", "n1", "n2", "n2"],
    };

    [Fact]
    public void A_good_demo_has_no_failure_and_adds_up()
    {
        DemoVerdict verdict = DemoVerdict.Judge(s_good);
        Assert.Empty(verdict.Failures);
        Assert.Equal((950, 40, 190), (verdict.DetectionMs, verdict.FencingMs, verdict.AgentsMs));
        Assert.Equal(1_150, verdict.OutageMs);
        Assert.Equal(1_180, verdict.UnavoidableMs);
    }

    [Fact]
    public void A_slow_detection_is_not_unavoidable() =>
        Assert.Equal(1_100,
            DemoVerdict.Judge(s_good with
            { Told = [new ToldEvent(15_000 * Ms, "node-lost", "n1", null, "")] }).DetectionMs);

    [Fact]
    public void A_page_that_stays_away_is_a_failure() =>
        Fails(s_good with { Requests = [Request(10_000, true), Request(10_100, false)] }, "didn't come back");

    [Fact]
    public void A_client_that_noticed_nothing_is_a_failure() =>
        Fails(s_good with { Requests = [Request(10_000, true), Request(10_100, true)] }, "noticed no outage");

    [Fact]
    public void A_start_before_the_fence_is_a_failure() =>
        Fails(With(Agent(10_990, "n3", "web", "start")), "before the fencing of n1 was confirmed");

    [Fact]
    public void A_missing_confirmation_is_a_failure() =>
        Fails(s_good with { World = [.. s_good.World.Where(l => l.What != "fence-confirmed")] },
            "wasn't confirmed");

    [Fact]
    public void A_resource_on_two_nodes_with_power_is_a_failure() =>
        Fails(With(Agent(12_000, "n3", "web", "start")), "web was started on n3 while active on n2");

    [Fact]
    public void A_writer_that_returns_is_a_failure() =>
        Fails(s_good with { Writers = ["n1", "n2", "n1"] }, "n1 wrote to the shared disk again");

    [Fact]
    public void A_stop_and_a_power_cut_both_end_an_activity()
    {
        Assert.Empty(DemoVerdict.Twice(s_good.World));
        Assert.Empty(DemoVerdict.Twice(
            [Agent(1, "n1", "web", "start"), Agent(2, "n1", "web", "stop"), Agent(3, "n1", "web", "stopped"),
                Agent(4, "n2", "web", "start")]));
        Assert.Single(DemoVerdict.Twice(
            [Agent(1, "n1", "web", "start"), Agent(2, "n1", "web", "stop"), Agent(4, "n2", "web", "start")]));
    }

    [Fact]
    public void The_timeline_is_in_the_order_of_time_and_tells_every_step()
    {
        string[] lines = [.. DemoTimeline.Render(s_good)];
        Assert.Equal(10, lines.Length);
        Assert.Contains("power of n1 cut", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines, l => l.Contains("950.0 ms  cluster: node-lost n1", StringComparison.Ordinal));
        Assert.EndsWith("client: the page is back", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_request_reads_back_as_it_was_written()
    {
        PageRequest request = new(1, 2, "timeout");
        Assert.Equal(request, PageRequest.Parse(request.ToString()));
        Assert.Null(PageRequest.Parse("half a li"));
    }

    private static DemoFacts With(WorldLine line) =>
        s_good with { World = [.. s_good.World.Append(line).OrderBy(l => l.At)] };

    private static void Fails(DemoFacts facts, string why)
    {
        ImmutableArray<string> failures = DemoVerdict.Judge(facts).Failures;
        Assert.Contains(failures, f => f.Contains(why, StringComparison.Ordinal));
    }

    private static WorldLine Agent(long at, string node, string resource, string what) =>
        new(at * Ms, node, resource, what, "1");

    private static WorldLine Power(long at, string what) => new(at * Ms, "n1", null, what, "by=n2");

    private static PageRequest Request(long due, bool ok) =>
        new(due * Ms, (due + 10) * Ms, ok ? "ok" : "timeout");
}
