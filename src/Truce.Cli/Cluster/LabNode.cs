using System.Diagnostics;
using Truce.Contracts;

namespace Truce.Cli.Cluster;

/// <summary>Runs <c>truce</c> on a node of a lab: its agents and its power switch are only available
/// there.</summary>
internal static class LabNode
{
    private const string Program = "/run/lab/bin/truce";

    /// <summary>The nodes that are up and belong to a lab of this machine.</summary>
    public static IEnumerable<string> Up(CliContext context, ClusterStatusDocument status) =>
        status.Nodes.Where(n => n.State is not "offline" && File.Exists(LabSockets.Of(context, n.Name)))
            .Select(n => n.Name);

    /// <summary>Runs a command there, to its end.</summary>
    /// <returns>How it ended, and what it printed.</returns>
    public static async Task<LabRun> RunAsync(string node, IEnumerable<string> command, CancellationToken cancel)
    {
        ProcessStartInfo start = new(
            Environment.ProcessPath!, ["lab", "exec", node, "--", Program, .. command])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync(cancel);
        string output = await process.StandardOutput.ReadToEndAsync(cancel).ConfigureAwait(false);
        await process.WaitForExitAsync(cancel).ConfigureAwait(false);
        return new LabRun(process.ExitCode, output, await error.ConfigureAwait(false));
    }
}

/// <summary>How a command on a lab's node ended.</summary>
/// <param name="Code">Its exit code.</param>
/// <param name="Output">What it printed.</param>
/// <param name="Error">What it complained of.</param>
internal sealed record LabRun(int Code, string Output, string Error);
