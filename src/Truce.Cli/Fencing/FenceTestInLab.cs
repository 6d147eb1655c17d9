using System.Collections.Immutable;
using System.Text.Json;
using Truce.Cli.Agents;
using Truce.Cli.Cluster;
using Truce.Cli.Printing;
using Truce.Contracts;

namespace Truce.Cli.Fencing;

/// <summary>Tries the paths on each node of a lab: its agents and its power switch
/// are only available there.</summary>
internal static class FenceTestInLab
{
    /// <summary>What came of it on all nodes that are up.</summary>
    public static async Task<IReadOnlyList<FencePathJson>> RunAsync(
        CliContext context, ClusterStatusDocument status,
        ImmutableArray<string> chosen, CancellationToken cancel)
    {
        string[] up = [.. LabNode.Up(context, status)];
        if (up.Length == 0)
            throw new CommandException(
                ExitCode.Usage,
                $"{NodeAgents.NodeName()} is not a node of this cluster: what it can reach says "
                    + "nothing about the nodes",
                "run truce fence test on each node");
        List<FencePathJson> lines = [];
        foreach (string node in up)
            lines.AddRange(await OnAsync(node, chosen, cancel).ConfigureAwait(false));
        return lines;
    }

    private static async Task<IReadOnlyList<FencePathJson>> OnAsync(
        string node, ImmutableArray<string> chosen, CancellationToken cancel)
    {
        LabRun run = await LabNode.RunAsync(node, ["fence", "test", "--json", .. chosen], cancel)
            .ConfigureAwait(false);
        return run.Code is 0 or (int)ExitCode.No && run.Output.StartsWith('[')
            ? JsonSerializer.Deserialize(run.Output, CliJson.Default.IReadOnlyListFencePathJson)!
            : [new FencePathJson(
                node, "", null, null, "path", false,
                $"couldn't be tested: {run.Error.Trim()}", null)];
    }
}
