using System.CommandLine;
using Truce.Cli.Changing;
using Truce.Cli.Completing;
using Truce.Cli.Editing;
using Truce.Model;

namespace Truce.Cli.Options;

/// <summary><c>truce option</c>: the options of the whole cluster.</summary>
internal static class OptionCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context) => context.Location.AddTo(new Command(
        "option", "Options of the cluster: list with defaults and meaning, set, unset")
    {
        OptionList.Create(context),
        Set(context),
        Unset(context),
    });

    private static Command Set(CliContext context)
    {
        Argument<string[]> words = new Argument<string[]>("NAME=VALUE")
        {
            Description = "Options and their values",
            Arity = ArgumentArity.OneOrMore,
        }.Suggesting(OptionNames.Cluster.Select(n => n + "="));
        ChangeOptions options = new();
        Command command = options.AddTo(new Command("set", "Set options of the cluster")
        {
            words,
        });
        command.SetAction((parse, cancel) => context.OnClusterAsync(parse, (cluster, c) =>
        {
            IReadOnlyList<NamedValue> wanted = NamedValues.Read(parse.GetValue(words)!);
            foreach (NamedValue one in wanted)
                Check(one);
            string text = string.Join(' ', wanted);
            return new ChangeRun(context, parse, cluster, options).RunAsync(
                new Change($"option set {text}", $"{text} is set", document => wanted.EditEach(
                    one => document.SetOption(one.Name, one.Value))), c);
        }, cancel));
        return command;
    }

    private static Command Unset(CliContext context)
    {
        Argument<string[]> words = new Argument<string[]>("NAME")
        {
            Description = "Options that are to have their defaults again",
            Arity = ArgumentArity.OneOrMore,
        }.Suggesting(OptionNames.Cluster);
        ChangeOptions options = new();
        Command command =
            options.AddTo(new Command("unset", "Give options of the cluster their defaults again")
        {
            words,
        });
        command.SetAction((parse, cancel) => context.OnClusterAsync(parse, (cluster, c) =>
        {
            string[] names = [.. parse.GetValue(words)!.Distinct()];
            string text = string.Join(' ', names);
            return new ChangeRun(context, parse, cluster, options).RunAsync(
                new Change($"option unset {text}", Defaults(names), document => names.EditEach(
                    name => Remove(document, name))), c);
        }, cancel));
        return command;
    }

    private static string Defaults(string[] names) => string.Join(", ", names.Select(
        n => OptionCatalogue.Find(n) is { Default.Length: > 0 } known
            ? $"{n} has its default {known.Default}"
            : $"{n} is not set"));

    // What somebody else wrote under a name that Truce doesn't know can be removed, but nothing else be
    // named.
    private static bool Remove(CibDocument document, string name)
    {
        bool removed = document.RemoveOption(name);
        return removed || IsKnown(name) ? removed : throw Unknown(name);
    }

    private static void Check(NamedValue option)
    {
        if (!IsKnown(option.Name))
            throw Unknown(option.Name);
        if (OptionChecks.OfCluster(option.Name, option.Value) is { } complaint)
            throw new CommandException(
                ExitCode.BadInput, $"{option}: must be {complaint.Wanted}",
                $"truce option list {option.Name} shows what it means");
    }

    private static bool IsKnown(string name) => OptionNames.Cluster.Contains(name)
        || name.StartsWith(OptionNames.SilencePrefix, StringComparison.Ordinal);

    private static CommandException Unknown(string name) => new(
        ExitCode.BadInput, $"no option {name} is known",
        $"{NearestName.Hint(name, OptionNames.Cluster)}truce option list shows all");
}
