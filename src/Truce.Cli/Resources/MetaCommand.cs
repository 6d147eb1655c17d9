using System.CommandLine;
using System.Xml.Linq;
using Truce.Cli.Changing;
using Truce.Cli.Cluster;
using Truce.Cli.Completing;
using Truce.Cli.Editing;
using Truce.Cli.Printing;
using Truce.Model;

namespace Truce.Cli.Resources;

/// <summary><c>truce resource meta</c>: how the cluster treats a resource.</summary>
internal static class MetaCommand
{
    private const string Meta = "meta_attributes";

    /// <summary><c>resource meta RESOURCE [NAME=VALUE…]</c>.</summary>
    public static Command Create(CliContext context)
    {
        Argument<string> resource =
            new Argument<string>("RESOURCE") { Description = "Its id" }.SuggestingResources(context);
        Argument<string[]> words = new Argument<string[]>("NAME=VALUE")
        {
            Description = "Meta attributes; NAME= removes one; without any, those that are set are listed",
            Arity = ArgumentArity.ZeroOrMore,
        }.Suggesting(OptionNames.ResourceMeta.Select(n => n + "="));
        Option<bool> force = ParameterCommand.Force();
        ChangeOptions options = new();
        Command command = options.AddTo(new Command(
            "meta", "Set, remove or list meta attributes of RESOURCE: how the cluster treats it") { resource,
                words, force });
        command.SetAction((parse, cancel) => context.OnClusterAsync(parse, async (cluster, c) =>
        {
            string id = parse.GetValue(resource)!;
            IReadOnlyList<NamedValue> wanted = NamedValues.Read(parse.GetValue(words) ?? []);
            if (wanted.Count == 0)
                return List(context, parse,
                    (await cluster.DocumentAsync(c).ConfigureAwait(false)).Resource(id));
            foreach (NamedValue one in parse.GetValue(force) ? [] : wanted)
                Check(one);
            string text = string.Join(' ', wanted);
            return await new ChangeRun(context, parse, cluster, options).RunAsync(
                new Change($"resource meta {id} {text}", $"{id} has {Said(wanted)}", d => wanted.EditEach(
                    w => Edit(d, d.Resource(id), w))), c).ConfigureAwait(false);
        }, cancel));
        return command;
    }

    /// <summary>Requires that the cluster knows the meta attribute, and its value.</summary>
    /// <exception cref="CommandException">It doesn't.</exception>
    public static void Check(NamedValue meta)
    {
        bool isSilence = meta.Name.StartsWith(OptionNames.SilencePrefix, StringComparison.Ordinal);
        if (!isSilence && !OptionNames.ResourceMeta.Contains(meta.Name))
        {
            throw new CommandException(
                ExitCode.BadInput, $"no meta attribute {meta.Name} is known",
                $"{NearestName.Hint(meta.Name, OptionNames.ResourceMeta)}--force takes the name as it is");
        }

        if (meta.Value.Length > 0 && OptionChecks.OfResource(meta.Name, meta.Value) is { } complaint)
            throw new CommandException(ExitCode.BadInput, $"{meta}: must be {complaint.Wanted}",
                "correct the value");
    }

    private static bool Edit(CibDocument document, XElement resource, NamedValue meta) =>
        meta.Value.Length == 0
        ? resource.RemovePair(Meta, meta.Name)
        : document.SetPair(resource, Meta, meta.Name, meta.Value);

    private static string Said(IReadOnlyList<NamedValue> wanted) => string.Join(
        ", ", wanted.Select(w => w.Value.Length == 0 ? $"no {w.Name}" : w.ToString()));

    private static ExitCode List(CliContext context, ParseResult parse, XElement resource)
    {
        NamedValue[] all = [.. resource.AllPairs(Meta).Select(p => new NamedValue(p.Name, p.Value ?? ""))];
        if (parse.GetValue(context.Json))
            context.Output.WriteJson(all, CliJson.Indented.IReadOnlyListNamedValue);
        foreach (NamedValue one in parse.GetValue(context.Json) ? [] : all)
            context.Output.WriteLine(one.ToString());
        if (all.Length == 0 && !parse.GetValue(context.Json))
            context.Output.WriteLine($"{CibDocument.IdOf(resource)} has no meta attributes of its own");
        return ExitCode.Done;
    }
}
