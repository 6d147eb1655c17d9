using System.CommandLine;
using Truce.Cli.Cluster;
using Truce.Contracts;

namespace Truce.Cli.Nodes;

/// <summary><c>truce node resync</c>: members hold different states, and an operator says which one to give up.</summary>
internal static class NodeResync
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        Argument<string> node = new("NODE") { Description = "The node whose state is wrong" };
        Option<string> reason = new("--reason") { Description = "How you know, for the events", HelpName = "TEXT", DefaultValueFactory = _ => "chosen" };
        WaitOptions wait = new();
        Command command = wait.AddTo(new Command(
            "resync", "Members hold different states (truce status shows the hold): give up the state of NODE, and of all nodes like it") { node, reason });
        command.SetAction((parse, cancel) => context.OnClusterAsync(parse, async (cluster, c) =>
        {
            string name = parse.GetValue(node)!;
            ClientReply.Done done = await cluster.AskAsync<ClientReply.Done>(
                new ClientRequest.ResyncNode(name, $"operator: {parse.GetValue(reason)}"), c).ConfigureAwait(false);
            return await new Outcome(context, parse, cluster).TellAsync(
                $"{name} gives up its state and takes the others'", done, wait, c).ConfigureAwait(false);
        }, cancel));
        return command;
    }
}
