using Truce.Model;

namespace Truce.Analysis.Findings;

/// <summary>
/// One rule of the catalogue: finds one kind of thing in a configuration that will hurt one day. To add one,
/// write a class of its own, list it in <see cref="RuleCatalogue"/>, explain it in
/// docs/reference/findings.md, and add a case that it finds and a near twin that it doesn't
/// (CONTRIBUTING.md). Pure: the same input gives the same findings.
/// </summary>
public abstract class Rule
{
    /// <summary>What it finds.</summary>
    public abstract FindingKind Kind { get; }

    /// <summary>What it must know beyond the configuration; where that isn't known, it isn't asked.</summary>
    public virtual RuleNeed Need => RuleNeed.ConfigurationAlone;

    /// <summary>Looks at a whole configuration.</summary>
    public abstract IEnumerable<Sighting> Look(RuleInput input);
}

/// <summary>What a rule must know to say anything.</summary>
public enum RuleNeed
{
    /// <summary>Nothing but the file.</summary>
    ConfigurationAlone,

    /// <summary>What agents say of their parameters and actions, where they are installed.</summary>
    AgentMetadata,

    /// <summary>What tests of agents found, where they were kept.</summary>
    AgentTests,

    /// <summary>Which parameters agents refuse when they are asked.</summary>
    AgentValidation,

    /// <summary>Which agents each node of the live cluster offers.</summary>
    LiveCluster,

    /// <summary>At least one corosync.conf.</summary>
    Corosync,

    /// <summary>At least one file about sbd.</summary>
    Sbd,

    /// <summary>The scheduler. Asked last, and only where nothing has been refused yet.</summary>
    Planner,
}
