using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using Truce.Cli.Cluster;
using Truce.Cli.Printing;
using Truce.Contracts;

namespace Truce.Cli.Fencing;

/// <summary>Tries the paths on each node of a lab: its agents and its power switch
/// are only available there.</summary>
internal static class FenceTestInLab
{
    private const string Program = "/run/lab/bin/truce";

    /// <summary>What came of it on all nodes that are up.</summary>
    public static async Task<IReadOnlyList<FencePathJson>> RunAsync(
        CliContext context, ClusterStatusDocument status,
        ImmutableArray<string> chosen, CancellationToken cancel)
    {
        string[] up =
        [
            .. status.Nodes
                .Where(n => n.State is not "offline" && File.Exists(LabSockets.Of(context, n.Name)))
                .Select(n => n.Name),
        ];
        if (up.Length == 0)
            throw new CommandException(
                ExitCode.Usage,
                $"{Environment.MachineName} is not a node of this cluster: what it can reach says "
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
        ProcessStartInfo start = new(
            Environment.ProcessPath!,
            ["lab", "exec", node, "--", Program, "fence", "test", "--json", .. chosen])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync(cancel);
        string output = await process.StandardOutput.ReadToEndAsync(cancel).ConfigureAwait(false);
        await process.WaitForExitAsync(cancel).ConfigureAwait(false);
        return process.ExitCode is 0 or (int)ExitCode.No && output.StartsWith('[')
            ? JsonSerializer.Deserialize(output, CliJson.Default.IReadOnlyListFencePathJson)!
            : [new FencePathJson(
                node, "", null, null, "path", false,
                $"couldn't be tested: {(await error.ConfigureAwait(false)).Trim()}", null)];
    }
}
