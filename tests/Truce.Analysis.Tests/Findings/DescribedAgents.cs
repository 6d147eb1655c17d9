using System.Globalization;
using Truce.Analysis.Findings;
using Truce.Model;

namespace Truce.Analysis.Tests.Findings;

/// <summary>The agents that real-life/agents.txt describes; of others nothing is known.</summary>
internal sealed class DescribedAgents : IKnownAgents
{
    private readonly Dictionary<AgentName, AgentFacts> _facts;

    public DescribedAgents(string file) => _facts = File.ReadLines(file).Select(Read).ToDictionary();

    public AgentFacts? Describe(AgentName agent) => _facts.GetValueOrDefault(agent);

    public AgentPresence Presence(AgentName agent) =>
        _facts.ContainsKey(agent) ? AgentPresence.Installed : AgentPresence.Unknown;

    // ocf:heartbeat:x | ip!@group nic old~new,newer | start=20 stop monitor=10
    private static (AgentName, AgentFacts) Read(string line)
    {
        string[] parts = line.Split('|', StringSplitOptions.TrimEntries);
        return (AgentName.TryParse(parts[0])!, new AgentFacts(
            [.. Words(parts[1]).Select(Parameter)],
            [.. Words(parts[2]).Select(w => w.Split('=')).Select(a => new AgentActionFacts(
                a[0], a.Length == 1 ? null : TimeSpan.FromSeconds(
                    double.Parse(a[1], CultureInfo.InvariantCulture))))]));
    }

    private static AgentParameterFacts Parameter(string word)
    {
        string[] deprecated = word.Split('~');
        string[] unique = deprecated[0].Split('@');
        return new AgentParameterFacts(unique[0].TrimEnd('!'), unique[0].EndsWith('!'))
        {
            UniqueGroup = unique.Length == 2 ? unique[1] : null,
            IsDeprecated = deprecated.Length == 2,
        };
    }

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
