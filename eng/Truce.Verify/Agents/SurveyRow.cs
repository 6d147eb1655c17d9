using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Truce.Verify.Agents;

/// <summary>The agents of resource-agents and pacemaker-resource-agents that can run here, each tested whole.
/// Results are kept by commit in artifacts/verify/agents; survey.md there is what docs/agents/survey.md is
/// made of.</summary>
internal static class SurveyRow
{
    private const int AgentsMin = 25;
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(15);
    private const string Disk = "truncate -s 8M /tmp/disk && mkfs.ext2 -q /tmp/disk && mkdir -p /mnt/fs";
    private static readonly string[] s_promises = ["Contract", "Stop", "Alone", "Time"];
    private const string Address = "ip addr add 192.0.2.10/24 dev eth0";

    private static readonly TriedAgent[] s_agents =
    [
        new("heartbeat:AudibleAlarm", []), new("heartbeat:ClusterMon", []), new("heartbeat:Delay",
            ["startdelay=0", "stopdelay=0", "mondelay=0"]),
        new("heartbeat:Dummy", []),
        new("heartbeat:Filesystem",
            ["device=/tmp/disk", "directory=/mnt/fs", "fstype=ext2", "options=loop"], Disk),
        new("heartbeat:IPaddr", ["ip=192.0.2.10", "nic=eth0", "cidr_netmask=24"]),
        new("heartbeat:IPaddr2", ["ip=192.0.2.10", "nic=eth0", "cidr_netmask=24"]),
        new("heartbeat:IPsrcaddr", ["ipaddress=192.0.2.10", "cidr_netmask=24"], Address),
        new("heartbeat:IPv6addr", ["ipv6addr=2001:db8::10/64", "nic=eth0"]),
        new("heartbeat:MailTo", ["email=root"]), new("heartbeat:NodeUtilization", []),
        new("heartbeat:Route", ["destination=198.51.100.0/24", "device=eth0"]),
        new("heartbeat:SendArp", ["ip=192.0.2.10", "nic=eth0"], Address), new("heartbeat:Stateful", []),
        new("heartbeat:SysInfo", []), new("heartbeat:WinPopup", ["hostfile=/etc/hosts"]),
        new("heartbeat:Xinetd", ["service=echo"]),
        new("heartbeat:anything", ["binfile=/bin/sleep", "cmdline_options=864000"]),
        new("heartbeat:azure-lb", ["port=61000"]), new("heartbeat:dummypy", []),
        new("heartbeat:ethmonitor", ["interface=eth0"]),
        new("heartbeat:exportfs", ["directory=/srv", "clientspec=192.0.2.0/24", "fsid=1"]),
        new("heartbeat:iface-bridge", ["bridge_name=br0"]), new("heartbeat:iface-macvlan",
            ["interface=eth0", "name=mv0"]),
        new("heartbeat:iface-vlan", ["interface=eth0", "vlan_id=5"]), new("heartbeat:machine-info", []),
        new("heartbeat:nginx", ["configfile=/etc/nginx/nginx.conf"]),
        new("heartbeat:pingd", ["host_list=192.0.2.1"]),
        new("heartbeat:portblock", ["protocol=tcp", "portno=80", "action=block"]),
        new("heartbeat:symlink", ["link=/var/lib/truce-link", "target=/etc/hosts"]),
        new("heartbeat:storage-mon", ["drives=/dev/loop0"]),
        new("pacemaker:ClusterMon", []), new("pacemaker:Dummy", []), new("pacemaker:HealthCPU", []),
        new("pacemaker:HealthIOWait", []), new("pacemaker:Stateful", []), new("pacemaker:SysInfo", []),
        new("pacemaker:attribute", ["name=truce", "active_value=1", "inactive_value=0"]),
        new("pacemaker:ifspeed", ["interface=eth0"]), new("pacemaker:ping", ["host_list=192.0.2.1"]),
    ];

    /// <summary>The row.</summary>
    public static Row Row { get; } = new(
        "survey",
        "at least 25 agents of Debian's resource-agents and pacemaker-resource-agents started and tested",
        RunAsync);

    private static async Task<RowResult> RunAsync()
    {
        TriedAgent.Gather();
        List<JsonNode> results = [];
        List<string> refused = [];
        foreach (TriedAgent agent in s_agents.Where(a => File.Exists(a.Path)))
        {
            if (await Kept.TakeAsync("survey", agent, s_limit).ConfigureAwait(false) is { } result)
                results.Add(result);
            else
                refused.Add(agent.Name);
        }

        int started = results.Count(r => (bool)r["started"]!);
        await File.WriteAllTextAsync(Path.Combine(Kept.Folder, "survey.md"), Table(results))
            .ConfigureAwait(false);
        return RowResult.If(started >= AgentsMin, string.Create(CultureInfo.InvariantCulture,
            $"{results.Count} agents tested, {started} start here, ")
            + $"{results.Count(r => (bool)r["condemned"]!)} condemned"
            + (refused.Count == 0 ? "" : $"; not testable: {string.Join(", ", refused)}"));
    }

    private static string Table(IEnumerable<JsonNode> results)
    {
        StringBuilder text = new();
        text.AppendLine(
            "| Agent | Starts here | Contract | Stop | Alone | Time | Longest stop | Condemned by |");
        text.AppendLine("|---|---|---|---|---|---|---|---|");
        foreach (JsonNode result in results)
        {
            JsonNode[] checks = [.. result["checks"]!.AsArray().Select(c => c!)];
            long stop = result["times"]!.AsArray().Where(t => (string?)t!["action"] == "stop")
                .Select(t => (long)t!["mostMs"]!).DefaultIfEmpty(-1).Max();
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {result["agent"]} | {((bool)result["started"]! ? "yes" : "no")} "
                + $"| {string.Join(" | ", s_promises.Select(p => Promise(checks, p)))} "
                + $"| {(stop < 0 ? "-" : $"{stop} ms")} | {Condemning(checks)} |");
        }

        return text.ToString();
    }

    private static string Condemning(JsonNode[] checks) => string.Join(", ",
        checks.Where(c => (string?)c["verdict"] == "Condemned").Select(c => $"`{c["check"]}`"));

    private static string Promise(JsonNode[] checks, string promise)
    {
        string[] verdicts = [.. checks.Where(c => (string?)c["promise"] == promise)
            .Select(c => (string)c["verdict"]!)];
        return verdicts.Contains("Condemned") ? "broken"
            : verdicts.Contains("NotTested") ? "kept as far as tested" : "kept";
    }
}
