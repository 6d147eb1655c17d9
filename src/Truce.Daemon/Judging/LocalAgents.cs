using Truce.Agents.Finding;
using Truce.Analysis.Findings;
using Truce.Analysis.Findings.Rules;
using Truce.Daemon.Configuration;
using Truce.Daemon.Roles;
using Truce.Model;
using AgentName = Truce.Model.AgentName;
using PlacedName = Truce.Agents.Finding.AgentName;

namespace Truce.Daemon.Judging;

/// <summary>Which of a configuration's agents this node has.</summary>
internal static class LocalAgents
{
    private static readonly HashSet<string> s_looked = ["ocf", "stonith", "lsb", "service"];

    /// <summary>What is missing here. The others of <paramref name="others"/> aren't asked: they may have it.</summary>
    public static OfferedAgents Look(Model.Configuration configuration, DaemonConfiguration daemon, int others)
    {
        AgentCatalog catalog = new(AgentRole.Settings(daemon));
        Dictionary<AgentName, EquatableArray<NodeId>> missing = [];
        foreach (AgentName agent in new RuleInput(Cib.Empty with { Configuration = configuration }).Primitives
            .Select(p => p.Effective.Agent).OfType<AgentName>().Distinct())
        {
            if (s_looked.Contains(agent.Class) && ImpossibleAgentName.IsPossible(agent)
                && catalog.Locate(new PlacedName(agent.Class, agent.Provider, agent.Type)) is AgentPlace.Missing)
                missing[agent] = [daemon.Node];
        }

        // Whether the others have it isn't known: with others there, a lack is never one of all.
        EquatableArray<NodeId> answered = others > 0 ? [daemon.Node, new NodeId("")] : [daemon.Node];
        return new OfferedAgents(missing, answered);
    }
}
