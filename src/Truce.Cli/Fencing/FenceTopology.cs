using System.CommandLine;
using System.Globalization;
using System.Xml.Linq;
using Truce.Cli.Changing;
using Truce.Cli.Cluster;
using Truce.Cli.Completing;
using Truce.Cli.Editing;
using Truce.Cli.Printing;
using Truce.Model;

namespace Truce.Cli.Fencing;

/// <summary><c>truce fence topology</c>: which devices fence a node, level after level. All devices of a level
/// must succeed; the next level is tried if one doesn't.</summary>
internal static class FenceTopology
{
    private const int LevelMax = 9;
    private const string Section = "fencing-topology";

    /// <summary>The command.</summary>
    public static Command Create(CliContext context) =>
        new("topology", "The order in which devices are tried for a node")
        {
            List(context),
            Set(context),
            Delete(context),
        };

    private static Command List(CliContext context)
    {
        Argument<string?> node = new Argument<string?>("NODE")
        {
            Description = "Only levels that name this node", Arity = ArgumentArity.ZeroOrOne,
        }.SuggestingNodes(context);
        Command command = new("list", "List the levels") { node };
        command.SetAction((parse, cancel) => context.OnClusterAsync(parse, async (cluster, c) =>
        {
            CibDocument document = await cluster.DocumentAsync(c).ConfigureAwait(false);
            if (parse.GetValue(node) is { } named)
                document.Require(named);
            FenceLevelJson[] levels =
            [
                .. Levels(document).Select(Read)
                    .Where(l => parse.GetValue(node) is not { } n || l.Target == n)
                    .OrderBy(l => l.Target, NaturalOrder.Instance).ThenBy(l => l.Level),
            ];
            if (parse.GetValue(context.Json))
                context.Output.WriteJson(levels, CliJson.Indented.IReadOnlyListFenceLevelJson);
            else
                Print(context.Output, levels);
            return ExitCode.Done;
        }, cancel));
        return command;
    }

    private static Command Set(CliContext context)
    {
        Argument<string> node = NodeArgument(context);
        Argument<int> level = LevelArgument();
        Argument<string[]> devices = new Argument<string[]>("DEVICE")
        {
            Description = "Fence devices; all of them must succeed",
            Arity = ArgumentArity.OneOrMore,
        }.SuggestingDevices(context);
        ChangeOptions options = new();
        Command command = options.AddTo(
            new Command("set", "Set the devices of LEVEL for NODE") { node, level, devices });
        command.SetAction((parse, cancel) => context.OnClusterAsync(parse, (cluster, c) =>
        {
            Place place = new(parse.GetValue(node)!, Checked(parse.GetValue(level)));
            string[] all = [.. parse.GetValue(devices)!.SelectMany(d => d.Split(',')).Distinct()];
            string said = $"level {place.Level} of {place.Node} is {string.Join(" and ", all)}";
            return new ChangeRun(context, parse, cluster, options).RunAsync(
                new Change($"fence topology set {place} {string.Join(' ', all)}", said,
                    d => Set(d, place, all)), c);
        }, cancel));
        return command;
    }

    private static Command Delete(CliContext context)
    {
        Argument<string> node = NodeArgument(context);
        Argument<int?> level = new("LEVEL")
        {
            Description = $"1 to {LevelMax}; all levels by default", Arity = ArgumentArity.ZeroOrOne,
        };
        ChangeOptions options = new();
        Command command =
            options.AddTo(new Command("delete", "Delete LEVEL, or every level, of NODE") { node, level });
        command.SetAction((parse, cancel) => context.OnClusterAsync(parse, (cluster, c) =>
        {
            string name = parse.GetValue(node)!;
            int? one = parse.GetValue(level) is { } number ? Checked(number) : null;
            string what = one is null ? "levels" : $"level {one}";
            return new ChangeRun(context, parse, cluster, options).RunAsync(
                new Change($"fence topology delete {name} {one}".TrimEnd(), $"{name} has no {what}",
                    d => Delete(d, name, one)), c);
        }, cancel));
        return command;
    }

    private sealed record Place(string Node, int Level)
    {
        public override string ToString() => $"{Node} {Level}";
    }

    private static bool Set(CibDocument document, Place place, string[] devices)
    {
        document.Require(place.Node);
        string[] known = [.. Devices(document)];
        if (devices.FirstOrDefault(d => !known.Contains(d)) is { } unknown)
            throw CibDocument.Unknown("fence device", unknown, known);
        string wanted = string.Join(',', devices);
        if (Find(document, place.Node, place.Level).FirstOrDefault() is { } level)
        {
            if ((string?)level.Attribute("devices") == wanted)
                return false;
            level.SetAttributeValue("devices", wanted);
            return true;
        }

        document.Section(Section).Add(new XElement("fencing-level",
            new XAttribute("id", document.FreeId($"fence-{place.Node}-{place.Level}")),
            new XAttribute("target", place.Node),
            new XAttribute("index", place.Level),
            new XAttribute("devices", wanted)));
        return true;
    }

    private static bool Delete(CibDocument document, string node, int? level)
    {
        document.Require(node);
        XElement[] gone = [.. Find(document, node, level)];
        foreach (XElement one in gone)
            one.Remove();
        if (gone.Length > 0 && !Levels(document).Any())
            document.Section(Section).Remove();
        return gone.Length > 0;
    }

    private static IEnumerable<XElement> Find(CibDocument document, string node, int? level) =>
        Levels(document).Where(l => (string?)l.Attribute("target") == node
            && (level is null || Read(l).Level == level));

    private static IEnumerable<XElement> Levels(CibDocument document) =>
        document.Root.Elements(Section).Elements("fencing-level");

    private static IEnumerable<string> Devices(CibDocument document) => document.Resources
        .Where(r => r.Name.LocalName == "primitive" && document.AgentOf(r)?.Class == AgentName.Stonith)
        .Select(r => CibDocument.IdOf(r)!);

    private static Argument<string[]> SuggestingDevices(this Argument<string[]> argument, CliContext context) =>
        argument.SuggestingFrom(context, Devices);

    private static FenceLevelJson Read(XElement level) => new(
        (string?)level.Attribute("target")
            ?? ((string?)level.Attribute("target-pattern") is { } pattern ? $"~{pattern}"
                : $"{(string?)level.Attribute("target-attribute")}={(string?)level.Attribute("target-value")}"),
        (int?)level.Attribute("index") ?? 0,
        [.. ((string?)level.Attribute("devices") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries)]);

    private static int Checked(int level) => level is >= 1 and <= LevelMax
        ? level
        : throw new CommandException(
            ExitCode.BadInput, $"{level} is not a level", $"levels are 1 to {LevelMax}; the lowest is tried first");

    private static Argument<string> NodeArgument(CliContext context) =>
        new Argument<string>("NODE") { Description = "The node to be fenced" }.SuggestingNodes(context);

    private static Argument<int> LevelArgument() => new("LEVEL")
    {
        Description = $"1 to {LevelMax}; the lowest is tried first",
    };

    private static void Print(TextWriter output, FenceLevelJson[] levels)
    {
        if (levels.Length == 0)
        {
            output.WriteLine("no topology: any device that can fence a node is used, by priority");
            return;
        }

        Table table = new("NODE", "LEVEL", "DEVICES");
        foreach (FenceLevelJson level in levels)
            table.Add(
                level.Target, level.Level.ToString(CultureInfo.InvariantCulture),
                string.Join(" and ", level.Devices));
        table.WriteTo(output);
    }
}

/// <summary>What <c>fence topology list --json</c> lists.</summary>
/// <param name="Target">The node; <c>~PATTERN</c> or <c>ATTRIBUTE=VALUE</c> for several.</param>
/// <param name="Level">1 to 9.</param>
/// <param name="Devices">All of them must succeed.</param>
internal sealed record FenceLevelJson(string Target, int Level, IReadOnlyList<string> Devices);
