using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Replication;
using Truce.Scheduler;

namespace Truce.Control.Tests.Rooms;

/// <summary>What a transition has ready, and what becomes of it in the log.</summary>
public sealed class DispatchingTests
{
    private readonly Dispatching _dispatching;
    private readonly List<string> _submitted = [];
    private readonly List<Receipt?> _receipts = [];
    private ReplicatedState _state = Given.Joined(1, 2, 3);

    public DispatchingTests()
    {
        ControlIdentity self = new(
            Given.Node(1), new NodeUuid("1"), Given.Member(1), "s1", "boot1", "c", 1, 1);
        _dispatching = new Dispatching(
            new FenceDirection(self, new ControlLimits(), new PlanPace(new ControlLimits())));
    }

    public static TheoryData<string, string[], string[], int, int> Table => new()
    {
        { "orders that are ready together go in one entry",
            ["start 0 n2", "start 1 n3"], ["order r0@n2 r1@n3"], 0, 2 },
        { "what waits for another node's order is not given out",
            ["start 0 n2", "start 1 n3 after 0"], ["order r0@n2"], 0, 1 },
        { "what waits for its own node's order alone goes with it",
            ["start 0 n2", "start 1 n2 after 0"], ["order r0@n2 r1@n2"], 0, 2 },
        { "a point in the order is passed at once",
            ["point 0", "start 1 n2 after 0"], ["order r1@n2"], 1, 1 },
        { "a failure count is cleared by a command of its own",
            ["clear 0 n2"], ["forget r0@n2"], 0, 1 },
        { "what is nobody's to do is done, and what follows it is given out",
            ["other 0 n2", "start 1 n2 after 0"], ["order r1@n2"], 1, 1 },
        { "a start that waits for a fencing is not ordered: it goes along with it, for whoever shoots",
            ["fence 0 n3", "start 1 n2 after 0"], ["fence n3"], 0, 2 },
        { "a fencing and an order that don't wait for each other are two entries",
            ["fence 0 n3", "start 1 n2"], ["fence n3", "order r1@n2"], 0, 2 },
        { "nothing comes of an empty transition", [], [], 0, 0 },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void What_is_ready_is_given_out(
        string what, string[] actions, string[] submitted, int done, int inFlight)
    {
        TransitionRun run = Run(actions);
        Step(run);
        Assert.Equal(submitted, _submitted.Order(StringComparer.Ordinal));
        Assert.Equal((done, inFlight), (run.Done, run.InFlight));
        Step(run);
        Assert.True(_submitted.Count == submitted.Length, $"{what}: given out again");
    }

    [Fact]
    public void A_command_that_is_an_action_comes_back_as_that_action()
    {
        Step(Run(["clear 4 n2"]));
        Assert.Equal([new Receipt.Action(7, 4)], _receipts);
    }

    [Fact]
    public void A_fencing_under_way_is_waited_for_and_not_asked_for_again()
    {
        _state = Given.Apply(_state, new Command.FenceAsked(Given.Intent(3)));
        TransitionRun run = Run(["fence 0 n3"]);
        Step(run);
        Assert.Empty(_submitted);
        Assert.Equal(1, run.InFlight);
    }

    [Fact]
    public void What_is_aborted_gives_out_nothing()
    {
        TransitionRun run = Run(["start 0 n2"]);
        run.Abort("something else is planned");
        Step(run);
        Assert.Empty(_submitted);
    }

    private static TransitionRun Run(string[] actions) => new(
        new("60s", "60s", "INFINITY", "INFINITY", null, null, null, [.. actions.Select(Action)]), 7, "s1");

    private void Step(TransitionRun run) => _dispatching.Step(run, _state, new StepWork(
        _ => Assert.Fail("nothing for the shell"),
        (command, receipt, _) =>
        {
            _submitted.Add(Text(command));
            _receipts.Add(receipt);
        },
        new ControlTime(Given.Second(0), Given.Noon)));

    private static string Text(Command command) => command switch
    {
        Command.Ordered ordered =>
            $"order {string.Join(' ', ordered.Orders.Select(o => $"{o.Resource}@{o.Node}"))}",
        Command.Forget forget => $"forget {string.Join(' ', forget.Resources)}@{forget.Node}",
        Command.FenceAsked asked => $"fence {asked.Intent.Target}",
        _ => command.GetType().Name,
    };

    private static GraphAction Action(string line)
    {
        string[] words = line.Split(' ');
        int id = int.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture);
        NodeId? node = words.Length > 2 && words[2][0] == 'n' ? new NodeId(words[2]) : null;
        ImmutableArray<GraphInput> inputs = words is [.., "after", var other]
            ? Given.Inputs([int.Parse(other, System.Globalization.CultureInfo.InvariantCulture)])
            : [];
        return words[0] switch
        {
            "start" => Given.Start(id, node!.Value.Value[1] - '0') with { Inputs = inputs },
            "point" => new GraphAction.Pseudo
            {
                Id = id,
                Operation = "running",
                OperationKey = "g_running_0",
                Attributes = [],
                Inputs = inputs,
            },
            "fence" => Given.Fence(id, node!.Value.Value[1] - '0'),
            "clear" => Cluster(id, "clear_failcount", node),
            _ => Cluster(id, "other", node),
        };
    }

    private static GraphAction.ClusterAction Cluster(int id, string operation, NodeId? node) => new()
    {
        Id = id,
        Operation = operation,
        OperationKey = $"r{id}_{operation}_0",
        Node = node,
        Resource = new GraphResource($"r{id}", null, "ocf", "sim", "Service"),
        Attributes = [],
        Inputs = [],
    };
}
