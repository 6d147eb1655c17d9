using System.Collections.Immutable;
using Truce.Agents.Bench;
using Truce.Agents.Finding;
using Truce.Analysis.Findings;
using Truce.Analysis.Findings.Rules;
using Truce.Daemon.Configuration;
using Truce.Daemon.Roles;
using Truce.Model;

namespace Truce.Daemon.Judging;

/// <summary>Which of a configuration's agents the nodes have: this one by looking, the
/// others by what they say.</summary>
internal static class KnownAgents
{
    private static readonly HashSet<string> s_looked =
        [AgentName.Ocf, AgentName.Stonith, AgentName.Lsb, AgentName.Service];

    /// <summary>The classes whose agents nodes report to each other: files in known folders.</summary>
    private static readonly HashSet<string> s_told = [AgentName.Ocf, AgentName.Stonith, AgentName.Lsb];

    /// <summary>What is missing, and where. Agents that other nodes have
    /// run count as present there.</summary>
    public static OfferedAgents Look(
        Model.Configuration configuration, DaemonConfiguration daemon, Cib? present, JudgeInput input)
    {
        AgentCatalog catalog = new(AgentRole.Settings(daemon));
        Dictionary<NodeId, HashSet<string>> others = input.Offers.ToDictionary(
            o => new NodeId(o.Key), o => o.Value.ToHashSet(StringComparer.Ordinal));
        Dictionary<AgentName, EquatableArray<NodeId>> missing = [];
        foreach (AgentName agent in new RuleInput(Cib.Empty with { Configuration = configuration }).Primitives
            .Select(p => p.Effective.Agent).OfType<AgentName>().Distinct()
            .Where(a => s_looked.Contains(a.Class) && ImpossibleAgentName.IsPossible(a)))
        {
            NodeId[] lacking =
            [
                .. IsMissing(catalog, agent) ? [daemon.Node] : Array.Empty<NodeId>(),
                .. others.Where(o => IsTold(agent) && !o.Value.Contains(agent.ToString())).Select(o => o.Key),
            ];
            if (lacking.Length > 0)
                missing[agent] = lacking.Order().ToEquatableArray();
        }

        return new OfferedAgents(missing, [daemon.Node, .. others.Keys])
        {
            Others = input.Others,
            HereOnly = [.. missing.Keys.Where(a => !IsTold(a))],
            RunElsewhere = [.. present is null ? [] : Run(present, daemon.Node)],
        };
    }

    /// <summary>What tests on this node found of the agents that a configuration names.</summary>
    public static IReadOnlyDictionary<AgentName, TestedAgent> Tested(Cib cib, DaemonConfiguration daemon) =>
        KeptTests.Of(AgentRole.Settings(daemon), new RuleInput(cib).Primitives.Select(p => p.Effective.Agent)
            .OfType<AgentName>().Where(ImpossibleAgentName.IsPossible))
            .ToDictionary(k => k.Key, k => new TestedAgent(
                [.. k.Value.StopBroken], TimeSpan.FromMilliseconds(k.Value.LongestStopMs))
            {
                UsualMs = k.Value.UsualMs?.ToImmutableDictionary() ?? ImmutableDictionary<string, long>.Empty,
            });

    /// <summary>The agents that this node reports to the others.</summary>
    public static EquatableArray<string> Told(DaemonConfiguration daemon) =>
        new AgentCatalog(AgentRole.Settings(daemon)).List().Where(a => s_told.Contains(a.Class))
            .Select(a => a.ToString()).ToEquatableArray();

    private static bool IsMissing(AgentCatalog catalog, AgentName agent) =>
        catalog.Locate(agent) is AgentPlace.Missing;

    // An init script may be named by its path, wherever that is.
    private static bool IsTold(AgentName agent) => s_told.Contains(agent.Class) && agent.Type[0] != '/';

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
