using Truce.Analysis.Findings;
using Truce.Model;
using Truce.Model.Corosync;
using Truce.Model.Fencing;
using Truce.Model.Xml;
using Truce.Scheduler;

namespace Truce.Analysis.Tests.Findings;

/// <summary>Configurations to be judged.</summary>
internal static class Given
{
    private static readonly Dictionary<AgentName, TestedAgent> s_tested = new()
    {
        [AgentName.TryParse("ocf:mine:Trusted")!] = new([], TimeSpan.FromSeconds(8)),
        [AgentName.TryParse("ocf:mine:Untrusted")!] =
            new(["stop-never-started: stop returned 1", "stop-touches-stopped: df asks"], TimeSpan.Zero),
    };

    private static readonly Dictionary<ResourceId, RefusedParameters> s_refused = new()
    {
        [new("refused")] = new(6, "no such device"),
    };

    /// <summary>Judges a whole document.</summary>
    public static Judgement Judged(string xml, CorosyncFile[]? corosync = null, SbdFile[]? sbd = null)
    {
        CibReadResult read = CibReader.Parse(xml, "cib.xml");
        if (read is not CibReadResult.Accepted accepted)
            throw new InvalidOperationException($"refused: {string.Join('\n', read.Findings)}");
        RuleInput input = new(accepted.Cib)
        {
            Agents = new FewAgents(), Tested = s_tested, Refused = s_refused, Trial = Trial(accepted.Cib),
            Corosync = [.. corosync ?? []], Sbd = [.. sbd ?? []],
        };
        return Judge.Look(input, xml, "cib.xml", accepted.Findings);
    }

    /// <summary>As a cluster of n1 and n2 would judge it.</summary>
    public static Judgement JudgedLive(string xml)
    {
        CibReadResult.Accepted accepted = (CibReadResult.Accepted)CibReader.Parse(xml, "cib.xml");
        RuleInput input = new(accepted.Cib) { Live = FewAgents.Offered, Trial = Trial(accepted.Cib) };
        return Judge.Look(input, xml, "cib.xml", accepted.Findings);
    }

    // Before there was nothing; one name makes the planner fail, as no configuration that we know of does.
    private static Trial Trial(Cib cib) => new(cib, DateTimeOffset.UnixEpoch.AddYears(53), Plan)
    {
        Before = cib with { Configuration = cib.Configuration with { Resources = [], Constraints = [] } },
    };

    private static Plan Plan(Cib cib, PlanOptions options) =>
        ClusterOptions.From(cib.Configuration, null).Text("cluster-name") == "unplannable"
            ? throw new InvariantException("a defect of the planner")
            : Planner.Plan(cib, options);

    /// <summary>A document of these cluster options and resources.</summary>
    public static string Cib(string options, string resources = "") => $"""
        <cib admin_epoch="0" epoch="1" num_updates="0" validate-with="pacemaker-3.9">
          <configuration>
            <crm_config><cluster_property_set id="o">{options}</cluster_property_set></crm_config>
            <nodes><node id="1" uname="n1"/><node id="2" uname="n2"/></nodes>
            <resources>{resources}</resources>
            <constraints/>
          </configuration>
        </cib>
        """;
}
