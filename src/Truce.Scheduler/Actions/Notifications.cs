namespace Truce.Scheduler.Engine;

/// <summary>The points around one kind of change at which a clone's instances are notified of it.</summary>
internal sealed class Notice(string task)
{
    public readonly string Task = task;
    public PlanAction? Pre;
    public PlanAction? PreDone;
    public PlanAction? Post;
    public PlanAction? PostDone;

    public readonly List<(PlanResource Resource, PlanNode? Node)> Active = [];
    public readonly List<(PlanResource Resource, PlanNode? Node)> Inactive = [];
    public readonly List<(PlanResource Resource, PlanNode? Node)> Start = [];
    public readonly List<(PlanResource Resource, PlanNode? Node)> Stop = [];
    public readonly List<(PlanResource Resource, PlanNode? Node)> Promote = [];
    public readonly List<(PlanResource Resource, PlanNode? Node)> Demote = [];
    public readonly List<(PlanResource Resource, PlanNode? Node)> Promoted = [];
    public readonly List<(PlanResource Resource, PlanNode? Node)> Unpromoted = [];
}

/// <summary>Tells instances of clones with notify=true, before and after, what the others do.</summary>
internal static class Notifications
{
    public static Notice? Make(World world, PlanResource owner, string task, PlanAction? action, PlanAction? complete)
    {
        if (!owner.Has(Is.Notify))
            return null;
        var notice = new Notice(task);
        if (action is not null)
        {
            notice.Pre = Point(world, owner, "pre", action.Task, Tasks.Notify, action);
            notice.Pre.Set(Act.Runnable);
            notice.Pre.SetMeta("notify_type", "pre");
            notice.Pre.SetMeta("notify_operation", task);
            notice.PreDone = Point(world, owner, "confirmed-pre", action.Task, Tasks.Notified, action);
            notice.PreDone.Set(Act.Runnable);
            notice.PreDone.SetMeta("notify_type", "pre");
            notice.PreDone.SetMeta("notify_operation", task);
            EdgeAdder.Add(notice.Pre, notice.PreDone, Relation.Ordered, "notifications");
            EdgeAdder.Add(notice.PreDone, action, Relation.Ordered, "notifications");
        }

        if (complete is not null)
            After(world, owner, notice, task, complete);
        if (notice.PreDone is not null && notice.Post is not null)
            EdgeAdder.Add(notice.PreDone, notice.Post, Relation.Ordered, "notifications");
        return notice;
    }

    private static void After(World world, PlanResource owner, Notice notice, string task, PlanAction complete)
    {
        notice.Post = Point(world, owner, "post", complete.Task, Tasks.Notify, complete);
        notice.PostDone = Point(world, owner, "confirmed-post", complete.Task, Tasks.Notified, complete);
        foreach (PlanAction point in (ReadOnlySpan<PlanAction>)[notice.Post, notice.PostDone])
        {
            point.Priority = Scores.Infinity;
            point.SetMeta("notify_type", "post");
            point.SetMeta("notify_operation", task);
            if (complete.IsRunnable)
                point.Set(Act.Runnable);
            else
                point.Clear(Act.Runnable);
        }

        EdgeAdder.Add(complete, notice.Post, Relation.FirstImpliesThen, "notifications");
        EdgeAdder.Add(notice.Post, notice.PostDone, Relation.FirstImpliesThen, "notifications");
    }

    private static PlanAction Point(
        World world, PlanResource owner, string type, string operation, string task, PlanAction around)
    {
        PlanAction point = ActionFactory.Resource(
            world, owner, Tasks.NotifyKey(owner.Id, type, operation), task, null, around.IsOptional);
        point.Set(Act.Pseudo);
        point.SetMeta("notify_key_type", type);
        point.SetMeta("notify_key_operation", operation);
        return point;
    }

    public static void OrderRoles(PlanResource clone)
    {
        void Between(PlanAction? first, PlanAction? then)
        {
            if (first is not null && then is not null)
                EdgeAdder.Add(first, then, Relation.Ordered, "notifications");
        }

        Between(clone.StopNotice?.PostDone, clone.PromoteNotice?.Pre);
        Between(clone.StartNotice?.PostDone, clone.PromoteNotice?.Pre);
        Between(clone.DemoteNotice?.PostDone, clone.PromoteNotice?.Pre);
        Between(clone.DemoteNotice?.PostDone, clone.StartNotice?.Pre);
        Between(clone.DemoteNotice?.PostDone, clone.StopNotice?.Pre);
    }

    /// <summary>Once the actions are known: which instances must be notified of what.</summary>
    public static void CreateAll(World world)
    {
        foreach (PlanResource resource in world.AllResources().ToList())
        {
            if (resource.Kind != ResourceKind.Clone || !resource.Has(Is.Notify))
                continue;
            foreach (Notice? notice in (ReadOnlySpan<Notice?>)
                [resource.StartNotice, resource.StopNotice, resource.PromoteNotice, resource.DemoteNotice])
            {
                if (notice is not null)
                    Create(world, resource, notice);
            }
        }
    }

    private static void Create(World world, PlanResource clone, Notice notice)
    {
        foreach (PlanResource each in World.Walk(clone))
        {
            if (each.IsPrimitive)
                Collect(each, notice, activity: true);
        }

        Send(world, clone, notice);
    }

    private static void Collect(PlanResource resource, Notice notice, bool activity)
    {
        PlanNode? node = resource.Running.Count > 0 ? resource.Running[0] : null;
        (PlanResource, PlanNode?) entry = (resource, node);
        switch (resource.Role)
        {
            case ResourceRole.Unknown:
            case ResourceRole.Stopped:
                notice.Inactive.Add(entry);
                break;
            case ResourceRole.Started:
                notice.Active.Add(entry);
                break;
            case ResourceRole.Unpromoted:
                notice.Unpromoted.Add(entry);
                notice.Active.Add(entry);
                break;
            case ResourceRole.Promoted:
                notice.Promoted.Add(entry);
                notice.Active.Add(entry);
                break;
        }

        if (!activity)
            return;
        foreach (PlanAction action in resource.Actions)
        {
            if (action.IsOptional || action.Node is null)
                continue;
            (PlanResource, PlanNode?) at = (resource, action.Node);
            if (action.Task == Tasks.Stop)
                Once(notice.Stop, at);
            else if (!action.IsRunnable)
                continue;
            else if (action.Task == Tasks.Start)
                Once(notice.Start, at);
            else if (action.Task == Tasks.Promote)
                Once(notice.Promote, at);
            else if (action.Task == Tasks.Demote)
                Once(notice.Demote, at);
        }
    }

    private static void Once(List<(PlanResource, PlanNode?)> list, (PlanResource, PlanNode?) entry)
    {
        if (!list.Contains(entry))
            list.Add(entry);
    }

    private static void Send(World world, PlanResource clone, Notice notice)
    {
        Dictionary<string, string> facts = NotificationFacts.Of(world, clone, notice);
        foreach (PlanResource each in World.Walk(clone))
        {
            if (each.IsPrimitive)
                SendTo(world, each, notice, facts);
        }
    }

    private static void Fill(PlanAction action, Dictionary<string, string> facts)
    {
        foreach ((string name, string value) in facts)
            action.SetMeta(name, value);
    }

    private static void SendTo(World world, PlanResource resource, Notice notice, Dictionary<string, string> facts)
    {
        foreach (PlanAction action in resource.Actions)
        {
            if (!action.IsOptional && action.Node is not null
                && action.Task is Tasks.Start or Tasks.Stop or Tasks.Promote or Tasks.Demote)
                Fill(action, facts);
        }

        bool needed = notice.Task switch
        {
            Tasks.Start => notice.Start.Count > 0,
            Tasks.Promote => notice.Promote.Count > 0,
            Tasks.Demote => notice.Demote.Count > 0,
            _ => true,
        };
        if (!needed)
            return;
        if (notice.Task is Tasks.Stop or Tasks.Demote)
            TellGoing(world, resource, notice, facts);
        else
            TellComing(world, resource, notice, facts);
    }

    // An instance that stops can be notified before, but not after.
    private static void TellGoing(World world, PlanResource resource, Notice notice, Dictionary<string, string> facts)
    {
        if (resource.Role is ResourceRole.Stopped or ResourceRole.Unknown)
            return;
        PlanAction? stop = ActionFlags.First(resource, Tasks.Stop, null);
        foreach (PlanNode node in resource.Running)
        {
            if (stop is not null && stop.Is(Act.Pseudo) && (node.Unclean || node.RemoteRequiresReset))
                continue;
            Tell(world, resource, node, notice.Pre, notice.PreDone, facts);
            if (notice.Task == Tasks.Demote || stop is null || stop.IsOptional)
                TellAfter(world, resource, node, notice, facts);
        }
    }

    // An instance that starts can be notified after, but not before.
    private static void TellComing(World world, PlanResource resource, Notice notice, Dictionary<string, string> facts)
    {
        if (resource.NextRole == ResourceRole.Stopped || resource.Assigned is not { } next)
            return;
        PlanAction? start = ActionFlags.First(resource, Tasks.Start, null);
        // An instance that would have to start again but can't won't be there to be notified.
        if (start is { IsOptional: false, IsRunnable: false })
            return;
        if (notice.Task == Tasks.Promote || start is null || start.IsOptional)
            Tell(world, resource, next, notice.Pre, notice.PreDone, facts);
        TellAfter(world, resource, next, notice, facts);
    }

    private static void TellAfter(
        World world, PlanResource resource, PlanNode node, Notice notice, Dictionary<string, string> facts)
    {
        PlanAction? told = Tell(world, resource, node, notice.Post, notice.PostDone, facts);
        if (told is null)
            return;
        told.Priority = Scores.Infinity;
        foreach (PlanAction monitor in resource.Actions)
        {
            if (monitor.IntervalMs > 0 && monitor.Task != Tasks.Cancel)
                EdgeAdder.Add(notice.PostDone!, monitor, Relation.Ordered, "notifications");
        }
    }

    private static PlanAction? Tell(
        World world, PlanResource resource, PlanNode node, PlanAction? point, PlanAction? done,
        Dictionary<string, string> facts)
    {
        if (point is null || done is null || !node.Online || !point.IsRunnable)
            return null;
        string type = point.MetaValue("notify_type")!;
        string operation = point.MetaValue("notify_operation")!;
        PlanAction notify = ActionFactory.Resource(
            world, resource, Tasks.NotifyKey(resource.Id, type, operation), Tasks.Notify, node, point.IsOptional);
        // An instance that was notified of a fencing isn't notified again of the stops that it implies.
        if (notify.Meta is null)
        {
            foreach ((string name, string value) in point.Meta!)
                notify.SetMeta(name, value);
            Fill(notify, facts);
        }

        EdgeAdder.Add(point, notify, Relation.Ordered, "notifications");
        EdgeAdder.Add(notify, done, Relation.Ordered, "notifications");
        return notify;
    }

    /// <summary>The others learn of a fenced instance's stop as soon as the fencing is done.</summary>
    public static void AfterFencing(World world, PlanResource resource, PlanAction fencing)
    {
        PlanResource clone = resource.TopBelowBundle;
        // This notification is about this instance's own stop; the clone notifies of the others' stops.
        Notice? notice = Make(world, resource, Tasks.Stop, null, fencing);
        if (notice is null)
            return;
        foreach (PlanResource each in World.Walk(clone))
        {
            if (each.IsPrimitive)
                Collect(each, notice, activity: false);
        }

        notice.Stop.Add((resource, fencing.Node));
        Send(world, clone, notice);
    }
}

/// <summary>The lists of instances and nodes that a notification carries.</summary>
internal static class NotificationFacts
{
    public static Dictionary<string, string> Of(World world, PlanResource clone, Notice notice)
    {
        var facts = new Dictionary<string, string>(StringComparer.Ordinal);
        void Both(string kind, List<(PlanResource Resource, PlanNode? Node)> list)
        {
            facts[$"notify_{kind}_resource"] = Names(list.Select(e => e.Resource.Id));
            facts[$"notify_{kind}_uname"] = Names(list.Where(e => e.Node is not null).Select(e => e.Node!.Name));
        }

        Both(Tasks.Stop, notice.Stop);
        Both(Tasks.Start, notice.Start);
        Both(Tasks.Demote, notice.Demote);
        Both(Tasks.Promote, notice.Promote);
        Both("active", notice.Active);
        Both("promoted", notice.Promoted);
        Both("master", notice.Promoted);
        Both("unpromoted", notice.Unpromoted);
        Both("slave", notice.Unpromoted);
        facts["notify_inactive_resource"] = Names(notice.Inactive.Select(e => e.Resource.Id));
        facts["notify_available_uname"] = Names(world.Nodes
            .Where(n => clone.Allowed.Has(n.Index)).Select(n => n.Name));
        facts["notify_all_uname"] = Names(world.Nodes.Select(n => n.Name));
        return facts;
    }

    private static string Names(IEnumerable<string> names)
    {
        string joined = string.Join(' ', names.Order(StringComparer.Ordinal));
        return joined.Length == 0 ? " " : joined;
    }
}
