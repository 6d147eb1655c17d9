using Truce.Agents.Finding;
using Truce.Analysis.Findings;
using Truce.Analysis.Findings.Rules;
using Truce.Daemon.Configuration;
using Truce.Daemon.Roles;
using Truce.Model;

namespace Truce.Daemon.Judging;

/// <summary>Which of a configuration's agents this node has.</summary>
internal static class LocalAgents
{
    private static readonly HashSet<string> s_looked =
        [AgentName.Ocf, AgentName.Stonith, AgentName.Lsb, AgentName.Service];

    /// <summary>
    /// What is missing here. The other members aren't asked; what they have run tells what they have.
    /// </summary>
    public static OfferedAgents Look(
        Model.Configuration configuration, DaemonConfiguration daemon, Cib? present, int others)
    {
        AgentCatalog catalog = new(AgentRole.Settings(daemon));
        Dictionary<AgentName, EquatableArray<NodeId>> missing = [];
        foreach (AgentName agent in new RuleInput(Cib.Empty with { Configuration = configuration }).Primitives
            .Select(p => p.Effective.Agent).OfType<AgentName>().Distinct())
        {
            if (s_looked.Contains(agent.Class) && ImpossibleAgentName.IsPossible(agent)
                && catalog.Locate(agent) is AgentPlace.Missing)
                missing[agent] = [daemon.Node];
        }

        return new OfferedAgents(missing, [daemon.Node])
        {
            Others = others,
            RunElsewhere = [.. present is null ? [] : Run(present, daemon.Node)],
        };
    }

    private static IEnumerable<AgentName> Run(Cib present, NodeId here) =>
        from state in present.Status.NodeStates
        where state.Name != here
        from resource in state.History?.Resources ?? []
        where resource.Operations.Any(o => o.RcCode is 0 or 8)
        let agent = resource is { Class: { } name, Type: { } type }
            ? new AgentName(name, resource.Provider, type) : null
        where agent is not null
        select agent;
}
