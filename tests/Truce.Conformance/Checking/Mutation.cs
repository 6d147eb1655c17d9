using System.Xml.Linq;

using Truce.Analysis.Checking;
using Truce.Model;

namespace Truce.Conformance.Checking;

/// <summary>A way to spoil a good graph, and the finding that has to come of it.</summary>
/// <param name="Name">What is done.</param>
/// <param name="Expected">The finding.</param>
/// <param name="Spoil">Does it; false where the graph has no place for it.</param>
internal sealed record Mutation(string Name, Type Expected, Func<EditableGraph, bool> Spoil)
{
    public static IReadOnlyList<Mutation> All { get; } =
    [
        Make<PlanFinding.Malformed>("an action waits for one that isn't there", g =>
            OnFirst(g.Actions, a => EditableGraph.AddInput(a, "987654"))),
        Make<PlanFinding.Malformed>("two actions have one id", g =>
            g.Actions.Count() > 1 && Do(() => g.Actions.Last().SetAttributeValue("id", g.Actions.First().Attribute("id")!.Value))),
        Make<PlanFinding.Cycle>("an action waits for one that waits for it", AddCycle),
        Make<PlanFinding.WrongOrder>("a recurring monitor doesn't wait for the start", g => Forget(
            g, g.Operations("monitor").Where(m => Interval(m) != "0"), "start", sameNode: true)),
        Make<PlanFinding.WrongOrder>("a start doesn't wait for the probe", g => Forget(
            g, g.Operations("start"), "monitor", sameNode: true)),
        Make<PlanFinding.WrongOrder>("a restart doesn't wait for the stop", g => Forget(
            g, g.Operations("start"), "stop", sameNode: true)),
        Make<PlanFinding.WrongOrder>("a promotion doesn't wait for the start", g => Forget(
            g, g.Operations("promote"), "start", sameNode: true)),
        Make<PlanFinding.WrongOrder>("a stop doesn't wait for the demotion", g => Forget(
            g, g.Operations("stop"), "demote", sameNode: true)),
        Make<PlanFinding.WrongOrder>("the second half of a migration doesn't wait for the first", g => Forget(
            g, g.Operations("migrate_from"), "migrate_to", sameNode: false)),
        Make<PlanFinding.StillActive>("a move doesn't wait for the stop", g => OnFirst(
            Moves(g), m => EditableGraph.ForgetInputs(m.Start))),
        Make<PlanFinding.StillActive>("a move has no stop", g => OnFirst(Moves(g), m => g.Remove(m.Stop))),
        Make<PlanFinding.StartedTwice>("a resource is started on two nodes", StartTwice),
        Make<PlanFinding.NotFenced>("a recovery doesn't wait for the fencing", g => OnFirst(
            Recoveries(g), r => EditableGraph.ForgetInputs(r.Start))),
        Make<PlanFinding.NotFenced>("a recovery has no fencing", g => OnFirst(Recoveries(g), r => g.Remove(r.Fence))),
        Make<PlanFinding.UnableNode>("a start is sent to a node that isn't there", g => g.OfflineNodes.Any()
            && OnFirst(LocalStarts(g), s => EditableGraph.MoveTo(s, g.OfflineNodes.First()))),
        Make<PlanFinding.UnableNode>("a start is sent to a node that nobody knows", g =>
            OnFirst(LocalStarts(g), s => EditableGraph.MoveTo(s, "no-such-node"))),
        Make<PlanFinding.UnableNode>("a start is sent to a node on standby", g => Standby(g) is { } node
            && OnFirst(LocalStarts(g), s => EditableGraph.MoveTo(s, node))),
        Make<PlanFinding.UnableNode>("an operation is sent to a node after its fencing", SendToFenced),
        Make<PlanFinding.OrderBroken>("a group's second member doesn't wait for the first", g => OnFirst(
            GroupStarts(g), EditableGraph.ForgetInputs)),
        Make<PlanFinding.OrderBroken>("a mandatory order isn't kept", g => OnFirst(
            OrderedStarts(g), EditableGraph.ForgetInputs)),
        Make<PlanFinding.ColocationBroken>("a dependent is started elsewhere than what it depends on", Separate),
        Make<PlanFinding.Banned>("a resource is started where it is banned", StartBanned),
        Make<PlanFinding.WithoutQuorum>("a resource is started without quorum", g =>
            g.Cib.Header.HaveQuorum == false && Option(g, "no-quorum-policy") is null or "stop"
            && AddOnline(g, "start", Plain(g).FirstOrDefault(p => IsManaged(g, p)))),
        Make<PlanFinding.Unmanaged>("a resource that isn't managed is stopped", g =>
            AddOnline(g, "stop", Plain(g).FirstOrDefault(p => Meta(p, "is-managed") == "false"))),
        Make<PlanFinding.AgainstTarget>("a resource that is to be down is started", g =>
            AddOnline(g, "start", Plain(g).FirstOrDefault(p => Meta(p, "target-role") == "Stopped"))),
        Make<PlanFinding.TooManyInstances>("a clone gets an instance too many", AddInstance),
        Make<PlanFinding.TooManyPromoted>("a promotion too many", AddPromotion),
        Make<PlanFinding.WrongOrder>("an instance doesn't wait for its clone's turn", g => OnFirst(
            CloneStarts(g), EditableGraph.ForgetInputs)),
        Make<PlanFinding.WrongOrder>("an instance acts before the others were told", g => OnFirst(
            ToldBefore(g), EditableGraph.ForgetInputs)),
        Make<PlanFinding.WrongOrder>("a remote node's resource doesn't wait for the connection", g => OnFirst(
            g.Operations("start").Where(s => Connections(g, "start").Contains(EditableGraph.Get(s, "on_node"))),
            EditableGraph.ForgetInputs)),
        Make<PlanFinding.WrongOrder>("a connection is closed before what runs behind it has stopped", g => OnFirst(
            g.Operations("stop").Where(s => g.Operations("stop").Any(o =>
                o.Attribute("router_node") is not null && EditableGraph.Get(o, "on_node") == EditableGraph.ResourceOf(s))),
            EditableGraph.ForgetInputs)),
        Make<PlanFinding.WrongOrder>("a bundle's connection doesn't wait for its container", g => OnFirst(
            from bundle in g.Cib.Configuration.Resources.OfType<Resource.Bundle>()
            from start in g.Operations("start")
            where EditableGraph.ResourceOf(start) == $"{bundle.Id}-0"
                && g.Operations("start").Any(c => EditableGraph.ResourceOf(c).StartsWith($"{bundle.Id}-", StringComparison.Ordinal)
                    && EditableGraph.ResourceOf(c).EndsWith("r-0", StringComparison.Ordinal))
            select start,
            EditableGraph.ForgetInputs)),
        Make<PlanFinding.FencedTwice>("a node is shot twice", g => OnFirst(
            g.Fences.Where(f => f.Name.LocalName == "crm_event"), f => g.Copy(f))),
        Make<PlanFinding.WrongOrder>("a start doesn't wait for the unfencing", g => OnFirst(
            g.Operations("start").Where(s => g.Actions.Any(u => EditableGraph.Get(u, "operation") == "stonith"
                && EditableGraph.Get(u.Element("attributes")!, "CRM_meta_stonith_action") == "on"
                && EditableGraph.Get(u, "on_node") == EditableGraph.Get(s, "on_node"))
                && Plain(g).Any(p => p.Id.Value == EditableGraph.ResourceOf(s) && IsManaged(g, p))),
            EditableGraph.ForgetInputs)),
        Make<PlanFinding.Astray>("a live migration ends on another node than it was sent to", g => OnFirst(
            g.Operations("migrate_from"), m => EditableGraph.MoveTo(m, "astray"))),
        Make<PlanFinding.WithoutTicket>("a resource is started without its ticket", g => OnFirst(
            from ticket in g.Cib.Configuration.Constraints.OfType<Constraint.Ticket>()
            where ticket.Role is null or Role.Started && Plain(g).Any(p => p.Id == ticket.Resource)
                && !g.Cib.Status.Tickets.Any(t => t.Id == ticket.TicketId && t.Granted == true)
            select ticket,
            t => g.Add("start", t.Resource!.Value.Value, g.OnlineNodes.First()))),
    ];

    public override string ToString() => Name;

    private static Mutation Make<T>(string name, Func<EditableGraph, bool> spoil)
        where T : PlanFinding => new(name, typeof(T), spoil);

    private static bool Do(Action action)
    {
        action();
        return true;
    }

    private static bool OnFirst<T>(IEnumerable<T> places, Action<T> spoil)
    {
        foreach (T place in places)
        {
            spoil(place);
            return true;
        }

        return false;
    }

    private static string Interval(XElement action) =>
        (string?)action.Element("attributes")!.Attribute("CRM_meta_interval") ?? "0";

    private static bool AddCycle(EditableGraph g)
    {
        XElement? waiting = g.Actions.FirstOrDefault(a => a.Parent!.Parent!.Descendants("trigger").Any());
        if (waiting is null)
            return false;
        string input = EditableGraph.Get(waiting.Parent!.Parent!.Descendants("trigger").First().Elements().Single(), "id");
        EditableGraph.AddInput(g.ById(input), EditableGraph.Get(waiting, "id"));
        return true;
    }

    // Forgets what the first later action waits for, if an earlier one of the same instance is in the graph.
    private static bool Forget(EditableGraph g, IEnumerable<XElement> later, string earlier, bool sameNode) => OnFirst(
        later.Where(l => g.Operations(earlier).Any(e => e != l
            && EditableGraph.InstanceOf(e) == EditableGraph.InstanceOf(l)
            && (!sameNode || EditableGraph.Get(e, "on_node") == EditableGraph.Get(l, "on_node"))
            && (earlier != "monitor" || Interval(e) == "0"))),
        EditableGraph.ForgetInputs);

    private static IEnumerable<(XElement Stop, XElement Start)> Moves(EditableGraph g) =>
        from start in g.Operations("start")
        from stop in g.Operations("stop")
        where EditableGraph.ResourceOf(start) == EditableGraph.ResourceOf(stop)
            && EditableGraph.Get(start, "on_node") != EditableGraph.Get(stop, "on_node")
            && Plain(g).Any(p => p.Id.Value == EditableGraph.ResourceOf(start))
            && RecordedActive(g, EditableGraph.ResourceOf(stop), EditableGraph.Get(stop, "on_node"))
            && !g.Fences.Any(f => EditableGraph.Get(f, "on_node") == EditableGraph.Get(stop, "on_node"))
            && !g.Operations("stop").Any(c => EditableGraph.ResourceOf(c) == EditableGraph.Get(stop, "on_node"))
        select (stop, start);

    private static IEnumerable<(XElement Fence, XElement Start)> Recoveries(EditableGraph g) =>
        from fence in g.Fences
        from start in g.Operations("start")
        where EditableGraph.Get(fence, "on_node") != EditableGraph.Get(start, "on_node")
            && Plain(g).Any(p => p.Id.Value == EditableGraph.ResourceOf(start) && p.Agent is { Class: not "stonith", Type: not "remote" })
            && Option(g, "fencing-enabled") != "false" && Option(g, "stonith-enabled") != "false"
            && LostMember(g, EditableGraph.Get(fence, "on_node"))
            && RecordedActive(g, EditableGraph.ResourceOf(start), EditableGraph.Get(fence, "on_node"))
        select (fence, start);

    private static bool StartTwice(EditableGraph g) => OnFirst(
        LocalStarts(g).Where(s => Plain(g).Any(p => p.Id.Value == EditableGraph.ResourceOf(s))),
        s => EditableGraph.MoveTo(g.Copy(s), g.OnlineNodes.First(n => n != EditableGraph.Get(s, "on_node"))));

    private static bool SendToFenced(EditableGraph g) => OnFirst(
        from fence in g.Fences
        where LostMember(g, EditableGraph.Get(fence, "on_node")) || g.OnlineNodes.Contains(EditableGraph.Get(fence, "on_node"))
        from start in LocalStarts(g)
        select (fence, start),
        pair =>
        {
            EditableGraph.MoveTo(pair.start, EditableGraph.Get(pair.fence, "on_node"));
            EditableGraph.AddInput(pair.start, EditableGraph.Get(pair.fence, "id"));
        });

    private static IEnumerable<XElement> GroupStarts(EditableGraph g) =>
        from resource in g.Cib.Configuration.Resources.OfType<Resource.Group>()
        where resource.MetaAttributes.IsEmpty
        from i in Enumerable.Range(1, Math.Max(0, resource.Members.Count - 1))
        from start in g.Operations("start")
        where EditableGraph.ResourceOf(start) == resource.Members[i].Id.Value
            && g.Operations("start").Any(s => EditableGraph.ResourceOf(s) == resource.Members[i - 1].Id.Value)
        select start;

    private static IEnumerable<XElement> OrderedStarts(EditableGraph g) =>
        from order in g.Cib.Configuration.Constraints.OfType<Constraint.Ordering>()
        where order is { Kind: null or OrderKind.Mandatory, Score: null or { IsInfinity: true }, FirstAction: null, ThenAction: null }
        where Plain(g).Any(p => p.Id == order.First) && Plain(g).Any(p => p.Id == order.Then)
        from start in g.Operations("start")
        where EditableGraph.ResourceOf(start) == order.Then?.Value
            && g.Operations("start").Any(s => EditableGraph.ResourceOf(s) == order.First?.Value)
        select start;

    private static bool Separate(EditableGraph g) => OnFirst(
        from c in g.Cib.Configuration.Constraints.OfType<Constraint.Colocation>()
        where c is { Score.IsInfinity: true, Role: null, WithRole: null, NodeAttribute: null }
            && Plain(g).Any(p => p.Id == c.WithResource) && Plain(g).Any(p => p.Id == c.Resource)
        from start in LocalStarts(g)
        where EditableGraph.ResourceOf(start) == c.Resource?.Value
            && g.Operations("start").Any(s => EditableGraph.ResourceOf(s) == c.WithResource?.Value)
        from node in g.OnlineNodes
        where node != EditableGraph.Get(start, "on_node") && !HasRecord(g, c.WithResource!.Value.Value, node)
        select (start, node),
        pair => EditableGraph.MoveTo(pair.start, pair.node));

    private static bool StartBanned(EditableGraph g) => OnFirst(
        from l in g.Cib.Configuration.Constraints.OfType<Constraint.Location>()
        where l is { Score.IsMinusInfinity: true, Node: not null, Role: null } && Plain(g).Any(p => p.Id == l.Resource)
        select l,
        l => g.Add("start", l.Resource!.Value.Value, l.Node!.Value.Value));

    private static bool AddInstance(EditableGraph g) => OnFirst(
        from clone in g.Cib.Configuration.Resources.OfType<Resource.Cloned>()
        where clone.Child is Resource.Primitive && int.TryParse(Meta(clone, "clone-max"), out _)
        from start in g.Operations("start")
        where EditableGraph.ResourceOf(start) == clone.Child.Id.Value
        select (start, int.Parse(Meta(clone, "clone-max")!, System.Globalization.CultureInfo.InvariantCulture)),
        pair =>
        {
            for (int i = 0; i <= pair.Item2; i++)
                g.Copy(pair.start).Element("primitive")!.SetAttributeValue("long-id", $"{EditableGraph.ResourceOf(pair.start)}:{i + 70}");
        });

    private static bool AddOnline(EditableGraph g, string operation, Resource.Primitive? primitive) =>
        primitive is not null && g.OnlineNodes.Any()
        && Do(() => g.Add(operation, primitive.Id.Value, g.OnlineNodes.First()));

    private static bool AddPromotion(EditableGraph g) => OnFirst(
        from clone in g.Cib.Configuration.Resources.OfType<Resource.Cloned>()
        let most = int.TryParse(Meta(clone, "promoted-max") ?? Meta(clone, "master-max"), out int n) ? n : 1
        from promote in g.Operations("promote")
        where clone.Child.Id.Value == EditableGraph.ResourceOf(promote)
        select (promote, most),
        pair =>
        {
            for (int i = 0; i < pair.most; i++)
                g.Copy(pair.promote);
        });

    private static IEnumerable<XElement> CloneStarts(EditableGraph g) =>
        from clone in g.Cib.Configuration.Resources.OfType<Resource.Cloned>()
        where g.Actions.Any(a => EditableGraph.Get(a, "operation_key") == $"{clone.Id}_start_0")
        from start in g.Operations("start")
        where EditableGraph.ResourceOf(start) == clone.Child.Id.Value
        select start;

    private static IEnumerable<XElement> ToldBefore(EditableGraph g) =>
        from notice in g.Operations("notify")
        where EditableGraph.Get(notice.Element("attributes")!, "CRM_meta_notify_type") == "pre"
        from action in g.Operations(EditableGraph.Get(notice.Element("attributes")!, "CRM_meta_notify_operation"))
        where EditableGraph.ResourceOf(action) == EditableGraph.ResourceOf(notice)
            && g.Cib.Configuration.Resources.OfType<Resource.Cloned>().Any(c => c.Child.Id.Value == EditableGraph.ResourceOf(action))
        select action;

    private static HashSet<string> Connections(EditableGraph g, string operation) =>
        [.. g.Operations(operation).Select(EditableGraph.ResourceOf)];

    private static IEnumerable<XElement> LocalStarts(EditableGraph g) =>
        g.OnlineNodes.Count() < 2 ? [] : g.Operations("start").Where(s => s.Attribute("router_node") is null);

    private static IEnumerable<Resource.Primitive> Plain(EditableGraph g) => g.Cib.Configuration.Resources
        .OfType<Resource.Primitive>();

    private static string? Meta(Resource resource, string name) => resource.MetaAttributes.Items
        .Where(s => s.Rule is null).SelectMany(s => s.Pairs.Items).FirstOrDefault(p => p.Name == name)?.Value;

    private static string? Option(EditableGraph g, string name) => g.Cib.Configuration.ClusterProperties.Items
        .SelectMany(s => s.Pairs.Items).FirstOrDefault(p => p.Name == name)?.Value;

    private static bool IsManaged(EditableGraph g, Resource.Primitive p) =>
        p.Agent is { Class: not "stonith" } && Meta(p, "requires") is null && g.Cib.Configuration.ResourceDefaults.IsEmpty;

    private static string? Standby(EditableGraph g) => g.OnlineNodes.FirstOrDefault(n => g.Cib.Configuration.Nodes.Any(
        c => c.Name.Value == n && c.InstanceAttributes.Items.SelectMany(s => s.Pairs.Items)
            .Any(p => p is { Name: "standby", Value: "on" or "true" })));

    private static bool LostMember(EditableGraph g, string node) => g.Cib.Status.NodeStates.Any(
        s => s.Name?.Value == node && s is { InCcm.IsUp: false, Join: "member", Expected: "member" });

    private static bool HasRecord(EditableGraph g, string resource, string node) => History(g, resource, node) is not null;

    private static bool RecordedActive(EditableGraph g, string resource, string node) =>
        History(g, resource, node) is { Operations: { Count: > 0 } operations }
        && operations.All(o => o.CallId >= 0 && o.RcCode is 0 or 7)
        && operations.MaxBy(o => o.CallId) is { RcCode: 0, Operation: "start" or "monitor" };

    private static ResourceHistory? History(EditableGraph g, string resource, string node) => g.Cib.Status.NodeStates
        .Where(s => s.Name?.Value == node && s.History is not null)
        .SelectMany(s => s.History!.Resources.Items)
        .FirstOrDefault(h => h.Id.Value == resource);
}
