using System.Collections.Immutable;
using System.Globalization;

using Truce.Model;

namespace Truce.Scheduler.Engine;

/// <summary>Says what was read from the status, for people and for checkers.</summary>
internal static class StateBuilder
{
    public static ClusterState Build(World world)
    {
        var nodes = new List<PlanNode>(world.Nodes);
        nodes.Sort((a, b) => NodeNames.Compare(a.Name, b.Name));
        var counts = new Counts();
        foreach (PlanResource resource in world.Resources)
            counts.Add(resource);
        return new ClusterState(
            Switches(world.Settings),
            [.. nodes.Select(n => Node(n, world.Settings))],
            [.. world.Resources.Where(IsShown).Select(r => Resource(world, r))],
            [.. world.Failures],
            counts.Instances, counts.Disabled, counts.Blocked);
    }

    // A guest's connection is part of the guest: people look for the resource that contains it. What is no
    // longer configured is contained in nothing.
    private static bool IsShown(PlanResource resource) =>
        resource.RemoteNode is not { IsGuest: true } || resource.Has(Is.Removed);

    private sealed class Counts
    {
        public int Instances;
        public int Disabled;
        public int Blocked;

        public void Add(PlanResource resource)
        {
            foreach (PlanResource each in World.Walk(resource))
            {
                // What is gone from the configuration counts as long as it runs; an instance too many is of
                // its clone.
                if (!each.IsPrimitive
                    || each.Has(Is.Removed) && (each.Parent is not null || each.Running.Count == 0))
                    continue;
                Instances++;
                // What may not be promoted is held back as well.
                if (each.ConfiguredRole is ResourceRole.Stopped or ResourceRole.Unpromoted)
                    Disabled++;
                if (each.Has(Is.Blocked))
                    Blocked++;
            }
        }
    }

    private static ClusterSwitches Switches(ClusterSettings settings) => new(
        settings.HaveQuorum, settings.NoQuorum.ToString().ToLowerInvariant(), settings.FencingEnabled,
        settings.MaintenanceMode, settings.StopAllResources, settings.SymmetricCluster);

    private static NodeStatus Node(PlanNode node, ClusterSettings settings) => new(
        new NodeId(node.Name), node.Uuid, node.Kind, node.Online, node.Standby, node.StandbyOnFail, node.Maintenance,
        node.Unclean, node.Pending, node.Shutdown, node.Unseen, HealthRules.State(node, settings), node.Running.Count,
        node.Attributes.ToImmutableSortedDictionary(StringComparer.Ordinal),
        [.. node.Capacity.Select(c => KeyValuePair.Create(c.Key, c.Value.ToString(CultureInfo.InvariantCulture)))],
        node.IsGuest && node.Connection?.Container is { } container ? new ResourceId(container.Id) : null);

    private static string HistoryId(PlanResource resource) =>
        resource.Has(Is.Unique) || resource.InstanceNumber < 0 ? resource.Id : resource.ConfigId;

    private static ResourceState Resource(World world, PlanResource resource)
    {
        ResourceState state = resource.Kind switch
        {
            ResourceKind.Primitive => new ResourceState.Primitive
            {
                Id = new ResourceId(resource.Id),
                ConfigId = new ResourceId(resource.ConfigId),
                HistoryId = new ResourceId(HistoryId(resource)),
                Role = resource.Role == ResourceRole.Started && resource.TopBelowBundle.IsPromotable
                    ? ResourceRole.Unpromoted : resource.Role,
                TargetRole = resource.ConfiguredRole ?? ResourceRole.Unknown,
                ActiveOn = [.. resource.Running.Select(n => new NodeId(n.Name))],
                Marks = MarksOf(resource),
                Class = resource.Class,
                Provider = resource.Provider,
                Type = resource.Type,
            },
            ResourceKind.Group => new ResourceState.Group
            {
                Id = new ResourceId(resource.Id),
                ConfigId = new ResourceId(resource.ConfigId),
                HistoryId = new ResourceId(HistoryId(resource)),
                Role = RoleOf(resource),
                TargetRole = resource.ConfiguredRole ?? ResourceRole.Unknown,
                ActiveOn = [.. resource.Running.Select(n => new NodeId(n.Name))],
                Marks = MarksOf(resource),
                Members = [.. resource.Children.Select(c => Resource(world, c))],
            },
            ResourceKind.Clone => Clone(world, resource),
            ResourceKind.Bundle => Bundle(world, resource),
        };
        return state with
        {
            PendingOperation = resource.PendingTask,
            PendingNode = resource.PendingNode is { } at ? new NodeId(at.Name) : null,
            LockNode = resource.LockNode is { } holder ? new NodeId(holder.Name) : null,
            FailCounts = resource.IsPrimitive ? Failures(world, resource) : [],
            AllowedOn = resource.IsPrimitive ? [] : Allowed(world, resource),
        };
    }

    private static ResourceState.CloneSet Clone(World world, PlanResource clone) => new()
    {
        Id = new ResourceId(clone.Id),
        ConfigId = new ResourceId(clone.ConfigId),
        HistoryId = new ResourceId(clone.Id),
        Role = RoleOf(clone),
        TargetRole = clone.ConfiguredRole ?? ResourceRole.Unknown,
        ActiveOn = [.. clone.Running.Select(n => new NodeId(n.Name))],
        Marks = MarksOf(clone),
        Instances = [.. clone.Children.Select(c => Resource(world, c))],
        Cloned = clone.Clone!.Template!.Id,
        GloballyUnique = clone.Has(Is.Unique),
        Promotable = clone.Clone.Promotable,
        InstancesMax = clone.Clone.Max,
        PromotedMax = clone.Clone.PromotedMax,
    };

    private static ResourceState.Bundle Bundle(World world, PlanResource bundle) => new()
    {
        Id = new ResourceId(bundle.Id),
        ConfigId = new ResourceId(bundle.ConfigId),
        HistoryId = new ResourceId(bundle.Id),
        Role = RoleOf(bundle),
        TargetRole = bundle.ConfiguredRole ?? ResourceRole.Unknown,
        ActiveOn = [.. bundle.Running.Select(n => new NodeId(n.Name))],
        Marks = MarksOf(bundle),
        Replicas =
        [
            .. bundle.Bundle!.Replicas.Select(r => new BundleReplica(
                r.Number,
                r.Ip is null ? null : Resource(world, r.Ip),
                Resource(world, r.Container),
                r.Remote is null ? null : Resource(world, r.Remote),
                r.Child is null ? null : Resource(world, r.Child),
                r.Node is null ? null : new NodeId(r.Node.Name),
                r.Address)),
        ],
        Image = bundle.Bundle.Image,
        ContainerKind = bundle.Bundle.ContainerKind,
        GloballyUnique = bundle.Has(Is.Unique),
    };

    private static ResourceRole RoleOf(PlanResource resource)
    {
        ResourceRole best = ResourceRole.Unknown;
        foreach (PlanResource child in resource.Children)
        {
            ResourceRole role = child.IsPrimitive ? child.Role : RoleOf(child);
            if (role > best)
                best = role;
        }

        return best;
    }

    private static ResourceMarks MarksOf(PlanResource resource)
    {
        var marks = ResourceMarks.None;
        void Put(bool when, ResourceMarks mark)
        {
            if (when)
                marks |= mark;
        }

        Put(resource.Has(Is.Removed), ResourceMarks.Removed);
        Put(resource.Has(Is.Managed), ResourceMarks.Managed);
        Put(resource.Has(Is.Blocked), ResourceMarks.Blocked);
        Put(resource.Has(Is.Failed), ResourceMarks.Failed);
        Put(resource.Has(Is.FailureIgnored), ResourceMarks.FailureIgnored);
        Put(resource.ConfiguredRole == ResourceRole.Stopped, ResourceMarks.Disabled);
        Put(resource.ConfiguredRole == ResourceRole.Unpromoted, ResourceMarks.TargetUnpromoted);
        // A node's maintenance is shown for what runs there, not for what it is part of.
        Put(resource.Has(Is.Maintenance) || (resource.IsPrimitive && resource.Running.Exists(n => n.Maintenance)),
            ResourceMarks.Maintenance);
        Put(resource.Has(Is.Unique), ResourceMarks.Unique);
        Put(resource.Has(Is.StartPending), ResourceMarks.StartPending);
        return marks;
    }

    private static ImmutableArray<NodeFailures> Failures(World world, PlanResource resource)
    {
        ImmutableArray<NodeFailures>.Builder? found = null;
        foreach (PlanNode node in world.Nodes)
        {
            (int count, long last) = FailureCounts.Raw(world, resource, node);
            if (count > 0)
                (found ??= ImmutableArray.CreateBuilder<NodeFailures>())
                    .Add(new NodeFailures(new NodeId(node.Name), count, last > 0 ? last : null, resource.MigrationThreshold));
        }

        return found?.ToImmutable() ?? [];
    }

    // In an opt-in cluster nothing is allowed before the constraints are
    // read; where it was looked for is known.
    private static ImmutableArray<NodeId> Allowed(World world, PlanResource resource)
    {
        ImmutableArray<NodeId> allowed = Where(world, n => resource.Allowed.Has(n.Index));
        // A ban names its node.
        if (allowed.IsEmpty)
            allowed = Where(world, n => world.HistoryBans.Exists(
                b => ReferenceEquals(b.Resource, resource)
                    && (b.Node is null || ReferenceEquals(b.Node, n))));
        return allowed.IsEmpty
            ? Where(world, n => World.Walk(resource).Any(r => r.Known?.Contains(n.Index) == true))
            : allowed;
    }

    private static ImmutableArray<NodeId> Where(World world, Func<PlanNode, bool> holds) =>
        [.. world.Nodes.Where(holds).Select(n => new NodeId(n.Name))];
}

/// <summary>Orders names as status output does: numbers inside by their value.</summary>
internal static class NodeNames
{
    public static int Compare(string a, string b)
    {
        int i = 0;
        int j = 0;
        while (i < a.Length && j < b.Length)
        {
            if (char.IsAsciiDigit(a[i]) && char.IsAsciiDigit(b[j]))
            {
                (long x, int nextI) = Number(a, i);
                (long y, int nextJ) = Number(b, j);
                if (x != y)
                    return x.CompareTo(y);
                i = nextI;
                j = nextJ;
                continue;
            }

            int order = char.ToLowerInvariant(a[i]).CompareTo(char.ToLowerInvariant(b[j]));
            if (order != 0)
                return order;
            i++;
            j++;
        }

        return (a.Length - i).CompareTo(b.Length - j);
    }

    private static (long, int) Number(string text, int at)
    {
        long number = 0;
        while (at < text.Length && char.IsAsciiDigit(text[at]) && number < long.MaxValue / 100)
            number = (number * 10) + (text[at++] - '0');
        return (number, at);
    }
}
