using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Truce.Contracts;
using Truce.Control;
using Truce.Model;
using Truce.Ports;

namespace Truce.Simulator.World;

/// <summary>
/// A person (or a script) at the cluster: changes the configuration again and again, each time leaving a mark
/// in it, and cleans up. Remembers which changes were acknowledged; that is what S5 holds the cluster to.
/// </summary>
internal sealed partial class SimulatedOperator(SimulatedCluster cluster)
{
    private readonly Dictionary<string, Action<SimulatedNode, ClientReply>> _waiting = [];
    private long _ids;
    private int _marks;

    /// <summary>Changes that were acknowledged.</summary>
    public int Acknowledged { get; private set; }

    /// <summary>Takes an answer; false: it isn't the operator's.</summary>
    public bool Answered(SimulatedNode node, string id, ClientReply reply)
    {
        if (!_waiting.Remove(id, out Action<SimulatedNode, ClientReply>? then))
            return false;
        then(node, reply);
        return true;
    }

    /// <summary>Reads the configuration at a node and puts a mark into it, on
    /// the version that was read.</summary>
    public void Change(SimulatedNode node)
    {
        int mark = ++_marks;
        Ask(node, new ClientRequest.GetConfiguration(null, false), (_, reply) =>
        {
            if (reply is ClientReply.Configuration read && Marked(read.Xml, mark) is { } xml)
            {
                Ask(node, new ClientRequest.ApplyConfiguration(xml, read.Version, false, $"mark {mark}"), (_, answer) =>
                {
                    if (answer is ClientReply.Done)
                        Keep(node, mark);
                });
            }
        });
    }

    /// <summary>Reads the configuration at a node, for the checker.</summary>
    public void Look(SimulatedNode node) =>
        Ask(node, new ClientRequest.GetConfiguration(null, false), (at, reply) =>
        {
            if (reply is ClientReply.Configuration read)
                cluster.Ledger.Tell(new WorldEvent.ConfigurationSeen(at.Id, Marks(read.Xml)));
        });

    /// <summary>Forgets all failures, and releases what status says is held since fencing.</summary>
    public void CleanUp(SimulatedNode node)
    {
        Ask(node, new ClientRequest.Cleanup(null, null, CleanupScope.Failures), (_, _) => { });
        if (node.Control?.State is not { } state)
            return;
        HeldBack held = HeldBack.Of(state);
        IEnumerable<string> names = held.Quarantines.Select(q => q.Node.Value)
            .Concat(held.Bans.Select(b => b.Resource.Value)).Concat(held.Blocks.Select(b => b.Resource.Value));
        foreach (string name in names.Distinct())
            Ask(node, new ClientRequest.ReleaseFencing(name, "the cause is fixed"), (_, _) => { });
    }

    /// <summary>Has looked at a node that has no power, and says so.</summary>
    public void Vouch(SimulatedNode asked, SimulatedNode off)
    {
        if (off.Powered)
            return;
        string incarnation = off.Incarnation;
        cluster.Ledger.Tell(new WorldEvent.Vouched(off.Id, incarnation));
        Ask(asked, new ClientRequest.ConfirmFenced(off.Id.Value, "I have looked"), (_, _) => { });
    }

    private void Ask(SimulatedNode node, ClientRequest request, Action<SimulatedNode, ClientReply> then)
    {
        string id = string.Create(CultureInfo.InvariantCulture, $"operator{++_ids}");
        _waiting[id] = then;
        node.Ask(id, request);
    }

    // Who has it on disk at the moment of the acknowledgement.
    private void Keep(SimulatedNode by, int mark)
    {
        Acknowledged++;
        string text = Name(mark);
        ImmutableArray<NodeId> keepers =
        [
            .. cluster.Nodes.Values.Where(n => n.Disk.Records.Any(r => r.Key.Table == StoreTable.Configuration
                && Encoding.UTF8.GetString(r.Value).Contains(text, StringComparison.Ordinal))).Select(n => n.Id),
        ];
        cluster.Ledger.Tell(new WorldEvent.ChangeAcknowledged(by.Id, mark, keepers));
    }

    private static string Name(int mark) => string.Create(CultureInfo.InvariantCulture, $"sim-mark-{mark:D4}");

    private static string? Marked(string xml, int mark)
    {
        int end = xml.IndexOf("</cluster_property_set>", StringComparison.Ordinal);
        return end < 0 ? null : xml.Insert(end, $"<nvpair id=\"{Name(mark)}\" name=\"{Name(mark)}\" value=\"1\"/>");
    }

    private static ImmutableSortedSet<int> Marks(string xml) =>
        [.. Mark().Matches(xml).Select(m => int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture))];

    [GeneratedRegex("name=\"sim-mark-([0-9]{4})\"")]
    private static partial Regex Mark();
}
