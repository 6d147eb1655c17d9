using System.CommandLine;
using System.Xml.Linq;
using Truce.Cli.Changing;
using Truce.Cli.Cluster;
using Truce.Cli.Completing;
using Truce.Cli.Editing;
using Truce.Cli.Printing;
using Truce.Model;

namespace Truce.Cli.Resources;

/// <summary><c>truce resource op</c>: how often and how long a resource's agent is asked.</summary>
internal static class OperationCommand
{
    private static readonly string[] s_actions =
    [
        OperationNames.Start, OperationNames.Stop, OperationNames.Monitor, OperationNames.Promote,
            OperationNames.Demote,
        OperationNames.Notify, OperationNames.MigrateTo, OperationNames.MigrateFrom, OperationNames.Reload,
        OperationNames.ReloadAgent,
    ];

    private sealed record Wish(string Resource, string Action, IReadOnlyList<NamedValue> Values)
    {
        public string Text => string.Join(' ', (string[])[Action, .. Values.Select(v => v.ToString())]);
    }

    /// <summary><c>resource op RESOURCE [ACTION [NAME=VALUE…]]</c>.</summary>
    public static Command Create(CliContext context)
    {
        Argument<string> resource =
            new Argument<string>("RESOURCE") { Description = "Its id" }.SuggestingResources(context);
        Argument<string?> action = new Argument<string?>("ACTION")
        {
            Description = "start, stop, monitor, …; without it, the operations are listed",
            Arity = ArgumentArity.ZeroOrOne,
        }.Suggesting(s_actions);
        Argument<string[]> words = new Argument<string[]>("NAME=VALUE")
        {
            Description = "interval, timeout, role, on-fail, …; NAME= removes one",
            Arity = ArgumentArity.ZeroOrMore,
        }.Suggesting(Operations.Names.Select(n => n + "="));
        Option<bool> add = new("--add") { Description = "Add another operation of that action" };
        Option<bool> remove = new("--remove") { Description = "Remove the operation" };
        ChangeOptions options = new();
        Command command = options.AddTo(new Command(
            "op", "Set, remove or list the operations of RESOURCE: interval, timeout, …") { resource, action,
                words, add, remove });
        command.SetAction((parse, cancel) => context.OnClusterAsync(parse, async (cluster, c) =>
        {
            string id = parse.GetValue(resource)!;
            if (parse.GetValue(action) is not { } name)
                return List(context, parse,
                    (await cluster.DocumentAsync(c).ConfigureAwait(false)).Primitive(id));
            Wish wish = new(id, name, Read(name, parse.GetValue(words) ?? []));
            return await new ChangeRun(context, parse, cluster, options).RunAsync(
                parse.GetValue(remove) ? Removal(wish) : parse.GetValue(add) ? Addition(wish) : Setting(wish),
                    c)
                .ConfigureAwait(false);
        }, cancel));
        return command;
    }

    /// <summary>The properties of an operation as a command line gives them.</summary>
    /// <exception cref="CommandException">The action or a name is unknown, or a value impossible.</exception>
    public static IReadOnlyList<NamedValue> Read(string action, IEnumerable<string> words)
    {
        if (!s_actions.Contains(action))
            throw new CommandException(
                ExitCode.BadInput, $"no operation {action} is known",
                $"name one of {string.Join(", ", s_actions)}");
        IReadOnlyList<NamedValue> values = NamedValues.Read(words);
        foreach (NamedValue one in values)
            Check(one);
        return values;
    }

    private static void Check(NamedValue value)
    {
        if (!Operations.Names.Contains(value.Name))
            throw new CommandException(
                ExitCode.BadInput, $"an operation has no {value.Name}",
                $"name one of {string.Join(", ", Operations.Names)}");
        if (value.Value.Length > 0 && OptionChecks.OfOperation(value.Name, value.Value) is { } complaint)
            throw new CommandException(ExitCode.BadInput, $"{value}: must be {complaint.Wanted}",
                "correct the value");
    }

    private static Change Setting(Wish wish) => new(
        $"resource op {wish.Resource} {wish.Text}", $"{wish.Resource} has {wish.Text}",
        d => d.SetOperation(d.Primitive(wish.Resource), wish.Action, wish.Values));

    private static Change Addition(Wish wish) => new(
        $"resource op {wish.Resource} {wish.Text} --add", $"{wish.Resource} has {wish.Text}",
        d => d.AddOperation(d.Primitive(wish.Resource), wish.Action, wish.Values));

    private static Change Removal(Wish wish) => new(
        $"resource op {wish.Resource} {wish.Text} --remove", $"{wish.Resource} has no operation {wish.Text}",
        d => Operations.RemoveOperation(d.Primitive(wish.Resource), wish.Action, wish.Values));

    private static ExitCode List(CliContext context, ParseResult parse, XElement primitive)
    {
        OperationJson[] all =
        [
            .. Operations.Of(primitive).Select(o => new OperationJson(
                CibDocument.IdOf(o) ?? "", (string?)o.Attribute("name") ?? "", Operations.Text(o))),
        ];
        if (parse.GetValue(context.Json))
        {
            context.Output.WriteJson(all, CliJson.Indented.IReadOnlyListOperationJson);
            return ExitCode.Done;
        }

        Table table = new("ACTION", "PROPERTIES");
        foreach (OperationJson one in all)
            table.Add(one.Action, one.Properties);
        table.WriteTo(context.Output);
        return ExitCode.Done;
    }
}

/// <summary>What <c>resource op --json</c> lists.</summary>
internal sealed record OperationJson(string Id, string Action, string Properties);
