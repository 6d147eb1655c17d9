using System.CommandLine;
using Truce.Cli.Changing;
using Truce.Cli.Completing;
using Truce.Cli.Editing;

namespace Truce.Cli.Resources.Making;

/// <summary><c>truce resource group</c>: resources that run together, one after the other.</summary>
internal static class GroupCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context) =>
        new("group", "Groups: resources that start in order, on one node")
    {
        Add(context),
        Remove(context),
    };

    private static Command Add(CliContext context)
    {
        Argument<string> group = Group(context);
        Argument<string[]> members = Members(context);
        Option<string?> before = new Option<string?>("--before")
        {
            Description = "Before this member; behind all others by default",
            HelpName = "MEMBER",
        }.SuggestingResources(context);
        ChangeOptions options = new();
        Command command = options.AddTo(new Command(
            "add", "Move resources into GROUP, which is created if there is none") { group, members,
                before });
        command.SetAction((parse, cancel) => context.OnClusterAsync(parse, (cluster, c) =>
        {
            (string id, string[] all) = (parse.GetValue(group)!, parse.GetValue(members)!);
            string verb = all.Length == 1 ? "is" : "are";
            return new ChangeRun(context, parse, cluster, options).RunAsync(
                new Change($"resource group add {id} {string.Join(' ', all)}",
                    $"{string.Join(", ", all)} {verb} in {id}", d => d.Join(id, all, parse.GetValue(before))),
                        c);
        }, cancel));
        return command;
    }

    private static Command Remove(CliContext context)
    {
        Argument<string> group = Group(context);
        Argument<string[]> members = Members(context);
        ChangeOptions options = new();
        Command command = options.AddTo(new Command(
            "remove",
                "Take resources out of GROUP; they stay, and the group goes with its last member") { group,
                    members });
        command.SetAction((parse, cancel) => context.OnClusterAsync(parse, (cluster, c) =>
        {
            (string id, string[] all) = (parse.GetValue(group)!, parse.GetValue(members)!);
            string verb = all.Length == 1 ? "is" : "are";
            return new ChangeRun(context, parse, cluster, options).RunAsync(
                new Change($"resource group remove {id} {string.Join(' ', all)}",
                    $"{string.Join(", ", all)} {verb} not in {id}", d => d.Leave(id, all)), c);
        }, cancel));
        return command;
    }

    private static Argument<string> Group(CliContext context) =>
        new Argument<string>("GROUP") { Description = "The group's id" }.SuggestingGroups(context);

    private static Argument<string[]> Members(CliContext context) => new Argument<string[]>("RESOURCE")
    {
        Description = "Resources, in the order in which they start",
        Arity = ArgumentArity.OneOrMore,
    }.SuggestingResources(context);
}
