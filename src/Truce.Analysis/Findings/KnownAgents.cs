using System.Collections.Immutable;
using Truce.Model;

namespace Truce.Analysis.Findings;

/// <summary>What is known of agents: from this machine, or from the nodes of a cluster.</summary>
public interface IKnownAgents
{
    /// <summary>What an agent says of itself; null where it isn't installed, or says
    /// nothing that can be read.</summary>
    AgentFacts? Describe(AgentName agent);

    /// <summary>Whether an agent is there. Asked only for names that can be file names.</summary>
    AgentPresence Presence(AgentName agent);
}

/// <summary>Whether an agent is where the rules look.</summary>
public enum AgentPresence
{
    /// <summary>It is there.</summary>
    Installed,

    /// <summary>It isn't.</summary>
    Absent,

    /// <summary>Unknown: this machine has no agents of its class at all.</summary>
    Unknown,
}

/// <summary>What an agent says of itself, as far as rules ask.</summary>
/// <param name="Parameters">The parameters that it knows.</param>
/// <param name="Actions">The actions that it offers, with the least timeouts that it asks for.</param>
public sealed record AgentFacts(ImmutableArray<AgentParameterFacts> Parameters,
    ImmutableArray<AgentActionFacts> Actions);

/// <summary>One parameter of an agent.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsRequired">Whether the agent can't do without it and has no default.</param>
public sealed record AgentParameterFacts(string Name, bool IsRequired)
{
    /// <summary>Whether it should no longer be used.</summary>
    public bool IsDeprecated { get; init; }

    /// <summary>What to use instead of it.</summary>
    public ImmutableArray<string> ReplacedBy { get; init; } = [];

    /// <summary>Parameters of one group must together differ between resources; null: they may be
    /// alike.</summary>
    public string? UniqueGroup { get; init; }
}

/// <summary>One action of an agent.</summary>
/// <param name="Name">Its name: <c>start</c>, <c>monitor</c>.</param>
/// <param name="Timeout">The timeout that it asks for; null if it doesn't say.</param>
public sealed record AgentActionFacts(string Name, TimeSpan? Timeout);

/// <summary>An agent's answer that it can't work with its parameters.</summary>
/// <param name="Code">What <c>validate-all</c> returned.</param>
/// <param name="Reason">What it said; may be empty.</param>
public sealed record RefusedParameters(int Code, string Reason);

/// <summary>What a test found of an agent's stop.</summary>
/// <param name="StopBroken">What condemns it, a sentence each; empty: nothing.</param>
/// <param name="LongestStop">The longest that was measured; zero: none was.</param>
public sealed record TestedAgent(ImmutableArray<string> StopBroken, TimeSpan LongestStop)
{
    /// <summary>The middle of what each action took, in milliseconds.</summary>
    public ImmutableDictionary<string, long> UsualMs { get; init; } = ImmutableDictionary<string, long>.Empty;
}
