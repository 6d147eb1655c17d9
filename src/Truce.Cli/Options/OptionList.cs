using System.CommandLine;
using System.Xml.Linq;
using Truce.Cli.Cluster;
using Truce.Cli.Completing;
using Truce.Cli.Editing;
using Truce.Cli.Printing;
using Truce.Contracts;
using Truce.Model;
using Truce.Model.Xml;

namespace Truce.Cli.Options;

/// <summary><c>truce option list</c>: what is set, where, and what counts otherwise.</summary>
internal static class OptionList
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        Argument<string?> part = new Argument<string?>("PATTERN")
        {
            Description = "Only options whose names contain this",
            Arity = ArgumentArity.ZeroOrOne,
        }.Suggesting(OptionNames.Cluster);
        Option<bool> changed = new("--set") { Description = "Only options that are set" };
        Command command = new("list", "List options with their values, defaults and meanings")
        {
            part, changed,
        };
        command.SetAction((parse, cancel) => context.OnClusterAsync(parse, async (cluster, c) =>
        {
            ClientReply.Configuration now = await cluster.AskAsync<ClientReply.Configuration>(
                new ClientRequest.GetConfiguration(null, false), c).ConfigureAwait(false);
            string wanted = parse.GetValue(part) ?? "";
            OptionJson[] found =
            [
                .. Read(now.Xml, context.Time.GetUtcNow())
                    .Where(o => o.Name.Contains(wanted, StringComparison.OrdinalIgnoreCase))
                    .Where(o => o.Value is not null || !parse.GetValue(changed)),
            ];
            if (parse.GetValue(context.Json))
                context.Output.WriteJson(found, CliJson.Indented.IReadOnlyListOptionJson);
            else
                Print(context.Output, found);
            return found.Length > 0 || wanted.Length == 0 ? ExitCode.Done : throw CibDocument.Unknown(
                "option", wanted, OptionCatalogue.All.Select(o => o.Name));
        }, cancel));
        return command;
    }

    private static void Print(TextWriter output, OptionJson[] found)
    {
        Table table = new("OPTION", "VALUE", "DEFAULT", "SET IN", "MEANING");
        foreach (OptionJson one in found)
            table.Add(one.Name, one.Value ?? "-", one.Default.Length > 0 ? one.Default : "-", one.Set ?? "-",
                one.Meaning);
        table.WriteTo(output);
        if (table.IsEmpty)
            output.WriteLine("no option is set: defaults apply");
    }

    private static IEnumerable<OptionJson> Read(string xml, DateTimeOffset now)
    {
        if (CibReader.Parse(xml) is not CibReadResult.Accepted accepted)
            throw new InvalidOperationException("the cluster's own configuration can't be read");
        ClusterOptions values = ClusterOptions.From(accepted.Cib.Configuration, now);
        XElement[] pairs =
        [
            .. CibDocument.Parse(xml).Section("crm_config").Elements(Pairs.OptionSet)
                .OrderBy(s => CibDocument.IdOf(s) == AttributeSets.BootstrapOptions ? 0
                    : 1).Elements("nvpair"),
        ];
        IEnumerable<OptionJson> known = OptionCatalogue.All.Select(o => new OptionJson(
            o.Name, values.Text(o.Name), o.Default, SetOf(pairs, o.Name, values.Text(o.Name)), o.Meaning));
        IEnumerable<OptionJson> others =
            pairs.Select(p => (string?)p.Attribute("name")).OfType<string>().Distinct()
            .Where(n => OptionCatalogue.Find(n) is null)
            .Select(n => new OptionJson(
                n, values.Text(n), "", SetOf(pairs, n, values.Text(n)), "not an option that Truce knows"));
        return known.Where(o => o.Value is not null || o.Meaning != OptionCatalogue.NoEffect).Concat(others);
    }

    private static string? SetOf(XElement[] pairs, string name, string? value)
    {
        string[] names = [.. OptionNames.NewestFirst(name)];
        return value is null ? null : pairs
            .Where(p => names.Contains((string?)p.Attribute("name"))
                && (string?)p.Attribute("value") == value)
            .Select(p => CibDocument.IdOf(p.Parent!)).FirstOrDefault();
    }
}

/// <summary>What <c>option list --json</c> lists.</summary>
/// <param name="Name">The option's newest name.</param>
/// <param name="Value">Its value; null: it isn't set.</param>
/// <param name="Default">What counts then; may be empty.</param>
/// <param name="Set">The id of the set that has it; null: none.</param>
/// <param name="Meaning">In one line.</param>
internal sealed record OptionJson(string Name, string? Value, string Default, string? Set, string Meaning);
