using Truce.Analysis.Findings;
using Truce.Model;

namespace Truce.Analysis.Tests.Findings;

/// <summary>A machine, and a cluster of n1 and n2, with few agents.</summary>
internal sealed class FewAgents : IKnownAgents
{
    private static readonly NodeId s_one = new("n1");
    private static readonly NodeId s_two = new("n2");

    /// <summary>What the cluster lacks.</summary>
    public static OfferedAgents Offered { get; } = new(
        new Dictionary<AgentName, EquatableArray<NodeId>>
        {
            [new("ocf", "heartbeat", "Nowhere")] = [s_one, s_two],
            [new("ocf", "heartbeat", "NotOnTwo")] = [s_two],
        },
        [s_one, s_two]);

    public AgentFacts? Describe(AgentName agent) => agent.Type switch
    {
        "IPaddr2" => new(
            [new("ip", true) { UniqueGroup = "ip" }, new("cidr_netmask", false)],
            [new("start", TimeSpan.FromSeconds(20)), new("monitor", TimeSpan.FromSeconds(20))]),
        "Filesystem" => new([], [new("stop", TimeSpan.FromSeconds(60))]),
        "VirtualDomain" => new(
            [
                new("config", true), new("snapshot", false),
                new("old", false) { IsDeprecated = true, ReplacedBy = ["snapshot"] },
            ],
            [
                new("start", TimeSpan.FromSeconds(90)), new("stop", TimeSpan.FromSeconds(90)),
                new("monitor", TimeSpan.FromSeconds(30)), new("migrate_to", TimeSpan.FromSeconds(1200)),
                new("migrate_from", TimeSpan.FromSeconds(60)),
            ]),
        _ => null,
    };

    public AgentPresence Presence(AgentName agent) => agent.Type == "pgsqll"
        ? AgentPresence.Absent : AgentPresence.Installed;
}
