using System.Collections.Immutable;

using Truce.Model;
using Truce.Scheduler;

namespace Truce.Analysis.Why;

/// <summary>In one clause, why a resource doesn't run or isn't touched.</summary>
internal sealed class Troubles
{
    private const int NodesMax = 3;

    private readonly Picture _picture;
    private readonly FailureWords _failures;
    private readonly Obstacles _obstacles;
    private readonly NodeWords _words;

    public Troubles(Picture picture, FailureWords failures, Obstacles obstacles, NodeWords words)
    {
        _words = words;
        _picture = picture;
        _failures = failures;
        _obstacles = obstacles;
        obstacles.Trouble = Of;
    }

    private static Clause StopAll { get; } =
        new("all resources are stopped (stop-all-resources)", "truce cluster start");

    /// <summary>Why nothing of it runs.</summary>
    public Clause Of(ResourceId id, ImmutableHashSet<ResourceId> asked)
    {
        Placement[] within = [.. _picture.Within(id)];
        Placement? first = within.FirstOrDefault(p => p.Node is null && IsPrimitive(p))
            ?? within.FirstOrDefault(p => _picture.Decided(p.Resource) is Decision.Resource { Blocked: true })
            ?? within.FirstOrDefault(IsPrimitive);
        return first is null ? new Clause("nothing is in it") : OfOne(first, asked);
    }

    /// <summary>Why an instance doesn't run.</summary>
    public Clause OfOne(Placement placement, ImmutableHashSet<ResourceId> asked)
    {
        ResourceState? state = _picture.State(placement.Resource);
        if (state is not null && Disabled(state) is { } disabled)
            return disabled;
        if (_picture.Plan.Current.Options.StopAllResources)
            return StopAll;
        if (!placement.Managed)
            return LeftAlone(placement, state);
        if (placement.Node is null)
            return Nowhere(placement, state, asked);
        return _picture.Decided(placement.Resource) is Decision.Resource { Cause: { } cause } decision
            ? Caused(placement, cause, decision, asked) : Blocked(placement);
    }

    /// <summary>Why nothing is done to what isn't managed.</summary>
    public Clause LeftAlone(Placement placement, ResourceState? state)
    {
        string id = InstanceNames.Configured(placement.Resource.Value);
        if (_picture.Options.Blocks.FirstOrDefault(
            b => InstanceNames.IsOf(placement.Resource.Value, b.Resource.Value)) is { } block)
            return new Clause(block.Reason);
        ResourceMarks marks = state?.Marks ?? ResourceMarks.None;
        if (marks.HasFlag(ResourceMarks.Blocked))
            return BlockedByFailure(placement, state, id);
        if (_picture.Plan.Current.Options.MaintenanceMode)
            return new Clause("the cluster is in maintenance", "truce cluster maintenance off");
        if (state?.ActiveOn.Select(_picture.Node).FirstOrDefault(n => n is { Maintenance: true }) is { } node)
            return new Clause($"{node.Name} is in maintenance", $"truce node ready {node.Name}");
        if (marks.HasFlag(ResourceMarks.Maintenance))
            return new Clause("it is in maintenance (its maintenance meta attribute)",
                $"truce resource meta {id} maintenance=false");
        return marks.HasFlag(ResourceMarks.Managed) && _picture.Plan.Current.Options.FencingEnabled
            ? new Clause(
                "fencing is on and there is no fence device, so nothing is touched",
                "create a fence device, or truce option set stonith-enabled=false")
            : new Clause("it isn't managed", $"truce resource manage {id}");
    }

    /// <summary>Who disabled it; null: nobody.</summary>
    public Clause? Disabled(ResourceState state)
    {
        if (!state.Marks.HasFlag(ResourceMarks.Disabled))
            return null;
        for (ResourceId? id = state.ConfigId; id is { } at; id = _picture.Index.Parent(at)?.Id)
        {
            if (_picture.Index.Resource(at) is not { } configured || !NamesRole(configured))
                continue;
            return new Clause(at == state.ConfigId ? "it is disabled"
                : $"{at}, which it is part of, is disabled",
                $"truce resource enable {at}");
        }

        return new Clause("the defaults of all resources say target-role=Stopped",
            $"truce resource enable {state.ConfigId}");
    }

    private static bool NamesRole(Resource resource) => resource.MetaAttributes
        .SelectMany(s => s.Pairs).Any(p => p.Name == "target-role" && p.Value is not null);

    private Clause BlockedByFailure(Placement placement, ResourceState? state, string id)
    {
        if (state is { ActiveOn.Length: > 1 } active)
        {
            return new Clause(
                $"it is active on {string.Join(" and ", active.ActiveOn)} at once, and nothing is done "
                    + $"before a person "
                + "has looked", $"stop all but one by hand, then truce resource cleanup {id}");
        }

        FailedOperation? failure = _failures.Find(placement.Resource, null, null);
        return failure is null
            ? new Clause("it is blocked: a person must look at it first", $"truce resource cleanup {id}")
            : new Clause(
                $"{_failures.Say(failure, $"on {failure.Node}")}, and nothing more is done before a person "
                    + $"has looked",
                $"truce resource cleanup {id}, once the cause is fixed");
    }

    private Clause Nowhere(Placement placement, ResourceState? state, ImmutableHashSet<ResourceId> asked)
    {
        if (placement.Nodes.IsEmpty)
            return new Clause("there is no node");
        if (_picture.Plan.Current.Options.StopAllResources)
            return StopAll;
        if (placement.Nowhere is { Other: { } other } nowhere)
            return WithoutPartner(placement, nowhere, other, asked);
        if (ToBeStopped(placement, state) is { } stopped)
            return stopped;
        (NodeId Node, Clause Clause)[] why =
        [
            .. placement.Nodes.SelectMany(
                n => _obstacles.On(placement, n, asked.Add(placement.Resource)).Take(1).Select(c =>
                    (n.Node, c))),
        ];
        Clause[] different = [.. why.Select(w => w.Clause).DistinctBy(c => c.Text)];
        if (different.Length == 0)
            return new Clause("no node was chosen for it");
        if (different.Length == 1)
            return Everywhere(different[0], [.. why.Select(w => w.Node).Distinct()]);
        (NodeId[] Nodes, Clause Clause)[] alike =
        [
            .. why.GroupBy(w => w.Clause.Text)
                .Select(g => (g.Select(w => w.Node).ToArray(), g.First().Clause)),
        ];
        string rest = alike.Length > NodesMax
            ? $"; and {alike.Skip(NodesMax).Sum(a => a.Nodes.Length)} more" : "";
        return new Clause(
            "no node can run it: "
                + string.Join("; ", alike.Take(NodesMax).Select(a => OnNodes(a.Nodes, a.Clause))) + rest);
    }

    private Clause WithoutPartner(
        Placement placement, ScorePart nowhere, ResourceId other, ImmutableHashSet<ResourceId> asked)
    {
        string behind = !asked.Contains(other) && _picture.Places(other).IsEmpty
            ? $": {Of(other, asked.Add(other)).WithRemedy}" : "";
        if (nowhere.Rule != ScoreRule.Interleave)
        {
            return new Clause(
                $"{PartWords.ConstraintName(nowhere)} keeps it with {other}, no instance of which is where "
                    + $"it could be{behind}");
        }

        string order = OrderWords.Between(_picture, placement.Resource, other) is { } by ? $" ({by})" : "";
        return new Clause(
            $"it comes after {other}{order}, no instance of which is on a node where it could be{behind}");
    }

    // "There" has no meaning where it is said of several nodes.
    private static Clause Everywhere(Clause clause, NodeId[] nodes)
    {
        int there = clause.Text.IndexOf(" there", StringComparison.Ordinal);
        if (nodes.Length < 2 || there < 0)
            return clause;
        string places = nodes.Length > NodesMax ? $"all {nodes.Length} nodes" : Named(nodes);
        return clause with { Text =
            clause.Text.Remove(there, " there".Length).Insert(there, $" on {places}") };
    }

    // A clause that begins with the node names it already.
    private static string OnNodes(NodeId[] nodes, Clause clause) =>
        nodes.Any(n => clause.Text.StartsWith($"{n} ", StringComparison.Ordinal)) ? clause.Text
            : $"on {(nodes.Length > NodesMax ? $"{nodes.Length} nodes" : Named(nodes))}, {clause.Text}";

    private static string Named(NodeId[] nodes) => nodes.Length == 1
        ? nodes[0].Value : $"{string.Join(", ", nodes[..^1])} and {nodes[^1]}";

    // Without a target-role of its own, only a failure can ask for that.
    private Clause? ToBeStopped(Placement placement, ResourceState? state)
    {
        if (placement.Nodes.Any(n => n.Parts.All(p => p.Rule != ScoreRule.ToBeStopped)))
            return null;
        string id = InstanceNames.Configured((state?.ConfigId ?? placement.Resource).Value);
        if (placement.Nodes.Any(n => n.Parts.Any(p => p.Rule == ScoreRule.FailureStops)))
            return null;
        return _failures.Find(placement.Resource, null, null) is { } failure
            ? new Clause(
                $"{_failures.Say(failure, $"on {failure.Node}")}, and it stays stopped for that",
                $"truce resource cleanup {id}, once the cause is fixed")
            : null;
    }

    /// <summary>The cause of a decision.</summary>
    public Clause Caused(
        Placement placement, DecisionCause cause, Decision.Resource decision,
            ImmutableHashSet<ResourceId> asked) =>
        cause.Kind switch
        {
            CauseKind.NoNode => Nowhere(placement, _picture.State(placement.Resource), asked),
            CauseKind.NoQuorum => new Clause("the cluster isn't quorate"),
            CauseKind.ActiveTwice => new Clause(
                $"it is active on "
                    + $"{string.Join(" and ", _picture.State(placement.Resource)?.ActiveOn ?? [])} at once"),
            CauseKind.Redefined => new Clause("its parameters or its agent were changed"),
            CauseKind.Colocation => new Clause(
                $"it must be with {cause.Resource}, which can't start{Behind(cause.Resource, asked)}"),
            CauseKind.Required => new Clause($"{Deed(cause)} first{Order(placement, cause)}"),
            CauseKind.CannotRun => new Clause(
                $"{Undoable(cause)}{Order(placement, cause)}{Behind(cause.Resource, asked)}"),
            CauseKind.CannotMigrate => new Clause($"{Deed(cause)} too, so it can't migrate alive"),
            CauseKind.NeverComes => new Clause(
                $"{cause.Resource} comes first{Order(placement, cause)}, and isn't going to be in the "
                    + $"state asked for"
                + Behind(cause.Resource, asked)),
            CauseKind.Said => new Clause(decision.Reason ?? "its node is fenced"),
        };

    private Clause Blocked(Placement placement)
    {
        NodeId? node = placement.Node;
        Clause? there = placement.Nodes.Where(n => n.Node == node)
            .SelectMany(n => _obstacles.On(placement, n)).FirstOrDefault();
        if ((there ?? (node is { } at ? _words.Unavailable(at) : null)) is { } known)
            return known;
        if (_picture.Plan.Current.Options is { HasQuorum: false } options)
            return new Clause($"the cluster isn't quorate (no-quorum-policy={options.NoQuorumPolicy})");
        if (_picture.Plan.Current.Nodes.FirstOrDefault(n => n.Pending) is { } joining)
            return new Clause(
                $"whether it runs on {joining.Name} isn't known while {joining.Name} is still joining");
        if (_picture.State(placement.Resource)?.Marks.HasFlag(ResourceMarks.Blocked) == true)
            return LeftAlone(placement, _picture.State(placement.Resource));
        return _picture.Within(placement.Collective ?? placement.Resource).Any(p => p.Promotion.Length > 0)
            ? new Clause("nothing of it is to be promoted, or its start can't run")
            : new Clause("something that comes before it can't be done now");
    }

    private string Behind(ResourceId? other, ImmutableHashSet<ResourceId> asked) =>
        other is { } id && !asked.Contains(id) ? $": {Of(id, asked.Add(id)).WithRemedy}" : "";

    private static string Deed(DecisionCause cause) => (cause.Resource, cause.Task) switch
    {
        ({ } r, OperationNames.Start or "running") => $"{r} is started",
        ({ } r, OperationNames.Stop or "stopped") => $"{r} is stopped",
        ({ } r, OperationNames.Promote or "promoted") => $"{r} is promoted",
        ({ } r, OperationNames.Demote or "demoted") => $"{r} is demoted",
        ({ } r, OperationNames.MigrateTo or OperationNames.MigrateFrom) => $"{r} is migrated",
        ({ } r, var task) => $"{r} has its {task}",
        (null, "stonith") => "a node is fenced",
        (null, var task) => $"{task} is done",
    };

    private static string Undoable(DecisionCause cause) => (cause.Resource, cause.Task) switch
    {
        ({ } r, OperationNames.Start or "running") => $"{r} can't be started",
        ({ } r, OperationNames.Stop or "stopped") => $"{r} can't be stopped",
        ({ } r, OperationNames.Promote or "promoted") => $"{r} can't be promoted",
        ({ } r, OperationNames.Demote or "demoted") => $"{r} can't be demoted",
        ({ } r, OperationNames.MigrateTo or OperationNames.MigrateFrom) => $"{r} can't be migrated",
        ({ } r, var task) => $"{r} can't have its {task}",
        (null, "stonith") => "a node that must be fenced first can't be",
        (null, var task) => $"{task} can't be done",
    };

    private string Order(Placement placement, DecisionCause cause) =>
        cause.Resource is { } other && OrderWords.Between(_picture, placement.Resource, other) is { } by
            ? $" ({by})" : "";

    private bool IsPrimitive(Placement placement) =>
        _picture.State(placement.Resource) is null or ResourceState.Primitive;
}
