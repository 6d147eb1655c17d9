using Truce.Model;

namespace Truce.Analysis.Checking;

/// <summary>Something about a plan that must not be. A plan without findings is
/// no proof that it is good.</summary>
public abstract record PlanFinding
{
    private PlanFinding() { }

    /// <summary>The finding as a sentence.</summary>
    public abstract string Describe();

    /// <summary>The graph can't be read, or refers to what isn't there.</summary>
    public sealed record Malformed(string What) : PlanFinding
    {
        /// <inheritdoc/>
        public override string Describe() => $"the graph is malformed: {What}";
    }

    /// <summary>Actions wait for each other, so that none of them ever runs.</summary>
    public sealed record Cycle(string Action) : PlanFinding
    {
        /// <inheritdoc/>
        public override string Describe() => $"{Action} waits for itself";
    }

    /// <summary>A resource that may run once would be started more than once.</summary>
    public sealed record StartedTwice(string Resource, NodeId One, NodeId Other) : PlanFinding
    {
        /// <inheritdoc/>
        public override string Describe() => $"{Resource} is started on {One} and on {Other}";
    }

    /// <summary>More instances of a clone would run than may.</summary>
    public sealed record TooManyInstances(ResourceId Of, int Count, int Allowed) : PlanFinding
    {
        /// <inheritdoc/>
        public override string Describe() => $"{Count} instances of {Of} are started, {Allowed} may run";
    }

    /// <summary>A resource is started while it is still active elsewhere.</summary>
    public sealed record StillActive(string Resource, NodeId Start, NodeId Active) : PlanFinding
    {
        /// <inheritdoc/>
        public override string Describe() =>
            $"{Resource} is started on {Start} without having been stopped on {Active} first";
    }

    /// <summary>A resource of a lost node is started before the node is fenced.</summary>
    public sealed record NotFenced(string Resource, NodeId Start, NodeId Lost) : PlanFinding
    {
        /// <inheritdoc/>
        public override string Describe() =>
            $"{Resource} is started on {Start}, but {Lost}, which is lost and ran it, isn't fenced first";
    }

    /// <summary>An action is sent to a node that can't execute it.</summary>
    public sealed record UnableNode(string Action, NodeId Node, string Why) : PlanFinding
    {
        /// <inheritdoc/>
        public override string Describe() => $"{Action} is sent to {Node}, which {Why}";
    }

    /// <summary>Two steps in the life of one resource come in the wrong order, or in none.</summary>
    public sealed record WrongOrder(string Earlier, string Later) : PlanFinding
    {
        /// <inheritdoc/>
        public override string Describe() => $"{Later} doesn't wait for {Earlier}";
    }

    /// <summary>A mandatory order isn't kept.</summary>
    public sealed record OrderBroken(string Constraint, string Earlier, string Later) : PlanFinding
    {
        /// <inheritdoc/>
        public override string Describe() => $"{Later} doesn't wait for {Earlier}, as {Constraint} requires";
    }

    /// <summary>A mandatory colocation isn't kept.</summary>
    public sealed record ColocationBroken(string Constraint, string Dependent, string Primary, NodeId Node) : PlanFinding
    {
        /// <inheritdoc/>
        public override string Describe() =>
            $"{Dependent} is started on {Node} against {Constraint}, which ties it to {Primary}";
    }

    /// <summary>A resource is started where it is banned.</summary>
    public sealed record Banned(string Constraint, string Resource, NodeId Node) : PlanFinding
    {
        /// <inheritdoc/>
        public override string Describe() => $"{Resource} is started on {Node}, where {Constraint} bans it";
    }

    /// <summary>Something is done without quorum that needs it.</summary>
    public sealed record WithoutQuorum(string Action, string Policy) : PlanFinding
    {
        /// <inheritdoc/>
        public override string Describe() => $"{Action} without quorum, with no-quorum-policy={Policy}";
    }

    /// <summary>A resource is started or stopped that the cluster isn't to touch.</summary>
    public sealed record Unmanaged(string Action) : PlanFinding
    {
        /// <inheritdoc/>
        public override string Describe() => $"{Action}, but the resource isn't managed";
    }

    /// <summary>A resource is started or promoted although its target role says otherwise.</summary>
    public sealed record AgainstTarget(string Action, string TargetRole) : PlanFinding
    {
        /// <inheritdoc/>
        public override string Describe() => $"{Action}, but target-role is {TargetRole}";
    }

    /// <summary>More instances would be promoted than may be.</summary>
    public sealed record TooManyPromoted(ResourceId Of, int Count, int Allowed) : PlanFinding
    {
        /// <inheritdoc/>
        public override string Describe() => $"{Count} instances of {Of} are promoted, {Allowed} may be";
    }

    /// <summary>The two halves of a live migration don't agree on its way.</summary>
    public sealed record Astray(string Action, string Other) : PlanFinding
    {
        /// <inheritdoc/>
        public override string Describe() => $"{Action} is about another path than {Other}";
    }

    /// <summary>A node would be shot more than once.</summary>
    public sealed record FencedTwice(NodeId Node) : PlanFinding
    {
        /// <inheritdoc/>
        public override string Describe() => $"{Node} is fenced more than once";
    }

    /// <summary>A resource is started or promoted whose ticket isn't here.</summary>
    public sealed record WithoutTicket(string Action, string Constraint, TicketId Ticket) : PlanFinding
    {
        /// <inheritdoc/>
        public override string Describe() => $"{Action}, but the ticket {Ticket} isn't held, as {Constraint} requires";
    }
}
