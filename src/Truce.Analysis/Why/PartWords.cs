using System.Collections.Immutable;
using System.Globalization;

using Truce.Model;
using Truce.Scheduler;

namespace Truce.Analysis.Why;

/// <summary>One reason for a score in a sentence.</summary>
internal sealed class PartWords(Picture picture, FailureWords failures)
{
    /// <summary>Why the part keeps a resource off a node. What comes through another resource is told by
    /// <see cref="Obstacles"/>.</summary>
    public Clause Of(Placement placement, NodeId node, ScorePart part)
    {
        ResourceId resource = placement.Resource;
        return part.Rule switch
        {
            ScoreRule.Location => Location(part, resource, node),
            ScoreRule.NodeScore => new Clause(
                $"{node}'s own score in the configuration is {Scores.Text(part.Score)}"),
            ScoreRule.Health => new Clause(
                $"the health of {node} is {Health(node)} (node-health-strategy={part.Source})",
                $"mend what its #health attributes report (truce attr show {node})"),
            ScoreRule.Guard => new Clause(part.Source),
            ScoreRule.FailedStop or ScoreRule.HardError or ScoreRule.FailureLimit =>
                Failure(part, resource, node, here: node),
            ScoreRule.FatalError => Failure(part, resource, node, here: null),
            ScoreRule.FailureStops => OnFailStop(part, resource),
            ScoreRule.Removed => new Clause("it is no longer configured"),
            ScoreRule.ShutdownLock => new Clause(
                $"{part.Source} was shut down and keeps it for itself (shutdown-lock)",
                    $"start {part.Source} again"),
            ScoreRule.TicketMissing => Ticket(part, "isn't granted here", "grant"),
            ScoreRule.TicketStandby => Ticket(part, "is in standby", "activate"),
            ScoreRule.Utilization => new Clause(
                $"{node} hasn't enough capacity left for it and for what must be with it "
                    + $"(placement-strategy)",
                $"more capacity on {node}, or less utilization"),
            ScoreRule.ToBeStopped => new Clause("it is to be stopped"),
            ScoreRule.EnoughInstances =>
                new Clause($"{Whole(placement)} has as many instances as clone-max allows"),
            ScoreRule.NoRoomForInstance =>
                new Clause($"{node} has no room for another instance of {Whole(placement)}"),
            ScoreRule.NotNamed when part == Roots.OptIn => new Clause(
                $"no location constraint names {node} for it, and the cluster is opt-in "
                    + $"(symmetric-cluster=false)",
                $"truce constraint location {InstanceNames.Configured(resource.Value)} {node} --score 100"),
            ScoreRule.NotNamed => new Clause(
                $"its location constraints with exclusive discovery don't name {node}"),
            ScoreRule.Interleave =>
                new Clause($"no instance of {part.Other} is where it could come after it"),
            ScoreRule.NodeKind => new Clause($"{node} is {Kind(node)}, where such a resource can't run"),
            ScoreRule.InContainer =>
                new Clause($"it can only run inside {Name(part.Other) ?? "its container"}"),
            ScoreRule.ActiveTwice => new Clause(
                "it was active on several nodes, and multiple-active=stop_only keeps it stopped",
                $"truce resource cleanup {InstanceNames.Configured(resource.Value)}"),
            ScoreRule.NotManaged or ScoreRule.Stickiness => new Clause("it prefers to stay where it is"),
            ScoreRule.Promotion => new Clause("its promotion score there is negative"),
            ScoreRule.RoleAsked => new Clause("its target-role keeps it from being promoted"),
            ScoreRule.NodeUnavailable => new Clause($"{node} can't run it"),
            ScoreRule.Colocation => new Clause(Tied(part, node)),
            ScoreRule.Follower => new Clause($"{ConstraintName(part)} keeps {part.Other} with it"),
        };
    }

    private string Tied(ScorePart part, NodeId node)
    {
        if (part.Other is not { } other)
            return ConstraintName(part);
        ImmutableArray<NodeId> places = picture.Places(other);
        return places.Contains(node) ? $"{ConstraintName(part)} keeps it apart from {other}, which is there"
            : $"{ConstraintName(part)} keeps it with {other}, which {Where(places)}";
    }

    /// <summary>Where something is, after "which".</summary>
    public static string Where(ImmutableArray<NodeId> places) =>
        places.IsEmpty ? "runs nowhere" : $"is on {string.Join(" and ", places)}";

    /// <summary>A colocation as people know it.</summary>
    public static string ConstraintName(ScorePart part) => ConstraintName(part.Source);

    /// <summary>The same by its id.</summary>
    public static string ConstraintName(string source) => source switch
    {
        "group:internal_colocation" => "their group",
        ['#', ..] => "its container",
        var id => $"colocation {id}",
    };

    /// <summary>What draws a resource to a node; null where the rule tells nothing to people.</summary>
    public static string? Attraction(ScorePart part) => part.Rule switch
    {
        ScoreRule.Location when OperatorPlacement.IsId(part.Source) =>
            $"an operator moved it there ({part.Source})",
        ScoreRule.Location => $"location constraint {part.Source} ({Scores.Text(part.Score)})",
        ScoreRule.NodeScore => $"the node's own score ({Scores.Text(part.Score)})",
        ScoreRule.Stickiness => $"it stays where it is (resource-stickiness {Scores.Text(part.Score)})",
        ScoreRule.Colocation => $"{ConstraintName(part)} with {part.Other} ({Scores.Text(part.Score)})",
        ScoreRule.Follower => $"{part.Other} wants to be there with it, by {ConstraintName(part)}",
        ScoreRule.Promotion => $"its promotion score there ({Scores.Text(part.Score)})",
        ScoreRule.Health => $"the health of the node ({Scores.Text(part.Score)})",
        _ => null,
    };

    private Clause Location(ScorePart part, ResourceId resource, NodeId node)
    {
        OperatorPlacement? wish = OperatorPlacement.Of(picture.Cib.Configuration)
            .FirstOrDefault(p => p.ConstraintId == part.Source);
        if (wish is { Kind: OperatorPlacementKind.KeptOff })
            return new Clause(
                $"it is banned there{(wish.Until is { } until ? $" until {until}" : "")} ({part.Source})",
                $"truce resource clear {wish.Resource}");
        if (wish is not null)
            return new Clause(
                $"an operator moved it elsewhere ({part.Source})", $"truce resource clear {wish.Resource}");
        bool whole = part.Score <= -Scores.Infinity;
        return new Clause(
            $"location constraint {part.Source} {(whole ? "keeps it off" : $"gives {Scores.Text(
                part.Score)} for")} {node}",
            $"truce constraint delete {part.Source}");
    }

    private Clause Failure(ScorePart part, ResourceId resource, NodeId node, NodeId? here)
    {
        ResourceId failed = part.Other ?? resource;
        string subject = failed == resource
            || InstanceNames.Configured(failed.Value) == InstanceNames.Configured(resource.Value)
            ? "" : $"{failed}: ";
        string cure =
            $"truce resource cleanup {InstanceNames.Configured(failed.Value)}, once the cause is fixed";
        string counted = Counted(part, failed, node);
        if (failures.Find(failed, here, part.Source) is { } failure)
        {
            string place = here is null && failure.Node != node ? $"on {failure.Node}" : "there";
            string meaning = part.Rule == ScoreRule.FatalError ? ", an error that no node cures" : "";
            return new Clause($"{subject}{failures.Say(failure, place)}{meaning}{counted}", cure);
        }

        return new Clause($"{subject}an operation of it failed there{counted}", cure);
    }

    private string Counted(ScorePart part, ResourceId failed, NodeId node)
    {
        NodeFailures? count = part.Rule == ScoreRule.FailureLimit
            ? picture.State(failed)?.FailCounts.FirstOrDefault(f => f.Node == node) : null;
        return count is { Count: < Scores.Infinity }
            ? string.Create(
                CultureInfo.InvariantCulture,
                $", {count.Count} failures counted (migration-threshold {count.Threshold})")
            : "";
    }

    private Clause OnFailStop(ScorePart part, ResourceId resource)
    {
        ResourceId failed = part.Other ?? resource;
        string words = failures.Find(failed, null, part.Source) is { } failure
            ? failures.Say(failure, $"on {failure.Node}") : $"an operation of {failed} failed";
        return new Clause(
            $"{words}, and on-fail=stop keeps it stopped",
            $"truce resource cleanup {InstanceNames.Configured(failed.Value)}, once the cause is fixed");
    }

    private Clause Ticket(ScorePart part, string state, string verb)
    {
        Constraint.Ticket? constraint = picture.Cib.Configuration.Constraints.OfType<Constraint.Ticket>()
            .FirstOrDefault(c => c.Id == part.Source);
        string ticket = constraint?.TicketId.Value ?? part.Source;
        return new Clause(
            $"ticket {ticket} {state} (constraint {part.Source})", $"truce ticket {verb} {ticket}");
    }

    private string Health(NodeId node) => picture.Node(node)?.Health switch
    {
        NodeHealth.Red => "red",
        NodeHealth.Yellow => "yellow",
        NodeHealth.Green or null => "bad",
    };

    private string Kind(NodeId node) => picture.Node(node)?.Kind switch
    {
        NodeKind.Guest => "a guest",
        NodeKind.Remote => "a remote node",
        NodeKind.Cluster or null => "another kind of node",
    };

    private static string Whole(Placement placement) => placement.Collective?.Value
        ?? placement.Resource.Value;

    private static string? Name(ResourceId? id) => id?.Value;
}
