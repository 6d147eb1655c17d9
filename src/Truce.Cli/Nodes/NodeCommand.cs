using System.CommandLine;
using Truce.Cli.Changing;
using Truce.Cli.Cluster;
using Truce.Cli.Completing;
using Truce.Cli.Editing;
using Truce.Cli.Printing;
using Truce.Contracts;

namespace Truce.Cli.Nodes;

/// <summary><c>truce node</c>: take a node out of service and back.</summary>
internal static class NodeCommand
{
    private const string Set = "instance_attributes";

    private sealed record Verb(string Name, string Help, string Attribute, string? Value, string Said);

    private static readonly Verb s_standby =
        new("standby", "Move all resources off NODE; it keeps its vote", "standby", "on", "is in standby");

    private static readonly Verb[] s_verbs =
    [
        s_standby,
        new("online", "End the standby of NODE", "standby", null, "is out of standby"),
        new("maintenance", "Leave all resources on NODE as they are, without monitoring", "maintenance", "true", "is in maintenance"),
        new("ready", "End the maintenance of NODE", "maintenance", null, "is out of maintenance"),
    ];

    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        Command command = new("node", "Nodes: put in and out of service, list, repair") { List(context) };
        foreach (Verb verb in s_verbs)
            command.Add(Change(context, verb));
        command.Add(NodeResync.Create(context));
        command = context.Location.AddTo(command);
        // On this node, even if others answer too.
        command.Add(RepairCommand.Create(context));
        return command;
    }

    private static Command List(CliContext context)
    {
        Command command = new("list", "List the nodes");
        command.SetAction((parse, cancel) => context.OnClusterAsync(parse, async (cluster, c) =>
        {
            ClusterStatusDocument status = await cluster.StatusAsync(c).ConfigureAwait(false);
            if (parse.GetValue(context.Json))
            {
                context.Output.WriteJson(status.Nodes, CliJson.Indented.IReadOnlyListNodeStatus);
                return ExitCode.Done;
            }

            Table table = new("NODE", "STATE", "INCARNATION");
            foreach (NodeStatus node in status.Nodes)
                table.Add(node.Name, node.State, node.Incarnation);
            table.WriteTo(context.Output);
            return ExitCode.Done;
        }, cancel));
        return command;
    }

    private static Command Change(CliContext context, Verb verb)
    {
        Argument<string> node =
            new Argument<string>("NODE") { Description = "The node" }.SuggestingNodes(context);
        ChangeOptions options = new();
        Command command = options.AddTo(new Command(verb.Name, verb.Help) { node });
        command.SetAction((parse, cancel) => context.OnClusterAsync(parse, (cluster, c) =>
        {
            string name = parse.GetValue(node)!;
            return new ChangeRun(context, parse, cluster, options).RunAsync(
                new Change($"node {verb.Name} {name}", $"{name} {verb.Said}", d => Edit(d, name, verb))
                {
                    LeavesAlone = verb.Name == "maintenance",
                    Lacking = s => verb == s_standby
                        ? StillRunning.After(s, name, $"{name} {verb.Said}") : null,
                }, c);
        }, cancel));
        return command;
    }

    private static bool Edit(CibDocument document, string name, Verb verb) => verb.Value is null
        ? document.Node(name).RemovePair(Set, verb.Attribute)
        : document.SetPair(document.Node(name), Set, verb.Attribute, verb.Value);
}
