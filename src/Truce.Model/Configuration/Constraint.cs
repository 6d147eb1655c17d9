using Truce.Model.Rules;

namespace Truce.Model;

/// <summary>
/// A preference or rule on where, with what and when resources run. A <see cref="ResourceId"/> in a
/// constraint may also name a template or a tag: then it stands for all their resources.
/// </summary>
public abstract record Constraint
{
    private Constraint(string id) => Id = id;

    /// <summary>Its id, unique in the configuration.</summary>
    public string Id { get; init; }

    /// <summary>The resource sets, where the constraint is about sets.</summary>
    public EquatableArray<ResourceSet> Sets { get; init; }

    /// <summary>
    /// Rules of the older element <c>lifetime</c>: the constraint holds only while one of them is true.
    /// </summary>
    public EquatableArray<Rule> Lifetime { get; init; }

    /// <summary>Where resources may run (<c>rsc_location</c>).</summary>
    public sealed record Location(string Id) : Constraint(Id)
    {
        /// <summary>The resource; null if a pattern or sets say it.</summary>
        public ResourceId? Resource { get; init; }

        /// <summary>
        /// Resources by extended regular expression; a leading <c>!</c> means those that don't match.
        /// </summary>
        public string? ResourcePattern { get; init; }

        /// <summary>The role that the score is for; null for any.</summary>
        public Role? Role { get; init; }

        /// <summary>The node; null if rules say it.</summary>
        public NodeId? Node { get; init; }

        /// <summary>The score on <see cref="Node"/>.</summary>
        public Score? Score { get; init; }

        /// <summary>Rules with scores of their own.</summary>
        public EquatableArray<Rule> Rules { get; init; }

        /// <summary>Whether the node is probed for the resource; null means always.</summary>
        public ResourceDiscovery? Discovery { get; init; }
    }

    /// <summary>What runs together (<c>rsc_colocation</c>): a pair, or sets.</summary>
    public sealed record Colocation(string Id) : Constraint(Id)
    {
        /// <summary>The dependent resource, which follows; null with sets.</summary>
        public ResourceId? Resource { get; init; }

        /// <summary>The primary resource, which is followed; null with sets.</summary>
        public ResourceId? WithResource { get; init; }

        /// <summary>The role of the dependent.</summary>
        public Role? Role { get; init; }

        /// <summary>The role of the primary.</summary>
        public Role? WithRole { get; init; }

        /// <summary>
        /// How strong; not written counts as INFINITY unless sets have scores of their own.
        /// </summary>
        public Score? Score { get; init; }

        /// <summary>Together means an equal value of this node attribute, not the same node.</summary>
        public string? NodeAttribute { get; init; }

        /// <summary>
        /// Whether the dependent's preferences move the primary, as written:
        /// recorded clusters have wrong values.
        /// </summary>
        public string? InfluenceText { get; init; }

        /// <summary><see cref="InfluenceText"/> as a boolean; null if absent or not one.</summary>
        public bool? Influence => CibBoolean.Parse(InfluenceText);
    }

    /// <summary>What comes before what (<c>rsc_order</c>): a pair, or sets.</summary>
    public sealed record Ordering(string Id) : Constraint(Id)
    {
        /// <summary>The resource that comes first; null with sets.</summary>
        public ResourceId? First { get; init; }

        /// <summary>The resource that comes then; null with sets.</summary>
        public ResourceId? Then { get; init; }

        /// <summary>The first's action; null means start.</summary>
        public OrderAction? FirstAction { get; init; }

        /// <summary>The then's action; null means as the first's.</summary>
        public OrderAction? ThenAction { get; init; }

        /// <summary>How binding; null means mandatory unless <see cref="Score"/> says otherwise.</summary>
        public OrderKind? Kind { get; init; }

        /// <summary>The older form of <see cref="Kind"/>: 0 means optional.</summary>
        public Score? Score { get; init; }

        /// <summary>Whether the reverse holds for stopping; null means the default of the kind.</summary>
        public bool? Symmetrical { get; init; }

        /// <summary>Whether all instances of a clone must be active first; null means yes.</summary>
        public bool? RequireAll { get; init; }
    }

    /// <summary>What needs a ticket of a multi-site cluster (<c>rsc_ticket</c>).</summary>
    public sealed record Ticket(string Id, TicketId TicketId) : Constraint(Id)
    {
        /// <summary>The resource; null with sets.</summary>
        public ResourceId? Resource { get; init; }

        /// <summary>The role that needs the ticket; null for any.</summary>
        public Role? Role { get; init; }

        /// <summary>What happens when the ticket is lost; null means the default of the role.</summary>
        public LossPolicy? LossPolicy { get; init; }
    }
}

/// <summary>The name of a ticket.</summary>
public readonly record struct TicketId(string Value) : IComparable<TicketId>
{
    /// <inheritdoc/>
    public int CompareTo(TicketId other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>
/// Resources in a constraint, or a reference (<see cref="IdRef"/>) to a set of another constraint.
/// </summary>
public sealed record ResourceSet
{
    /// <summary>The set's own id; null for a reference.</summary>
    public string? Id { get; init; }

    /// <summary>The id of the set that is meant; null unless this is a reference.</summary>
    public string? IdRef { get; init; }

    /// <summary>Whether members follow each other; null means yes.</summary>
    public bool? Sequential { get; init; }

    /// <summary>Whether all members must be active before the next set; null means yes.</summary>
    public bool? RequireAll { get; init; }

    /// <summary>How a colocated set is ordered; null means as a group.</summary>
    public SetOrdering? Ordering { get; init; }

    /// <summary>The action of an ordered set's members.</summary>
    public OrderAction? Action { get; init; }

    /// <summary>The role of the members.</summary>
    public Role? Role { get; init; }

    /// <summary>The set's own score.</summary>
    public Score? Score { get; init; }

    /// <summary>The set's own kind of order.</summary>
    public OrderKind? Kind { get; init; }

    /// <summary>The members, in the order of the document.</summary>
    public EquatableArray<ResourceId> Resources { get; init; }
}

/// <summary>Actions that orders refer to.</summary>
public enum OrderAction
{
    /// <summary>Start.</summary>
    Start,

    /// <summary>Promote.</summary>
    Promote,

    /// <summary>Demote.</summary>
    Demote,

    /// <summary>Stop.</summary>
    Stop,
}

/// <summary>How binding an order is.</summary>
public enum OrderKind
{
    /// <summary>Only if both happen in one transition.</summary>
    Optional,

    /// <summary>Then needs first.</summary>
    Mandatory,

    /// <summary>Never both at the same time.</summary>
    Serialize,
}

/// <summary>What becomes of resources whose ticket is lost.</summary>
public enum LossPolicy
{
    /// <summary>Stop them.</summary>
    Stop,

    /// <summary>Demote them.</summary>
    Demote,

    /// <summary>Fence the nodes they run on.</summary>
    Fence,

    /// <summary>Leave them alone.</summary>
    Freeze,
}

/// <summary>How members of a colocated set relate.</summary>
public enum SetOrdering
{
    /// <summary>As in a group: each with the one before it.</summary>
    Group,

    /// <summary>As listed: each with the one after it.</summary>
    Listed,
}

/// <summary>Whether a node is probed for a resource.</summary>
public enum ResourceDiscovery
{
    /// <summary>Probe.</summary>
    Always,

    /// <summary>Don't.</summary>
    Never,

    /// <summary>Probe here and nowhere else that isn't exclusive too.</summary>
    Exclusive,
}
