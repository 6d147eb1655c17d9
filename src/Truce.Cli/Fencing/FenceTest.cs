using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Truce.Agents.Describing;
using Truce.Agents.Finding;
using Truce.Agents.Processes;
using Truce.Agents.Running;
using Truce.Cli.Agents;
using Truce.Cli.Cluster;
using Truce.Cli.Printing;
using Truce.Contracts;
using Truce.Model;
using Truce.Model.Xml;

namespace Truce.Cli.Fencing;

/// <summary>
/// <c>truce fence test</c>: tries every path by which this node (in a lab, each node) may have to fence
/// another, and switches nothing: a device that doesn't answer today will not fence tonight. With <c>--fence
/// NODE --yes</c> a drained node is fenced for real, and must come back.
/// </summary>
internal static class FenceTest
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        Argument<string[]> devices = new("DEVICE")
        {
            Description = "Only these fence devices",
            Arity = ArgumentArity.ZeroOrMore,
        };
        FenceForReal real = new();
        Command command = real.AddTo(
            new Command("test", "Test every fencing path to each node; switches nothing") { devices });
        command.SetAction((parse, cancel) => context.OnClusterAsync(parse, (cluster, c) =>
            real.Target(parse) is { } target
                ? real.RunAsync(context, parse, cluster, target, c)
                : RunAsync(context, parse, cluster, [.. parse.GetValue(devices) ?? []], c), cancel));
        return command;
    }

    private static async Task<ExitCode> RunAsync(
        CliContext context, ParseResult parse, ICluster cluster,
            ImmutableArray<string> chosen, CancellationToken cancel)
    {
        ClientReply.Configuration now = await cluster.AskAsync<ClientReply.Configuration>(
            new ClientRequest.GetConfiguration(null, false), cancel).ConfigureAwait(false);
        Cib cib = CibReader.Parse(now.Xml, "configuration") is CibReadResult.Accepted accepted
            ? accepted.Cib
            : throw new CommandException(
                ExitCode.BadInput, "the configuration can't be read", "truce config check");
        RequireDevices(cib, chosen);
        ClusterStatusDocument status = await cluster.StatusAsync(cancel).ConfigureAwait(false);
        NodeId[] nodes = [.. status.Nodes.Select(n => new NodeId(n.Name))];
        string own = NodeAgents.NodeName();
        NodeId? here = nodes.FirstOrDefault(n => n.Value == own) is { Value: not null } node ? node : null;
        IReadOnlyList<FencePathJson> lines = here is { } self
            ? await HereAsync(
                context, cluster, new FencePathsInput(cib, self, chosen, nodes), cancel).ConfigureAwait(false)
            : await FenceTestInLab.RunAsync(context, status, chosen, cancel).ConfigureAwait(false);
        Print(context, parse, lines, here is null ? [] : [.. nodes.Where(n => n != here)]);
        return lines.All(l => l.Ok) ? ExitCode.Done : ExitCode.No;
    }

    private sealed record FencePathsInput(
        Cib Cib, NodeId Self, ImmutableArray<string> Chosen, NodeId[] Nodes);

    private static async Task<IReadOnlyList<FencePathJson>> HereAsync(
        CliContext context, ICluster cluster, FencePathsInput input, CancellationToken cancel)
    {
        ClientReply.FenceHistory history = await cluster.AskAsync<ClientReply.FenceHistory>(
            new ClientRequest.GetFenceHistory(), cancel).ConfigureAwait(false);
        using ProcessSpawner spawner = new(new ProcessSpawnerOptions());
        AgentSettings settings = NodeAgents.Settings(context);
        AgentDescriber describer = new(spawner, settings);
        AgentRunner runner = new(spawner, settings);
        FenceAgents agents = new(
            (agent, c) =>
                describer.DescribeAsync(
                new AgentName(AgentName.Stonith, null, agent), c),
            (operation, c) => runner.RunAsync(operation, null, c));
        IReadOnlyList<FencePathJson> lines = await new FencePaths(input.Cib, input.Self, input.Chosen, agents)
            .TryAsync(input.Nodes, history.Items, cancel).ConfigureAwait(false);
        await FencePathMemory.TellAsync(context.Error, cluster, input.Self, lines,
            cancel).ConfigureAwait(false);
        return lines;
    }

    private static void RequireDevices(Cib cib, ImmutableArray<string> chosen)
    {
        string[] known = [.. Truce.Model.Fencing.DeviceChoice.Devices(cib).Select(d => d.Id.Value)];
        if (chosen.FirstOrDefault(c => !known.Contains(c)) is { } unknown)
            throw new CommandException(
                ExitCode.BadInput, $"{unknown} is not a fence device", "truce fence list shows the fence devices");
        if (known.Length == 0)
            throw new CommandException(
                ExitCode.No, "no fence device is configured: a lost node's resources aren't recovered",
                "docs/operations/fencing.md");
    }

    private static void Print(
        CliContext context, ParseResult parse,
            IReadOnlyList<FencePathJson> lines, IReadOnlyList<NodeId> others)
    {
        if (parse.GetValue(context.Json))
        {
            context.Output.WriteJson(lines, CliJson.Indented.IReadOnlyListFencePathJson);
            return;
        }

        Table table = new("FROM", "DEVICE", "TARGET", "LEVEL", "CHECK", "RESULT", "LAST SHOT");
        foreach (FencePathJson line in lines)
            table.Add(line.From, line.Device, line.Target ?? "-",
                line.Level?.ToString(CultureInfo.InvariantCulture) ?? "-",
                line.Check, line.Ok ? line.Detail : $"FAILED: {line.Detail}",
                line.LastShot?.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "-");
        table.WriteTo(context.Output);
        if (others.Count > 0)
            context.Output.WriteLine(
                $"tested from here only; also run on {string.Join(", ", others)}: truce fence test");
    }
}
