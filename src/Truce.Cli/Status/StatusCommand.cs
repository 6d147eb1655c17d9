using System.CommandLine;
using Truce.Cli.Cluster;
using Truce.Cli.GroupServices;
using Truce.Cli.Printing;
using Truce.Contracts;

namespace Truce.Cli.Status;

/// <summary><c>truce status</c>: what runs where, and what is held back.</summary>
internal static class StatusCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        Option<bool> watch = new("--watch", "-w") { Description = "Keep showing every change; stop with Ctrl-C" };
        Command command = new("status", "Show what runs where, links, holds and quarantines") { watch };
        command.SetAction((parse, cancel) => parse.GetValue(watch)
            ? StatusWatch.RunAsync(context, parse, cancel)
            : context.OnClusterAsync(parse, (cluster, c) => OnceAsync(context, parse, cluster, c), cancel));
        return context.Location.AddTo(command);
    }

    private static async Task<ExitCode> OnceAsync(
        CliContext context, ParseResult parse, ICluster cluster, CancellationToken cancel)
    {
        ClusterStatusDocument status = await cluster.StatusAsync(cancel).ConfigureAwait(false);
        if (parse.GetValue(context.Json))
            context.Output.WriteJson(status, CliJson.Indented.ClusterStatusDocument);
        else
        {
            new StatusPage(context.Output, context.Time.GetUtcNow(), context.Columns).Write(status);
            await GroupsStatus.WriteAsync(context, parse, cancel).ConfigureAwait(false);
        }

        return ExitCode.Done;
    }
}
