using System.CommandLine;
using Truce.Cli.Cluster;
using Truce.Contracts;

namespace Truce.Cli.Nodes;

/// <summary>
/// <c>truce node repair</c>: readmits a node that stayed out. Its store is set aside and replaced by a
/// snapshot from the other nodes; if no node provides one, everything is put back.
/// </summary>
internal static class RepairCommand
{
    private static readonly TimeSpan s_answers = TimeSpan.FromSeconds(20);

    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        Option<string> configuration = new("--config")
        {
            Description = "This node's truce.conf", HelpName = "FILE", DefaultValueFactory = _ => "/etc/truce/truce.conf",
        };
        Option<bool> accept = new("--accept-losing-acknowledged-changes")
        {
            Description = "Continue even if no other node holds what this node's store held",
        };
        Option<TimeSpan?> timeout = new("--timeout")
        {
            Description = "How long to wait for a snapshot [default: 2min]",
            HelpName = "LENGTH",
            CustomParser = result => Durations.ParseOption(result),
        };
        Command command = new("repair", "Readmit this node: set its store aside and take a snapshot from the other nodes")
        {
            configuration, accept, timeout,
        };
        command.SetAction(async (parse, cancel) => (int)await RunAsync(
            context, new NodeFiles(parse.GetValue(configuration)!, context.Time),
            parse.GetValue(accept) ? LossOfChanges.Accepted : LossOfChanges.Refused, parse.GetValue(timeout)
                ?? Waiting.Default, cancel)
            .ConfigureAwait(false));
        return command;
    }

    private static async Task<ExitCode> RunAsync(
        CliContext context, NodeFiles node, LossOfChanges loss, TimeSpan limit, CancellationToken cancel)
    {
        await RequireOutAsync(context, node, cancel).ConfigureAwait(false);
        if (node.StoreIsSound)
        {
            node.LetIn();
            context.Output.WriteLine($"{node.Name}: readmitted; its store is unchanged");
            return await JoinsAsync(context, node, limit, cancel).ConfigureAwait(false)
                ? ExitCode.Done
                : throw new CommandException(ExitCode.TimedOut, $"{node.Name} has not joined within {limit.TotalSeconds:0} s", "truce status");
        }

        string kept = node.SetAside(loss);
        context.Output.WriteLine(kept.Length > 0 ? $"set aside: {kept}" : "there was no store to set aside");
        if (await JoinsAsync(context, node, limit, cancel).ConfigureAwait(false))
        {
            context.Output.WriteLine(loss == LossOfChanges.Accepted
                ? $"{node.Name} has joined with the state of the other nodes"
                : $"{node.Name} has joined with a snapshot from the other nodes");
            return ExitCode.Done;
        }

        string why = await WhyAsync(context, node, cancel).ConfigureAwait(false);
        node.PutBack();
        throw new CommandException(
            ExitCode.Refused,
            $"no node provided a snapshot for {node.Name} within {limit.TotalSeconds:0} s, so it may be the only node that holds "
                + $"acknowledged changes ({why}); its store has been put back",
            "start the other nodes and try again; if they are gone for good, or changes that only this node holds may be lost: "
                + "truce node repair --accept-losing-acknowledged-changes");
    }

    private static async Task RequireOutAsync(CliContext context, NodeFiles node, CancellationToken cancel)
    {
        ClusterStatusDocument? status = null;
        await Waiting.UntilAsync(context.Time, s_answers, async () =>
            (status = await StatusAsync(context, node, cancel).ConfigureAwait(false)) is not null, cancel).ConfigureAwait(false);
        if (status is null)
        {
            throw new CommandException(
                ExitCode.Unreachable, $"truced on {node.Name} does not answer at {node.Socket}",
                "start it (systemctl start truced); it says what keeps this node out");
        }

        if (status.State != "out")
        {
            bool leaves = status.Holds.Any(h => h.Kind == "store");
            throw new CommandException(
                ExitCode.Refused,
                leaves ? $"{node.Name} is still in service, although a store fails" : $"{node.Name} isn't out of the cluster: there is nothing to repair",
                leaves ? "wait until it has left, or remove the fault: truce status" : null);
        }
    }

    private static Task<bool> JoinsAsync(CliContext context, NodeFiles node, TimeSpan limit, CancellationToken cancel) =>
        Waiting.UntilAsync(context.Time, limit, async () =>
        {
            ClusterStatusDocument? status = await StatusAsync(context, node, cancel).ConfigureAwait(false);
            return status is { Quorate: true } && status.Nodes.Any(n => n.Name == node.Name && n.JoinedIndex > 0 && n.State != "pending");
        }, cancel);

    private static async Task<string> WhyAsync(CliContext context, NodeFiles node, CancellationToken cancel) =>
        await StatusAsync(context, node, cancel).ConfigureAwait(false) is { } status
            ? string.Join("; ", status.Holds.Select(h => h.Reason).Append(status.Waits).Where(w => w.Length > 0))
            : "truced does not answer";

    private static async Task<ClusterStatusDocument?> StatusAsync(CliContext context, NodeFiles node, CancellationToken cancel)
    {
        if (await context.ConnectAsync(node.Socket, cancel).ConfigureAwait(false) is not { } cluster)
            return null;
        await using (cluster)
        {
            try
            {
                return (await cluster.AskAsync(new ClientRequest.GetStatus(), cancel).ConfigureAwait(false) as ClientReply.Status)?.Cluster;
            }
            catch (CommandException)
            {
                // Its controller is about to be started again.
                return null;
            }
        }
    }
}
