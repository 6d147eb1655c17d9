using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Replication;
using Truce.Model.Xml;
using Truce.Scheduler;

namespace Truce.Control.Tests;

/// <summary>What each no-quorum-policy makes of a partition without quorum: guards and plan together.</summary>
public sealed class NoQuorumTests
{
    private const string Resources =
        "<primitive id=\"r\" class=\"ocf\" provider=\"sim\" type=\"Service\"/>"
        + "<clone id=\"db-clone\"><meta_attributes id=\"dbm\"><nvpair id=\"dbp\" name=\"promotable\" value=\"true\"/></meta_attributes>"
        + "<primitive id=\"db\" class=\"ocf\" provider=\"sim\" type=\"Service\"/></clone>"
        + "<primitive id=\"power\" class=\"stonith\" type=\"fence_x\"/>";

    [Theory]
    [InlineData("stop", "db_demote_0 r_stop_0 db_stop_0")]
    [InlineData("freeze", "")]
    [InlineData("demote", "db_demote_0 r_stop_0")]
    [InlineData("ignore", "")]
    public void What_runs_there(string policy, string expected)
    {
        ReplicatedState state = Alone(policy);
        string[] asked = [.. Plan(state).Graph.Actions.OfType<GraphAction.ResourceOperation>()
            .Where(a => a.Operation is "stop" or "demote" && a.Resource.Class != "stonith").Select(a => a.OperationKey)];
        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(), asked.Order());
    }

    [Theory]
    [InlineData("stop", false)]
    [InlineData("freeze", false)]
    [InlineData("demote", false)]
    [InlineData("suicide", false)]
    [InlineData("ignore", true)]
    public void Whether_anything_is_started(string policy, bool expected)
    {
        ReplicatedState state = Alone(policy);
        Assert.Equal(expected, StartGuard.Objection(state, Given.Order(1, "new", "start"), state.FenceEpoch) is null);
        Assert.Null(StartGuard.Objection(state, Given.Order(1, "r", "stop"), state.FenceEpoch));
    }

    [Fact]
    public void Quorum_ignored_what_may_run_out_of_sight_is_not_started_all_the_same()
    {
        ReplicatedState state = Alone("ignore", runs: 2);
        Assert.NotNull(StartGuard.Objection(state, Given.Order(1, "r", "start"), state.FenceEpoch));
    }

    [Theory]
    [InlineData("stop", NoQuorumPolicy.Freeze)]
    [InlineData("demote", NoQuorumPolicy.Freeze)]
    [InlineData("suicide", NoQuorumPolicy.Freeze)]
    [InlineData("ignore", NoQuorumPolicy.Ignore)]
    public void Where_only_controllers_are_too_few_what_runs_stays_up(string policy, NoQuorumPolicy expected)
    {
        ReplicatedState state = Given.Apply(
            Alone(policy), Given.Formed(12, 3, 1) with { EngineQuorate = true });
        PlanOptions options = PlanRequest.OptionsFor(state, Given.Noon);
        Assert.Equal(expected, options.NoQuorumPolicy);
        Plan plan = new SchedulerPlanner().Plan(PlanningCib.Compose(state), options);
        Assert.DoesNotContain(
            plan.Graph.Actions.OfType<GraphAction.ResourceOperation>(),
            a => a.Resource.Class != "stonith" && a.Operation is "stop" or "demote");
        PlanOptions cut = PlanRequest.OptionsFor(Alone(policy), Given.Noon);
        Assert.NotEqual(NoQuorumPolicy.Freeze, cut.NoQuorumPolicy);
    }

    [Theory]
    [InlineData("suicide", true)]
    [InlineData("stop", false)]
    public void Whether_a_node_resets_itself(string policy, bool expected) =>
        Assert.Equal(expected, ControlOptions.PanicsWithoutQuorum(Alone(policy)));

    // Node 1 of three, which runs everything (or node 2 does), without the others.
    private static ReplicatedState Alone(string policy, int runs = 1)
    {
        ReplicatedState state = Given.Apply(Given.Joined(1, 2, 3), new Command.ChangeConfiguration(
            CibWriter.Write(Given.Cib(Resources, $"<nvpair id=\"q\" name=\"no-quorum-policy\" value=\"{policy}\"/>")), null, null, "a", ""));
        foreach ((string resource, string operation) in new[] { ("r", "start"), ("db", "start"), ("db", "promote") })
        {
            Order order = Given.Order(runs, resource, operation);
            state = Given.Apply(state, Given.Ordered(state, order));
            OperationResult done = Given.Result(order, call: operation == "start" ? 1 : 2) with { Digest = OperationDigest.Of(order) };
            state = Given.Apply(state, Given.Results(runs, done), runs);
        }

        state = Given.Apply(state, new Command.SetTransient(Given.Node(runs), "master-db", "10"));
        return Given.Apply(state, Given.Formed(12, 3, 1));
    }

    private static Plan Plan(ReplicatedState state) => new SchedulerPlanner().Plan(
        PlanningCib.Compose(state), new PlanOptions { Now = Given.Noon, Quorum = false, Bans = LostNodes.Bans(state) });
}
