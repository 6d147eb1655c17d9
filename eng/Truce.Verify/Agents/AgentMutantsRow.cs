using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Truce.Verify.Agents;

/// <summary>Damaged copies of agents, a run ending at its first catch. Each agent's results are kept by
/// commit in artifacts/verify/agents, so that an interrupted run goes on; mutants.txt there lists them
/// all.</summary>
internal static class AgentMutantsRow
{
    private const int AgentsMin = 8;
    private const int MutantsMin = 150;
    private const double CaughtMin = 0.95;
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(45);

    // Route and attribute were not looked at while the operators were written.
    private static readonly TriedAgent[] s_agents =
    [
        new("example:daemon", []), BrokenRow.Agent("right"), new("heartbeat:Dummy", []),
        new("pacemaker:Dummy", []), new("pacemaker:Stateful", []),
        new("heartbeat:anything", ["binfile=/bin/sleep", "cmdline_options=864000"]),
        new("heartbeat:symlink", ["link=/var/lib/truce-link", "target=/etc/hosts"]),
        new("heartbeat:Delay", ["startdelay=0", "stopdelay=0", "mondelay=0"]),
        new("heartbeat:Route", ["destination=198.51.100.0/24", "device=eth0"]),
        new("pacemaker:attribute", ["name=truce", "active_value=1", "inactive_value=0"]),
    ];

    /// <summary>The row.</summary>
    public static Row Row { get; } = new(
        "mutants",
        "at least 150 mutants of at least 8 agents, 95 % caught; what condemns an agent as it is, is named "
        + "(artifacts/verify/agents/mutants.txt)", RunAsync);

    private static async Task<RowResult> RunAsync()
    {
        List<JsonNode> results = [];
        foreach (TriedAgent agent in s_agents)
        {
            if (await Kept.TakeAsync("mutants", agent, s_limit, "--mutants").ConfigureAwait(false)
                is { } result)
                results.Add(result);
        }

        await File.WriteAllTextAsync(Path.Combine(Kept.Folder, "mutants.txt"), Table(results))
            .ConfigureAwait(false);
        int caught = results.Sum(r => (int)r["caught"]!);
        int all = caught + results.Sum(r => (int)r["survived"]!);
        string[] condemned = [.. results.Where(r => r["condemned"]!.AsArray().Count > 0)
            .Select(r => $"{r["agent"]} ({string.Join(", ", r["condemned"]!.AsArray())})")];
        return RowResult.If(
            results.Count >= AgentsMin && all >= MutantsMin && caught >= CaughtMin * all,
            string.Create(CultureInfo.InvariantCulture,
                $"{results.Count} agents, {all} mutants, {caught} caught ({100.0 * caught / all:0.0} %); ")
            + (condemned.Length == 0 ? "none condemned as it is"
                : $"condemned as they are: {string.Join("; ", condemned)}"));
    }

    private static string Table(IEnumerable<JsonNode> results)
    {
        StringBuilder text = new();
        foreach (JsonNode result in results)
        {
            foreach (JsonNode? m in result["mutants"]!.AsArray())
                text.AppendLine(CultureInfo.InvariantCulture,
                    $"{result["agent"]}\t{m!["operator"]}\t{m["line"]}\t{m["caughtBy"] ?? "SURVIVED"}\t"
                    + $"{m["now"]}");
        }

        return text.ToString();
    }
}
