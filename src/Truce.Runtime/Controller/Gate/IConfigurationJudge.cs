using System.Collections.Immutable;
using Truce.Contracts;
using Truce.Control;
using Truce.Model;
using Truce.Ports;

namespace Truce.Runtime.Controller.Gate;

/// <summary>
/// Judges a proposed configuration (decision 0060). Called on a worker's thread; it may take seconds, and
/// must end within a time and memory of its own, whatever it is given.
/// </summary>
public interface IConfigurationJudge
{
    /// <summary>The verdict. Never throws for a bad configuration.</summary>
    GateVerdict Judge(GateQuestion question);
}

/// <summary>What is to be judged.</summary>
/// <param name="Text">The proposed configuration, as it came.</param>
/// <param name="Present">What a plan would be made from now: the configuration in force,
/// the status, all known nodes.</param>
/// <param name="Now">What time it is.</param>
/// <param name="Others">Members besides this node of whose agents nothing is known.</param>
public sealed record GateQuestion(string Text, Cib Present, DateTimeOffset Now, int Others)
{
    /// <summary>The agents of those members that have said what they have.</summary>
    public ImmutableSortedDictionary<NodeId, EquatableArray<string>> Offers { get; init; } =
        ImmutableSortedDictionary<NodeId, EquatableArray<string>>.Empty;

    /// <summary>Whose rights are judged first; null: the caller may do all, or changes nothing.</summary>
    public GateRights? Rights { get; init; }
}

/// <summary>Rights that depend on what is changed.</summary>
/// <param name="Caller">Whose.</param>
/// <param name="InForce">What the change would replace, with the ACLs that decide.</param>
/// <param name="At">What time the cluster has.</param>
public sealed record GateRights(Caller Caller, Cib InForce, DateTimeOffset? At);

/// <summary>What comes of judging.</summary>
public abstract record GateVerdict
{
    private GateVerdict() { }

    /// <summary>It may be committed; what there is to say all the same.</summary>
    public sealed record Passed(ImmutableArray<InputFinding> Findings) : GateVerdict;

    /// <summary>It may not; at least one finding is an error.</summary>
    public sealed record Condemned(ImmutableArray<InputFinding> Findings) : GateVerdict;

    /// <summary>The caller may not make this change; it wasn't tried.</summary>
    public sealed record Forbidden(string Reason) : GateVerdict;

    /// <summary>Unknown: the check exceeded its limits, or crashed.</summary>
    public sealed record Undecided(string Reason) : GateVerdict;
}

/// <summary>What the gate works with.</summary>
/// <param name="Worker">A thread of its own: a plan that is wanted doesn't wait for a judgement.</param>
/// <param name="Judge">Who judges on it.</param>
public sealed record GateMeans(IWorker Worker, IConfigurationJudge Judge);
