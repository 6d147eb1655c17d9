using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control.Tests;

/// <summary>
/// What can't be, and would be a wrong shot, a second start or a lost change: the process that meets it stops.
/// </summary>
public sealed class InvariantTests
{
    private static readonly ControlIdentity s_self = new(
        Given.Node(1), new NodeUuid("1"), Given.Member(1), "s1", "boot1", "c", 1, 1);

    private readonly List<ControlOutput> _outputs = [];

    [Fact]
    public void A_write_that_was_never_given_to_the_disk_cant_be_synced()
    {
        DurableLog log = new();
        Assert.Throws<InvariantException>(() => log.Synced(1));
        log.Replace(new Replica(Given.Joined(1, 2, 3), default, ""), Work(1));
        long written = Assert.Single(_outputs.OfType<ControlOutput.Persist>()).Request;
        log.Synced(written);
        Assert.Throws<InvariantException>(() => log.Synced(written + 1));
    }

    [Theory]
    [InlineData(1, "boot1", false)]
    [InlineData(2, "boot2", true)]
    [InlineData(1, "boot0", true)]
    public void An_order_of_another_node_or_an_earlier_boot_is_never_carried_to_the_executor(
        int node, string boot, bool stops)
    {
        Order allowed = Given.Order(1, "r", "start");
        AppliedEntry asked = Given.Try(Given.Joined(1, 2, 3), new Command.FenceAsked(Given.Intent(3) with
        {
            Allowed = [allowed],
            AllowedIn = Given.Joined(1, 2, 3).View!.Epoch,
        }));
        // Under the id of a start that is this node's, the state has another's.
        Order pending = asked.After.Pending[allowed.OperationId] with
        {
            Node = Given.Node(node),
            Incarnation = boot,
        };
        asked = asked with
        {
            After = asked.After with { Pending = asked.After.Pending.SetItem(allowed.OperationId, pending) },
        };
        LocalNode local = new(s_self, new ControlLimits());
        local.Carry(asked, hold: null, Work(1));
        local.Confirmed("f1");
        void Begin() => local.CarryHeld(asked.After, quorate: true, Work(2));
        if (stops)
            Assert.Throws<InvariantException>(Begin);
        else
            Begin();
        Assert.Equal(stops ? 0 : 1, _outputs.OfType<ControlOutput.Run>().Count());
    }

    [Theory]
    [InlineData(1, "boot1", 1)]
    [InlineData(2, "boot2", 0)]
    [InlineData(1, "boot0", 0)]
    public void Orders_for_another_node_or_an_earlier_boot_are_left_alone(int node, string boot, int run)
    {
        ReplicatedState state = Given.Joined(1, 2, 3);
        Order order = Given.Order(node, "r", "start") with { Incarnation = boot };
        AppliedEntry ordered = Given.Try(state, Given.Ordered(state, order));
        ordered = ordered with
        {
            After = state with { Pending = state.Pending.SetItem(order.OperationId, order) },
        };
        new LocalNode(s_self, new ControlLimits()).Carry(ordered, hold: null, Work(1));
        Assert.Equal(run, _outputs.OfType<ControlOutput.Run>().Count());
    }

    [Fact]
    public void A_shot_never_hits_another_node_than_its_fencing_is_for()
    {
        ReplicatedState state = Given.Joined(1, 2, 3) with
        {
            Cib = Given.Cib("<primitive id=\"a\" class=\"stonith\" type=\"fence_x\"/>"),
        };
        state = Given.Apply(state, new Command.FenceAsked(Given.Intent(3) with { DelayMs = 5_000 }));
        FenceState fence = Assert.Single(state.OpenFences);
        ReplicatedState other = state with
        {
            Fences = [fence with { Intent = fence.Intent with { Target = Given.Node(2) } }],
        };
        Shooter shooter = new(s_self, new ControlLimits());
        Shoot(shooter, state, 1);
        Assert.Empty(_outputs.OfType<ControlOutput.Shoot>());
        Assert.Throws<InvariantException>(() => Shoot(shooter, other, 7));
        Assert.Empty(_outputs.OfType<ControlOutput.Shoot>());
        // The one that it was begun for is shot.
        shooter = new(s_self, new ControlLimits());
        Shoot(shooter, state, 1);
        Shoot(shooter, state, 7);
        Assert.Equal(Given.Node(3), Assert.Single(_outputs.OfType<ControlOutput.Shoot>()).Shot.Target);
    }

    private void Shoot(Shooter shooter, ReplicatedState state, int second) =>
        shooter.Step(state, _ => true, fencerUp: true, Given.Second(second), Work(second));

    private StepWork Work(int second) =>
        new(_outputs.Add, (_, _, _) => { }, new ControlTime(Given.Second(second), Given.Noon));
}
