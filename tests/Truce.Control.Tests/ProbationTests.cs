using Truce.Model;
using Truce.Model.Fencing;
using Truce.Model.Replication;

namespace Truce.Control.Tests;

/// <summary>What was never started and stopped with success costs no node.</summary>
public sealed class ProbationTests
{
    private static readonly ResourceId s_bad = new("bad");
    private int _calls;

    [Fact]
    public void A_start_that_fails_and_a_stop_that_fails_block_a_new_resource_and_cost_no_node()
    {
        ReplicatedState state = Failing(Given.Apply(Given.Joined(1, 2, 3), Configure("a")));
        FenceState told = state.Fences.Single();
        Assert.Equal(FenceStage.Refused, told.Stage);
        Assert.Contains("never been started and stopped successfully", told.Guard, StringComparison.Ordinal);
        Assert.Equal([s_bad], HeldBack.Of(state).Blocks.Select(b => b.Resource));
        // S1: whatever is left of it, nothing starts it elsewhere.
        Assert.NotNull(StartGuard.Objection(state, Given.Order(3, "bad", "start"), state.FenceEpoch));
    }

    [Theory]
    [InlineData("start")]
    [InlineData("monitor")]
    public void What_is_known_to_have_run_there_costs_its_node_as_ever(string operation)
    {
        ReplicatedState state = Given.Apply(Given.Joined(1, 2, 3), Configure("a"));
        state = Run(state, 2, operation, 0);
        Assert.True(Asked(Run(state, 2, "stop", 1)).Fences.Single().IsOpen);
    }

    [Fact]
    public void One_good_start_and_stop_end_it_until_the_configuration_changes()
    {
        ReplicatedState state = Given.Apply(Given.Joined(1, 2, 3), Configure("a"));
        state = Run(Run(state, 3, "start", 0), 3, "stop", 0);
        Assert.True(Failing(state).Fences.Single().IsOpen);
        ReplicatedState read = StateText.FromDocument(StateText.ToDocument(state));
        Assert.True(Failing(read).Fences.Single().IsOpen);
        Assert.False(Failing(Given.Apply(state, Configure("b"))).Fences.Single().IsOpen);
    }

    [Fact]
    public void A_stop_alone_of_what_never_started_proves_nothing()
    {
        ReplicatedState state = Given.Apply(Given.Joined(1, 2, 3), Configure("a"));
        state = Run(Run(state, 3, "start", 1), 3, "stop", 0);
        Assert.False(Failing(state).Fences.Single().IsOpen);
    }

    [Fact]
    public void The_option_turns_it_off()
    {
        ReplicatedState state = Given.Apply(Given.Joined(1, 2, 3), Configure("a", probation: "false"));
        Assert.True(Failing(state).Fences.Single().IsOpen);
    }

    private ReplicatedState Failing(ReplicatedState state) =>
        Asked(Run(Run(state, 2, "start", 1), 2, "stop", 1));

    private static ReplicatedState Asked(ReplicatedState state) => Given.Apply(state, new Command.FenceAsked(
        Given.Intent(2) with
        {
            Causes = [new FenceCause.FailedStop(new ResourceFailure(s_bad, "stop", 1, "ocf:x:bad:d", ""))],
        }));

    private ReplicatedState Run(ReplicatedState state, int node, string operation, int code)
    {
        Order order = Given.Order(node, "bad", operation);
        state = Given.Apply(state, Given.Ordered(state, order));
        return Given.Apply(state, Given.Results(node, Given.Result(order, code, ++_calls)), node);
    }

    private static Command.ChangeConfiguration Configure(string mode, string probation = "true") => new(
        "<cib validate-with=\"pacemaker-3.9\" admin_epoch=\"0\" epoch=\"1\" num_updates=\"0\"><configuration>"
        + "<crm_config><cluster_property_set id=\"o\"><nvpair id=\"op\" name=\"truce-probation\" "
        + $"value=\"{probation}\"/></cluster_property_set></crm_config><nodes/>"
        + "<resources><primitive id=\"bad\" class=\"ocf\" provider=\"x\" type=\"bad\">"
        + $"<instance_attributes id=\"i\"><nvpair id=\"ip\" name=\"mode\" value=\"{mode}\"/>"
        + "</instance_attributes></primitive></resources><constraints/></configuration><status/></cib>",
        null, null, "op", "");
}
