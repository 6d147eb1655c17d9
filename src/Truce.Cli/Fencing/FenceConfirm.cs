using System.CommandLine;
using Truce.Cli.Cluster;
using Truce.Contracts;

namespace Truce.Cli.Fencing;

/// <summary>
/// <c>truce fence confirm</c>: a person vouches that a node is off. Where the cluster has no quorum yet
/// because that node was never seen since this one booted (wait_for_all), the wait is ended first.
/// </summary>
internal static class FenceConfirm
{
    // Corosync judges the votes anew at once; a controller needs a moment to form a cluster alone.
    private static readonly TimeSpan s_forms = TimeSpan.FromSeconds(60);

    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        Argument<string> node = new("NODE") { Description = "The node" };
        Option<bool> off = new("--it-is-off")
        {
            Description = "You have checked yourself that it has no power",
        };
        Option<string> reason = new("--reason")
        {
            Description = "How you checked, for the fence history",
            HelpName = "TEXT",
            DefaultValueFactory = _ => "seen",
        };
        WaitOptions wait = new();
        Command command = wait.AddTo(
            new Command("confirm", "Confirm that NODE is off, if no device can") { node, off, reason });
        command.SetAction((parse, cancel) => context.OnClusterAsync(parse, async (cluster, c) =>
        {
            string name = parse.GetValue(node)!;
            if (!parse.GetValue(off))
                throw new CommandException(
                    ExitCode.Refused,
                    $"if {name} is still running, its resources will be started a second time, and shared data will be "
                        + "destroyed",
                    $"unplug it, make sure that it is off, then: truce fence confirm {name} --it-is-off");
            await EndWaitAsync(context, cluster, name, c).ConfigureAwait(false);
            ClientReply.Done done = await cluster.AskAsync<ClientReply.Done>(
                new ClientRequest.ConfirmFenced(name, FenceCommand.By + parse.GetValue(reason)), c)
                .ConfigureAwait(false);
            return await new Outcome(context, parse, cluster)
                .TellAsync($"{name} counts as fenced", done, wait, c).ConfigureAwait(false);
        }, cancel));
        return command;
    }

    // Only for a node that is waited for, and only if it is the only one: nobody vouched for the others.
    private static async Task EndWaitAsync(
        CliContext context, ICluster cluster, string name, CancellationToken cancel)
    {
        ClusterStatusDocument status = await cluster.StatusAsync(cancel).ConfigureAwait(false);
        if (status.WaitsForAll is not { IsDefaultOrEmpty: false } missing)
            return;
        if (missing.FirstOrDefault(m => m != name) is { } other)
            throw new CommandException(
                ExitCode.Refused,
                missing.Contains(name)
                    ? $"{other} hasn't been seen since this node booted either: confirming {name} gives no quorum"
                    : $"the cluster is waiting for {string.Join(", ", missing)}, not for {name}",
                $"boot {other}");
        await cluster.AskAsync<ClientReply.Done>(new ClientRequest.EndWait(), cancel).ConfigureAwait(false);
        bool formed = await cluster.UntilAsync(
            context.Time, s_forms, s => s.Quorate && s.Nodes.Any(n => n.State == "online"), cancel)
            .ConfigureAwait(false);
        if (!formed)
            throw new CommandException(
                ExitCode.TimedOut, $"the wait for {name} has ended, but there is no quorum yet",
                "see truce status, then run the same command again");
    }
}
