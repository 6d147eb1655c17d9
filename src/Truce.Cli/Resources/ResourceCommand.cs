using System.CommandLine;
using System.Xml.Linq;
using Truce.Cli.Changing;
using Truce.Cli.Cluster;
using Truce.Cli.Completing;
using Truce.Cli.Editing;
using Truce.Cli.Printing;
using Truce.Cli.Resources.Making;
using Truce.Contracts;

namespace Truce.Cli.Resources;

/// <summary><c>truce resource</c>: operate resources. Whatever it changes, it
/// says, and how to undo it.</summary>
internal static class ResourceCommand
{
    private const string Set = "meta_attributes";

    private sealed record Verb(string Name, string Help, string Attribute, string? Value, string Said);

    private static readonly Verb[] s_verbs =
    [
        new("disable", "Stop RESOURCE and keep it stopped", "target-role", "Stopped", "is disabled"),
        new("enable", "Allow RESOURCE to run again", "target-role", null, "is enabled"),
        new("unmanage", "Neither start nor stop RESOURCE any more", "is-managed", "false", "is unmanaged"),
        new("manage", "Manage RESOURCE again", "is-managed", null, "is managed"),
    ];

    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        Command command = new("resource", "Resources: create, change, move, stop, restart, clean up")
        {
            List(context),
            MoveCommand.Move(context),
            MoveCommand.Ban(context),
            MoveCommand.Clear(context),
            RestartCommand.Create(context),
            RunCommand.Create(context),
            CreateCommand.Create(context),
            DeleteCommand.Create(context),
            GroupCommand.Create(context),
            FailuresCommand.Create(context),
            ParameterCommand.Set(context),
            ParameterCommand.Unset(context),
            MetaCommand.Create(context),
            OperationCommand.Create(context),
            Clean(context, "cleanup", "Forget failures, so that it is tried again", CleanupScope.Failures),
            Clean(context, "refresh", "Forget the whole history, and probe again", CleanupScope.Everything),
        };
        foreach (Verb verb in s_verbs)
            command.Add(Change(context, verb));
        return context.Location.AddTo(command);
    }

    /// <summary>A resource and everything inside it, by id.</summary>
    public static IReadOnlyCollection<string> Inside(CibDocument document, string resource)
    {
        XElement element = document.Resource(resource);
        return [.. element.DescendantsAndSelf().Where(e => e.Name.LocalName == "primitive").Select(e => CibDocument.IdOf(e)!)];
    }

    private static Command List(CliContext context)
    {
        Command command = new("list", "List resources and where they are");
        command.SetAction((parse, cancel) => context.OnClusterAsync(parse, async (cluster, c) =>
        {
            ClusterStatusDocument status = await cluster.StatusAsync(c).ConfigureAwait(false);
            if (parse.GetValue(context.Json))
            {
                context.Output.WriteJson(status.Resources, CliJson.Indented.IReadOnlyListResourceStatus);
                return ExitCode.Done;
            }

            Table table = new("RESOURCE", "ROLE", "NODE", "AGENT");
            foreach (ResourceStatus resource in status.Resources)
                table.Add(resource.Instance, resource.Role, resource.Node ?? "-", resource.Agent);
            table.WriteTo(context.Output);
            return ExitCode.Done;
        }, cancel));
        return command;
    }

    private static Command Change(CliContext context, Verb verb)
    {
        Argument<string> resource =
            new Argument<string>("RESOURCE") { Description = "Its id" }.SuggestingResources(context);
        ChangeOptions options = new();
        Command command = options.AddTo(new Command(verb.Name, verb.Help) { resource });
        command.SetAction((parse, cancel) => context.OnClusterAsync(parse, (cluster, c) =>
        {
            string id = parse.GetValue(resource)!;
            return new ChangeRun(context, parse, cluster, options).RunAsync(
                new Change($"resource {verb.Name} {id}", $"{id} {verb.Said}", d => Edit(d, id, verb))
                {
                    LeavesAlone = verb.Name == "unmanage",
                }, c);
        }, cancel));
        return command;
    }

    private static bool Edit(CibDocument document, string id, Verb verb)
    {
        XElement resource = document.Resource(id);
        return verb.Value is null
            ? resource.RemovePair(Set, verb.Attribute)
            : document.SetPair(resource, Set, verb.Attribute, verb.Value);
    }

    private static Command Clean(CliContext context, string name, string help, CleanupScope scope)
    {
        Argument<string?> resource = new("RESOURCE") { Description = "Its id; all resources by default", Arity = ArgumentArity.ZeroOrOne };
        Option<string?> on = new("--on") { Description = "Only what happened on this node", HelpName = "NODE" };
        WaitOptions wait = new();
        Command command = wait.AddTo(new Command(name, help) { resource, on });
        command.SetAction((parse, cancel) => context.OnClusterAsync(parse, async (cluster, c) =>
        {
            ClientReply.Done done = await cluster.AskAsync<ClientReply.Done>(
                new ClientRequest.Cleanup(parse.GetValue(resource), parse.GetValue(on), scope), c).ConfigureAwait(false);
            string what = parse.GetValue(resource) ?? "all resources";
            string where = parse.GetValue(on) is { } node ? $" on {node}" : "";
            string said = scope switch
            {
                CleanupScope.Failures => $"failures of {what}{where} are forgotten",
                CleanupScope.Everything => $"the history of {what}{where} is forgotten; probing again",
            };
            return await new Outcome(context, parse, cluster).TellAsync(said, done, wait, c).ConfigureAwait(false);
        }, cancel));
        return command;
    }
}
