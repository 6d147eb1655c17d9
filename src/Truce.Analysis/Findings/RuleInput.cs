using Truce.Model;

namespace Truce.Analysis.Findings;

/// <summary>What rules look at.</summary>
/// <param name="Cib">The configuration, read, with the status that came with it.</param>
public sealed record RuleInput(Cib Cib)
{
    /// <summary>The configuration's references, resolved.</summary>
    public ConfigurationIndex Index { get; } = new(Cib.Configuration);

    /// <summary>The configuration.</summary>
    public Configuration Configuration => Cib.Configuration;

    /// <summary>What is known of agents; null: nothing.</summary>
    public IKnownAgents? Agents { get; init; }

    /// <summary>Whether a rule of this need can be answered.</summary>
    public bool Knows(RuleNeed need) => need switch
    {
        RuleNeed.ConfigurationAlone => true,
        RuleNeed.AgentMetadata => Agents is not null,
        RuleNeed.LiveCluster => false,
    };
}
