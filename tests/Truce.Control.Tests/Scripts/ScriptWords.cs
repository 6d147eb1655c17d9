using Truce.Model;
using Truce.Model.Fencing;
using Truce.Model.Replication;

namespace Truce.Control.Tests.Scripts;

/// <summary>What scripts say of outputs and states: what decides, in a line each.</summary>
internal static class ScriptWords
{
    /// <summary>An output; null: nothing to tell.</summary>
    public static string? Of(ControlOutput output) => output switch
    {
        ControlOutput.Multicast(var message) => Of(message),
        ControlOutput.Persist(var request, var items) =>
            $"writes #{request}: {string.Join(", ", items.Select(Of).Distinct())}",
        ControlOutput.Run(var kind, var order) =>
            $"has the {Of(kind)} run {order.Operation} of {order.Resource}",
        ControlOutput.Cancel(_, var order) => $"has {order.Operation} of {order.Resource} cancelled",
        ControlOutput.Shoot(var shot) => $"shoots: {shot.Action} of {shot.Target} by {shot.Device}",
        ControlOutput.AskAgent(var question) => $"asks {question.Device} about {question.Target}",
        ControlOutput.RequestPlan => "wants a plan",
        ControlOutput.Answer(var ticket, var content) => $"answers {ticket.Number}: {Of(content)}",
        ControlOutput.Leave(var reason, var back) => $"leaves ({back}): {reason}",
        ControlOutput.Panic(var reason) => $"panics: {reason}",
        ControlOutput.StoppedCleanly => "has stopped cleanly",
        ControlOutput.AskInventory(var kind) => $"asks what runs ({kind})",
        ControlOutput.Acknowledge(var kind, var number) =>
            $"lets the executor forget result {number} ({kind})",
        ControlOutput.TellStops(var stops) => "has the executor know how to stop alone: "
            + string.Join(
                ", then ", stops.Rounds.Select(r => string.Join(" and ", r.Select(s => s.Resource))))
            + (stops.LeftAlone.Count > 0 ? $"; leaves {string.Join(' ', stops.LeftAlone)}" : ""),
        ControlOutput.Pause => null,
    };

    /// <summary>A node, as it sees itself and the others.</summary>
    public static string State(ScriptedNode node)
    {
        string mode = node.Machine.Mode?.ToString() ?? "gathering";
        if (node.Machine.State is not { } state)
            return $"{node.Node}: {mode}, no state ({node.Machine.Situation})";
        string members = Join(state.Members.Values.Select(m => $"{m.Node} {m.Phase}"));
        string pending = Join(
            state.Pending.Values.Select(o => $"{o.Operation} of {o.Resource} on {o.Node}"));
        string fences = Join(state.Fences.Select(
            f => $"{f.Intent.Action} of {f.Intent.Target} by {f.Intent.By} {f.Stage}"));
        long version = state.Configuration.Version;
        return $"{node.Node}: {mode}, index {state.Index}, configuration {version}; {members}"
            + (pending.Length > 0 ? $"; under way: {pending}" : "")
            + (fences.Length > 0 ? $"; {fences}" : "");
    }

    /// <summary>A configuration with these resources, and a device that can shoot everybody; a word with = is
    /// an option.</summary>
    public static string Configuration(int nodes, string[] resources)
    {
        ILookup<bool, string> words = resources.ToLookup(w => w.Contains('=', StringComparison.Ordinal));
        string services = string.Join('\n', words[false].Select(Resource));
        string options = string.Concat(words[true].Select(Option));
        string hosts = string.Join(' ', Enumerable.Range(1, nodes).Select(i => $"n{i}"));
        return $"""
            <cib validate-with="pacemaker-3.9" admin_epoch="0" epoch="1" num_updates="0"><configuration>
            <crm_config><cluster_property_set id="o">
            <nvpair id="o1" name="stonith-enabled" value="true"/>{options}
            </cluster_property_set></crm_config>
            <nodes/><resources>{services}<primitive id="power" class="stonith" type="fence_sim">
            <instance_attributes id="power-i"><nvpair id="power-h" name="pcmk_host_list" value="{hosts}"/>
            </instance_attributes></primitive></resources>
            <constraints/></configuration><status/></cib>
            """;
    }

    private static string Resource(string name) => name.Contains('+', StringComparison.Ordinal)
        ? $"<group id=\"{name.Replace('+', '-')}\">{string.Concat(name.Split('+').Select(Resource))}</group>"
        : $"<primitive id=\"{name}\" class=\"ocf\" provider=\"sim\" type=\"Service\"/>";

    private static string Option(string word)
    {
        string[] parts = word.Split('=');
        return $"<nvpair id=\"o-{parts[0]}\" name=\"{parts[0]}\" value=\"{parts[1]}\"/>";
    }

    private static string Of(ExecutorKind kind) => kind switch
    {
        ExecutorKind.Resources => "executor",
        ExecutorKind.Fencing => "fencer",
    };

    private static string Allowed(FenceIntent intent) => intent.Allowed.Count == 0
        ? "" : $", then {Join(intent.Allowed.Select(o => $"{o.Operation} of {o.Resource}"))}";

    private static string Join(IEnumerable<string> words) => string.Join(", ", words);

    private static string Of(PeerMessage message) => message switch
    {
        PeerMessage.Hello(_, var facts) => $"says hello: {(facts.Quorate ? "quorate" : "no quorum")}, "
            + (facts.Running ? $"holds {facts.Standing}" : $"holds nothing, disk {facts.Durable}")
            + (facts.Branch.Length > 0 ? ", in a branch" : "") + (facts.OwesReport ? ", owes a report" : ""),
        PeerMessage.Proceed(_, var without) =>
            $"goes on without {string.Join(' ', without.Select(m => m.Node))}",
        PeerMessage.Entry(_, var submission) =>
            $"sends #{submission.Number}: {string.Join(", ", submission.Commands.Select(Of))}",
        PeerMessage.Acknowledge(_, var index) => $"holds {index}",
        PeerMessage.Snapshot(_, var state, var tail) =>
            $"sends its state of {state.Index} and {tail.Count} more",
        PeerMessage.Compare(_, var index, _) => $"compares {index}",
        PeerMessage.Offers => "tells its agents",
        _ => message.GetType().Name,
    };

    private static string Of(Command command) => command switch
    {
        Command.Formed formed => $"view {formed.Epoch}{(formed.Quorate ? "" : " without quorum")} of "
            + string.Join(", ", formed.Participants.Select(p => $"{p.Member.Node} {p.Kind}"))
            + (formed.Lineage > 0 ? ", another lineage" : ""),
        Command.NodeJoined joined => $"{joined.Node} joins",
        Command.Ordered ordered => Join(ordered.Orders.Select(
            o => $"{o.Operation} of {o.Resource} on {o.Node}{(o.After.Count > 0 ? " after others" : "")}")),
        Command.Results results => string.Join(
            ", ", results.Items.Select(r => $"{r.Operation} of {r.Resource} on {results.Node}: {r.Code}")),
        Command.FenceAsked { Intent: var intent } =>
            $"{intent.Action} of {intent.Target} by {intent.By}{Allowed(intent)}",
        Command.FenceEnded ended => $"fencing {(ended.Succeeded ? "confirmed" : "failed")}",
        Command.Tick => "tick",
        _ => command.GetType().Name,
    };

    private static string Of(StoredItem item) => item switch
    {
        StoredItem.Identity => "identity",
        StoredItem.Configuration configuration => $"configuration {configuration.Version.Version}",
        StoredItem.NoConfiguration => "no configuration",
        StoredItem.Fence => "fencing",
        StoredItem.NoFence => "no fencing",
        StoredItem.Happening => "events",
        StoredItem.NoHappening => "fewer events",
        StoredItem.Measure => "times",
        StoredItem.NoMeasure => "no times",
        StoredItem.Path => "path of fencing",
        StoredItem.NoPath => "no path of fencing",
    };

    private static string Of(ControlAnswer answer) => answer switch
    {
        ControlAnswer.Committed { Outcome: CommandOutcome.Refused(var reason, var words) } =>
            $"refused ({reason}): {words}",
        ControlAnswer.Committed committed => $"done, configuration {committed.ConfigurationVersion}",
        ControlAnswer.NotQuorate(var reason) => $"not now: {reason}",
        ControlAnswer.Unknown(var reason) => $"unknown: {reason}",
    };
}
