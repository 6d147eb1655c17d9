using System.Collections.Immutable;
using Truce.Model;

namespace Truce.Analysis.Failover;

/// <summary>How long a resource is away for one cause, at worst and usually.</summary>
public sealed record FailoverBound
{
    /// <summary>The resource as configured.</summary>
    public required ResourceId Resource { get; init; }

    /// <summary>What happened.</summary>
    public required FailoverCause Cause { get; init; }

    /// <summary>Whether there is a bound at all.</summary>
    public required FailoverVerdict Verdict { get; init; }

    /// <summary>The addends, in the order in which they pass. Empty unless bounded.</summary>
    public ImmutableArray<FailoverTerm> Terms { get; init; } = [];

    /// <summary>What Truce itself may need on top: planning, committing and
    /// ordering, once for each plan.</summary>
    public long DecisionMs { get; init; }

    /// <summary>The node on which it ran; null where several equal ones are reported together.</summary>
    public NodeId? From { get; init; }

    /// <summary>Where it runs afterwards; null as <see cref="From"/>, or nowhere.</summary>
    public NodeId? To { get; init; }

    /// <summary>The worst case over time: what follows what, including steps off the critical path.</summary>
    public ImmutableArray<FailoverStep> Steps { get; init; } = [];

    /// <summary>Where it goes if it fails again and again, until it can't run any more.</summary>
    public FailoverChain? Chain { get; init; }

    /// <summary>What its owner wants; null: nothing, or the cause isn't covered.</summary>
    public FailoverObjective? Objective { get; init; }

    /// <summary>Recoveries that the cluster went through; null: none was measured.</summary>
    public MeasuredRecovery? Measured { get; init; }

    /// <summary>The sum at worst; null: there is no bound.</summary>
    public long? WorstMs => Verdict is FailoverVerdict.Unbounded ? null : Terms.Sum(t => t.WorstMs);

    /// <summary>The usual sum; null: there is no bound.</summary>
    public long? UsualMs => Verdict is FailoverVerdict.Unbounded ? null : Terms.Sum(t => t.UsualMs);

    /// <summary>The worst with Truce's own part: what promise L1 holds it to;
    /// null: there is no bound.</summary>
    public long? PromisedMs => WorstMs + DecisionMs;

    /// <summary>The largest addend; null: there is none.</summary>
    public FailoverTerm? Dominant => Terms.MaxBy(t => t.WorstMs);
}

/// <summary>Whether an outage ends within a bound.</summary>
public abstract record FailoverVerdict
{
    private FailoverVerdict() { }

    /// <summary>It does.</summary>
    public sealed record Bounded : FailoverVerdict;

    /// <summary>The cause doesn't interrupt the service.</summary>
    public sealed record Unaffected(string Why) : FailoverVerdict;

    /// <summary>Nothing says when it ends.</summary>
    public sealed record Unbounded(string Why) : FailoverVerdict;
}

/// <summary>One addend.</summary>
/// <param name="Name">What passes, such as <c>stop timeout</c>; with the
/// resource if it is another one's.</param>
/// <param name="Kind">What sort of time it is.</param>
/// <param name="WorstMs">At worst.</param>
/// <param name="UsualMs">Usually.</param>
/// <param name="Setting">What decides it, for people: <c>op stop of db, timeout</c>.</param>
/// <param name="Count">How often it passes; the times are those of all together.</param>
public sealed record FailoverTerm(
    string Name, FailoverTermKind Kind, long WorstMs, long UsualMs, string Setting, int Count = 1)
{
    /// <summary>The operation that takes that long; null: it is none of an agent's.</summary>
    public TimedOperation? Operation { get; init; }

    /// <summary>What the usual time rests on.</summary>
    public UsualBasis Basis { get; init; }

    /// <summary>How many runs were measured for that; 0 unless they were.</summary>
    public int Runs { get; init; }
}

/// <summary>An operation of a resource's agent.</summary>
public sealed record TimedOperation(ResourceId Resource, string Name);

/// <summary>What a usual time rests on.</summary>
public enum UsualBasis
{
    /// <summary>It follows from settings.</summary>
    Configured,

    /// <summary>A guess.</summary>
    Assumed,

    /// <summary>A test of the agent that was kept on this machine.</summary>
    Tested,

    /// <summary>The longest that a node remembers of the last run.</summary>
    Recorded,

    /// <summary>The middle of the runs that the cluster measured.</summary>
    Measured,
}

/// <summary>The sorts of addends.</summary>
public enum FailoverTermKind
{
    /// <summary>Between two looks of a monitor.</summary>
    MonitorInterval,

    /// <summary>A monitor's look itself.</summary>
    MonitorTimeout,

    /// <summary>Something is stopped or demoted.</summary>
    Stop,

    /// <summary>Something is started or promoted.</summary>
    Start,

    /// <summary>Something moves without being stopped.</summary>
    Migrate,

    /// <summary>Another operation of an agent.</summary>
    OtherOperation,

    /// <summary>The token's timeout, or consensus.</summary>
    Membership,

    /// <summary>The quorum device's answer.</summary>
    QuorumDevice,

    /// <summary>The patience with a role that went away.</summary>
    Patience,

    /// <summary>Fencing waits so that not both sides are shot.</summary>
    FenceDelay,

    /// <summary>A device fences.</summary>
    Fence,

    /// <summary>Others are served first.</summary>
    Queue,

    /// <summary>Other operations end first, before the cluster plans again.</summary>
    Wait,

    /// <summary>A fenced node comes back, and the rest is planned again.</summary>
    Return,
}

/// <summary>Something that takes time in the worst case.</summary>
/// <param name="Name">As the term's.</param>
/// <param name="Node">Where; null: nowhere in particular.</param>
/// <param name="BeginMs">After the failure.</param>
/// <param name="EndMs">After the failure.</param>
/// <param name="IsCritical">The recovery waits for it.</param>
public sealed record FailoverStep(string Name, NodeId? Node, long BeginMs, long EndMs, bool IsCritical);

/// <summary>What becomes of a resource that fails again each time it has recovered.</summary>
/// <param name="Nodes">Where it ran, in order; the first is where it failed first.</param>
/// <param name="WorstMs">All outages up to its end together, at worst.</param>
/// <param name="End">What comes after them, as a sentence.</param>
public sealed record FailoverChain(ImmutableArray<NodeId> Nodes, long WorstMs, string End);
