using System.Collections.Immutable;
using System.Globalization;
using Truce.Model;
using Truce.Model.Replication;
using Truce.Scheduler;

namespace Truce.Control.Tests.Scripts;

/// <summary>
/// Controllers and the wire between them, which carries nothing unless the script says so. Commands: nodes N
/// [needed K]; joined N [RESOURCES]; load, restart NODES; disk NODE CLUSTER; view RING NODES; quorum RING
/// yes|no NODES; deliver [N] [to NODES]; lose; executor NODES; sync NODES; configure NODE RESOURCES (a+b is a
/// group, a=b an option); fence, confirm NODE TARGET; plan, planfails NODE; probed NODES; done NODE RESOURCE
/// OPERATION [CODE]; shot NODE [CODE]; stop NODE; store NODE fails|works; compares NODES (their states
/// differ); time SECONDS; state NODES. One that begins with - says nothing.
/// </summary>
internal sealed class ScriptedGroup
{
    private const int DeliveredMax = 2_000;
    private readonly SortedDictionary<int, ScriptedNode> _nodes = [];
    private readonly Queue<(EngineMember From, PeerMessage Message)> _wire = new();
    private readonly List<string> _told = [];
    private int _needed;
    private ViewTag _view;
    private double _now = 1;
    private long _entries;
    private long _tickets;

    /// <summary>Obeys a line, and tells what came out.</summary>
    public IReadOnlyList<string> Do(string line)
    {
        bool isQuiet = line.StartsWith('-');
        string[] words = line.TrimStart('-').Split(' ', StringSplitOptions.RemoveEmptyEntries);
        _told.Clear();
        Obey(words[0], words[1..]);
        return isQuiet ? [] : [.. _told];
    }

    private void Obey(string verb, string[] words)
    {
        switch (verb)
        {
            case "nodes":
                int count = Number(words[0]);
                for (int i = 1; i <= count; i++)
                    _nodes[i] = new ScriptedNode(i);
                _needed = words.Length > 2 ? Number(words[2]) : (count / 2) + 1;
                break;
            case "load" or "restart":
                Each(words, n => Load(n, verb == "restart"));
                break;
            case "reboot":
                Each(words, n =>
                {
                    n.Reboot();
                    Step(n, new ControlInput.Loaded(n.Facts()));
                });
                break;
            case "disk":
                Of(words[0]).Cluster = words[1];
                break;
            case "view":
                EngineMember[] members = [.. words[1..].Select(w => Of(w).Member)];
                Each(words[1..], n => Step(n, new ControlInput.ViewChanged(Ring(words[0]), [.. members])));
                break;
            case "quorum":
                Each(words[2..], n => Step(n, new ControlInput.QuorumChanged(
                    Ring(words[0]), Quorum(words[1] == "yes", words[2..]))));
                break;
            case "deliver":
                Deliver(words);
                break;
            case "lose":
                _told.Add($"{_wire.Count} messages are lost");
                _wire.Clear();
                break;
            case "compares":
                Each(words, n => _wire.Enqueue(
                    (n.Member, new PeerMessage.Compare(_view, n.Machine.State!.Index, "another state"))));
                break;
            case "time":
                _now += double.Parse(words[0], CultureInfo.InvariantCulture);
                foreach (ScriptedNode node in _nodes.Values)
                    Step(node, new ControlInput.TimePassed());
                break;
            case "state":
                Each(words, n => _told.Add(ScriptWords.State(n)));
                break;
            case "joined":
                Join(words);
                break;
            default:
                World(verb, words);
                break;
        }
    }

    // What executors, disks, planners and clients do.
    private void World(string verb, string[] words)
    {
        switch (verb)
        {
            case "executor":
                Each(words, n => Step(n, new ControlInput.ExecutorUp(
                    ExecutorKind.Resources, new ExecutorInventory($"e{n.Named}", [], [], []))));
                Each(words, n => Step(n, new ControlInput.ExecutorUp(
                    ExecutorKind.Fencing, new ExecutorInventory($"f{n.Named}", [], [], []))));
                break;
            case "sync":
                Each(words, n =>
                {
                    foreach (long request in n.Sync())
                        Step(n, new ControlInput.Synced(request));
                });
                break;
            case "configure":
                Want(words[0], new ControlRequest.Submit(new Command.ChangeConfiguration(
                    ScriptWords.Configuration(_nodes.Count, words[1..]), null, null, "root", "")));
                break;
            case "fence":
                Want(words[0], new ControlRequest.Fence(Given.Node(Number(words[1][1..])), "off", "root",
                    "asked"));
                break;
            case "confirm":
                Want(words[0], new ControlRequest.Submit(new Command.FenceConfirmed(
                    Given.Node(Number(words[1][1..])), "root", "seen")));
                break;
            case "plan":
                Plan(Of(words[0]));
                break;
            case "done":
                Done(Of(words[0]), words[1], words[2], words.Length > 3 ? Number(words[3]) : 0);
                break;
            case "probed":
                Each(words, Probed);
                break;
            case "planfails":
                Step(Of(words[0]), new ControlInput.PlanningFailed(Of(words[0]).Wanted!.Request, "no plan"));
                break;
            case "shot":
                Shot(Of(words[0]), words.Length > 1 ? Number(words[1]) : 0);
                break;
            case "stop":
                Step(Of(words[0]), new ControlInput.StopWanted("asked"));
                break;
            case "store":
                Step(Of(words[0]), words[1] == "fails"
                    ? new ControlInput.StoreFailing(StoreFault.Full, "no space")
                        : new ControlInput.StoreRecovered());
                break;
            default:
                throw new InvalidOperationException($"no such command: {verb}");
        }
    }

    // A cluster that has come up: what the stories about it begin with.
    private void Join(string[] words)
    {
        string[] all = [.. Enumerable.Range(1, Number(words[0])).Select(i => $"n{i}")];
        Obey("nodes", words[..1]);
        Obey("load", all);
        Obey("view", ["4", .. all]);
        Obey("quorum", ["4", "yes", .. all]);
        Rest(all);
        Obey("executor", all);
        Rest(all);
        if (words.Length > 1)
        {
            Obey("configure", ["n1", .. words[1..]]);
            Rest(all);
            // The first plan was asked for before there was anything to plan.
            Obey("plan", ["n1"]);
        }

        Rest(all);
        _told.Clear();
        Obey("state", all);
    }

    private void Rest(string[] all)
    {
        for (int i = 0; i < 3; i++)
        {
            Obey("deliver", []);
            Obey("sync", all);
        }

        Obey("deliver", []);
    }

    private void Load(ScriptedNode node, bool again)
    {
        if (again)
            node.Begin();
        Step(node, new ControlInput.Loaded(node.Facts()));
    }

    private void Deliver(string[] words)
    {
        int to = Array.IndexOf(words, "to");
        ScriptedNode[] hearers = to < 0 ? [.. _nodes.Values] : [.. words[(to + 1)..].Select(Of)];
        int most = words.Length > 0 && to != 0 ? Number(words[0]) : DeliveredMax;
        for (int i = 0; i < most && _wire.TryDequeue(out var next); i++)
        {
            foreach (ScriptedNode node in hearers)
                Step(node, new ControlInput.Delivered(next.From, next.Message, $"d{_entries}"));
            _entries++;
        }
    }

    private void Plan(ScriptedNode node)
    {
        if (node.Wanted is not { } wanted)
        {
            _told.Add($"{node.Node} wants no plan");
            return;
        }

        node.Wanted = null;
        Step(node, new ControlInput.Planned(wanted.Request, Planner.Plan(wanted.Cib, wanted.Options)));
    }

    private void Done(ScriptedNode node, string resource, string operation, int code)
    {
        Order order = node.Orders[$"{operation} {resource}"];
        Step(node, new ControlInput.OperationEnded(
            ExecutorKind.Resources, new NumberedResult(++node.Results, Given.Result(order, code,
                (int)node.Results))));
    }

    // Every probe finds nothing.
    private void Probed(ScriptedNode node)
    {
        foreach (string probe in node.Orders.Keys.Where(k => k.StartsWith("monitor ",
            StringComparison.Ordinal)).ToList())
        {
            if (node.Orders[probe].IntervalMs == 0)
                Done(node, probe["monitor ".Length..], "monitor", 7);
            node.Orders.Remove(probe);
        }
    }

    private void Shot(ScriptedNode node, int code)
    {
        FenceShot shot = node.Shot!;
        OperationResult result = Given.Result(Given.Order(node.Number, shot.Device.Value, shot.Action),
            code) with
        {
            OperationId = shot.OperationId,
        };
        Step(node, new ControlInput.OperationEnded(
            ExecutorKind.Fencing, new NumberedResult(++node.Results, result)));
    }

    private void Want(string node, ControlRequest request) =>
        Step(Of(node), new ControlInput.Wanted(new ClientTicket(++_tickets), request));

    private void Step(ScriptedNode node, ControlInput input)
    {
        foreach (ControlOutput output in node.Machine.Step(input, new ControlTime(Given.Second(_now),
            Given.Noon)))
        {
            if (output is ControlOutput.Multicast(var message))
            {
                _wire.Enqueue((node.Member, message));
                _view = message.View;
            }
            else if (output is ControlOutput.Persist(var request, var items))
                node.Unsynced.Add((request, items));
            else if (output is ControlOutput.Run(_, var order))
                node.Orders[$"{order.Operation} {order.Resource}"] = order;
            else if (output is ControlOutput.Shoot(var shot))
                node.Shot = shot;
            else if (output is ControlOutput.RequestPlan wanted)
                node.Wanted = wanted;
            if (ScriptWords.Of(output) is { } words)
                _told.Add($"{node.Node} {words}");
        }
    }

    private QuorumInfo Quorum(bool quorate, string[] present) => new(
        quorate, [.. present.Select(w => Of(w).Node)],
        _nodes.Values.ToImmutableSortedDictionary(n => n.Node, _ => 1),
        present.Length, _needed, false, false);

    private void Each(string[] names, Action<ScriptedNode> act)
    {
        foreach (string name in names)
            act(Of(name));
    }

    private ScriptedNode Of(string name) => _nodes[Number(name[1..])];

    private static RingId Ring(string sequence) => new(1, (ulong)Number(sequence));

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
