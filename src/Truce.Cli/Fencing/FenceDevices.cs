using System.CommandLine;
using System.Xml.Linq;
using Truce.Cli.Cluster;
using Truce.Cli.Editing;
using Truce.Cli.Printing;
using Truce.Contracts;

namespace Truce.Cli.Fencing;

/// <summary><c>truce fence list</c>: the configured devices and the nodes that they can fence,
/// according to the configuration.</summary>
internal static class FenceDevices
{
    private static readonly string[] s_hostParameters = ["pcmk_host_list", "pcmk_host_map", "pcmk_host_check"];

    /// <summary><c>fence list [NODE]</c>.</summary>
    public static Command List(CliContext context)
    {
        Argument<string?> node = new("NODE") { Description = "Only devices that fence this node", Arity = ArgumentArity.ZeroOrOne };
        Command command = new("list", "List the fence devices and the topology") { node };
        command.SetAction((parse, cancel) => context.OnClusterAsync(parse, async (cluster, c) =>
        {
            ClientReply.Configuration now = await cluster.AskAsync<ClientReply.Configuration>(
                new ClientRequest.GetConfiguration(null, false), c).ConfigureAwait(false);
            ClusterStatusDocument status = await cluster.StatusAsync(c).ConfigureAwait(false);
            CibDocument document = CibDocument.Parse(now.Xml);
            if (parse.GetValue(node) is { } named)
                document.Require(named);
            IReadOnlyList<FenceDeviceJson> devices =
                [.. Read(document, status).Where(d => parse.GetValue(node) is not { } n || IsFor(d, n))];
            if (parse.GetValue(context.Json))
                context.Output.WriteJson(devices, CliJson.Indented.IReadOnlyListFenceDeviceJson);
            else
                Print(context.Output, devices, parse.GetValue(node));
            return ExitCode.Done;
        }, cancel));
        return command;
    }

    private static IEnumerable<FenceDeviceJson> Read(CibDocument document, ClusterStatusDocument status) =>
        document.Resources.Where(r => (string?)r.Attribute("class") == "stonith").Select(r => new FenceDeviceJson(
            CibDocument.IdOf(r)!,
            (string?)r.Attribute("type") ?? "",
            string.Join(' ', s_hostParameters.Select(p => (p, v: r.Pair("instance_attributes", p)))
                .Where(p => p.v is not null).Select(p => $"{p.p}={p.v}")),
            [.. Levels(document, CibDocument.IdOf(r)!)],
            status.Resources.FirstOrDefault(s => s.IsActive && s.Id == CibDocument.IdOf(r))?.Node));

    private static IEnumerable<string> Levels(CibDocument document, string device) =>
        document.Section("fencing-topology").Elements("fencing-level")
            .Where(l => ((string?)l.Attribute("devices") ?? "").Split(',').Contains(device))
            .Select(l => $"{(string?)l.Attribute("target") ?? (string?)l.Attribute("target-pattern") ?? (string?)l.Attribute("target-value")}"
                + $" level {(string?)l.Attribute("index")}");

    private static bool IsFor(FenceDeviceJson device, string node) =>
        device.Hosts.Length == 0 || device.Hosts.Split(' ', '=', ',', ';', ':').Contains(node) || device.Hosts.Contains("dynamic-list", StringComparison.Ordinal);

    private static void Print(TextWriter output, IReadOnlyList<FenceDeviceJson> devices, string? node)
    {
        if (devices.Count == 0)
        {
            output.WriteLine(node is null
                ? "no fence device is configured: a lost node's resources aren't recovered"
                : $"no fence device is configured for {node}: if it is lost, its resources aren't recovered");
            return;
        }

        Table table = new("DEVICE", "AGENT", "HOSTS", "TOPOLOGY", "WATCHED BY");
        foreach (FenceDeviceJson device in devices)
            table.Add(device.Id, device.Agent, device.Hosts.Length > 0 ? device.Hosts : "determined by the device",
                string.Join("; ", device.Levels), device.Monitor ?? "-");
        table.WriteTo(output);
    }
}

/// <summary>What <c>fence list --json</c> lists.</summary>
/// <param name="Id">The device's id in the configuration.</param>
/// <param name="Agent">Its agent.</param>
/// <param name="Hosts">What the configuration says of the nodes that it can fence;
/// empty: the device itself says.</param>
/// <param name="Levels">Its places in the topology.</param>
/// <param name="Monitor">The node that watches the device; null: none.</param>
internal sealed record FenceDeviceJson(string Id, string Agent, string Hosts, IReadOnlyList<string> Levels, string? Monitor);
