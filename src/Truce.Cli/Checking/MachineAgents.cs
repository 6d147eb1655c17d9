using System.Collections.Immutable;
using Truce.Agents.Bench;
using Truce.Agents.Describing;
using Truce.Agents.Finding;
using Truce.Agents.Processes;
using Truce.Analysis.Findings;
using Truce.Analysis.Findings.Rules;
using Truce.Model;

namespace Truce.Cli.Checking;

/// <summary>
/// The agents of this machine that a configuration names, each asked once what it is. Only programs that
/// stand where agents stand are run, with their action for that alone.
/// </summary>
internal sealed class MachineAgents : IKnownAgents
{
    /// <summary>Agents asked for one configuration; the rest is only looked for.</summary>
    private const int AskedMax = 64;

    private const int AtOnce = 4;

    private readonly AgentCatalog _catalog;
    private readonly Dictionary<AgentName, AgentFacts?> _facts = [];
    private readonly bool _anyOcf;
    private readonly bool _anyFence;

    private MachineAgents(AgentSettings settings)
    {
        _catalog = new AgentCatalog(settings);
        _anyOcf = _catalog.Providers().Length > 0;
        _anyFence = settings.FenceDirectories.Any(d => Directory.Exists(d) && Directory.EnumerateFiles(d, "fence_*").Any());
    }

    /// <summary>Asks the agents that a configuration names.</summary>
    public static async Task<MachineAgents> AskAsync(Cib cib, AgentSettings settings, CancellationToken cancel)
    {
        MachineAgents agents = new(settings);
        using ProcessSpawner spawner = new(new ProcessSpawnerOptions());
        AgentDescriber describer = new(spawner, settings);
        AgentName[] named =
        [
            .. new RuleInput(cib).Primitives.Select(p => p.Effective.Agent).OfType<AgentName>().Distinct()
                .Where(a => a.Class is AgentName.Ocf or AgentName.Stonith
                    && agents.Presence(a) == AgentPresence.Installed).Take(AskedMax),
        ];
        foreach (AgentName[] some in named.Chunk(AtOnce))
        {
            AgentDescription[] described = await Task.WhenAll(
                some.Select(a => describer.DescribeAsync(a, cancel))).ConfigureAwait(false);
            foreach ((AgentName agent, AgentDescription description) in some.Zip(described))
                agents._facts[agent] = description.Metadata is { } metadata ? Facts(metadata) : null;
        }

        return agents;
    }

    /// <summary>What tests found of the agents that a configuration names, as far as that was kept
    /// here.</summary>
    public static IReadOnlyDictionary<AgentName, TestedAgent> Tested(Cib cib, AgentSettings settings) =>
        KeptTests.Of(settings, new RuleInput(cib).Primitives.Select(p => p.Effective.Agent)
            .OfType<AgentName>().Where(ImpossibleAgentName.IsPossible))
            .ToDictionary(k => k.Key, k => new TestedAgent(
                [.. k.Value.StopBroken], TimeSpan.FromMilliseconds(k.Value.LongestStopMs))
            {
                UsualMs = k.Value.UsualMs?.ToImmutableDictionary() ?? ImmutableDictionary<string, long>.Empty,
            });

    public AgentFacts? Describe(AgentName agent) => _facts.GetValueOrDefault(agent);

    public AgentPresence Presence(AgentName agent)
    {
        bool looks = agent.Class switch
        {
            AgentName.Ocf => _anyOcf,
            AgentName.Stonith => _anyFence,
            _ => false,
        };
        if (!looks || !ImpossibleAgentName.IsPossible(agent))
            return AgentPresence.Unknown;
        return _catalog.Locate(agent) is AgentPlace.Program ? AgentPresence.Installed : AgentPresence.Absent;
    }

    private static AgentParameterFacts Parameter(AgentParameter p) =>
        new(p.Name, p.MustBeGiven)
        {
            IsDeprecated = p.IsDeprecated,
            ReplacedBy = p.ReplacedBy,
            UniqueGroup = p.UniqueGroup,
        };

    private static AgentFacts Facts(AgentMetadata metadata) => new(
        [.. metadata.Parameters.Select(Parameter)],
        [.. metadata.Actions.Select(a => new AgentActionFacts(a.Name, a.Timeout))]);
}
