using System.CommandLine;
using Truce.Cli.Cluster;
using Truce.Contracts;

namespace Truce.Cli.Nodes;

/// <summary><c>truce node resync</c>: members hold different states, and an operator
/// says which one to give up.</summary>
internal static class NodeResync
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        Argument<string> node = new("NODE") { Description = "The node whose state is wrong" };
        Option<string> reason = new("--reason") { Description = "The reason, for the events", HelpName = "TEXT", DefaultValueFactory = _ => "chosen" };
        WaitOptions wait = new();
        Command command = wait.AddTo(new Command(
            "resync", "If members hold different states (hold states-differ): discard the state of NODE and of all nodes with the same state") { node, reason });
        command.SetAction((parse, cancel) => context.OnClusterAsync(parse, async (cluster, c) =>
        {
            string name = parse.GetValue(node)!;
            ClientReply.Done done = await cluster.AskAsync<ClientReply.Done>(
                new ClientRequest.ResyncNode(name, $"operator: {parse.GetValue(reason)}"), c).ConfigureAwait(false);
            return await new Outcome(context, parse, cluster).TellAsync(
                $"{name} discards its state and takes the other one", done, wait, c).ConfigureAwait(false);
        }, cancel));
        return command;
    }
}
