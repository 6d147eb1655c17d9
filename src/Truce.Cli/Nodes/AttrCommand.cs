using System.CommandLine;
using System.Xml.Linq;
using Truce.Cli.Changing;
using Truce.Cli.Cluster;
using Truce.Cli.Completing;
using Truce.Cli.Editing;
using Truce.Cli.Printing;
using Truce.Contracts;
using Truce.Model;

namespace Truce.Cli.Nodes;

/// <summary><c>truce attr</c>: attributes of nodes, lasting ones and those that a reboot forgets.</summary>
internal static class AttrCommand
{
    private const string Set = "instance_attributes";

    /// <summary>The command.</summary>
    public static Command Create(CliContext context) => context.Location.AddTo(new Command("attr", "Attributes of nodes")
    {
        Show(context),
        Change(context, "set", "Set an attribute of NODE", isSet: true),
        Change(context, "unset", "Remove an attribute of NODE", isSet: false),
    });

    private static Command Show(CliContext context)
    {
        Argument<string?> node = new("NODE") { Description = "The node; all nodes by default", Arity = ArgumentArity.ZeroOrOne };
        Command command = new("show", "Show attributes") { node };
        command.SetAction((parse, cancel) => context.OnClusterAsync(parse, async (cluster, c) =>
        {
            ClientReply.Configuration cib = await cluster.AskAsync<ClientReply.Configuration>(
                new ClientRequest.GetConfiguration(null, true), c).ConfigureAwait(false);
            IReadOnlyList<AttributeJson> found = [.. Read(cib.Xml, parse.GetValue(node))];
            if (parse.GetValue(context.Json))
            {
                context.Output.WriteJson(found, CliJson.Indented.IReadOnlyListAttributeJson);
                return ExitCode.Done;
            }

            Table table = new("NODE", "NAME", "VALUE", "LASTS");
            foreach (AttributeJson one in found)
                table.Add(one.Node, one.Name, one.Value ?? "", one.Transient ? "until it reboots" : "yes");
            table.WriteTo(context.Output);
            return ExitCode.Done;
        }, cancel));
        return command;
    }

    private static IEnumerable<AttributeJson> Read(string xml, string? node)
    {
        CibDocument document = CibDocument.Parse(xml);
        IEnumerable<XElement> nodes = node is null ? document.Nodes : [document.Node(node)];
        IEnumerable<XElement> states = XElement.Parse(xml).Elements("status").Elements("node_state");
        return nodes.Select(n => (Name: (string)n.Attribute("uname")!, Node: n)).SelectMany(n =>
            n.Node.AllPairs(Set).Select(p => new AttributeJson(n.Name, p.Name, p.Value, false))
                .Concat(states.Where(s => (string?)s.Attribute("uname") == n.Name).Elements("transient_attributes")
                    .SelectMany(t => t.AllPairs(Set)).Select(p => new AttributeJson(n.Name, p.Name, p.Value, true))));
    }

    private static Command Change(CliContext context, string name, string help, bool isSet)
    {
        Argument<string> node =
            new Argument<string>("NODE") { Description = "The node" }.SuggestingNodes(context);
        Argument<string> attribute = new("NAME") { Description = "The attribute" };
        Argument<string> value = new("VALUE") { Description = "Its value" };
        Option<bool> transient = new("--transient") { Description = "Until the node's next reboot only" };
        ChangeOptions options = new();
        Command command = options.AddTo(new Command(name, help) { node, attribute, transient });
        if (isSet)
            command.Add(value);
        command.SetAction((parse, cancel) => context.OnClusterAsync(parse, (cluster, c) =>
        {
            Attribute one = new(
                parse.GetValue(node)!, parse.GetValue(attribute)!, isSet ? parse.GetValue(value) : null);
            if (isSet)
                Check(one);
            if (parse.GetValue(transient) && options.IsDryRun(parse))
                throw new CommandException(
                    ExitCode.Usage, "--dry-run: an attribute that ends with a reboot can't be tried on paper",
                    "leave --transient or --dry-run out");
            return parse.GetValue(transient)
                ? TransientAsync(new Outcome(context, parse, cluster), cluster, one, options.Wait, c)
                : new ChangeRun(context, parse, cluster, options).RunAsync(
                    new Change($"attr {name} {one.Node} {one.Name}", one.Said, d => Edit(d, one)), c);
        }, cancel));
        return command;
    }

    // Removed may be whatever is there.
    private static void Check(Attribute one)
    {
        if (one.Name.Length == 0 || one.Name.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
            throw new CommandException(
                ExitCode.BadInput, $"\"{one.Name}\" can't be the name of an attribute",
                "use letters, digits, '-', '_' and '.'");
        if (one.Name[0] == '#')
            throw new CommandException(
                ExitCode.BadInput, $"{one.Name} is built in: the cluster says itself what it is",
                "choose a name that doesn't begin with #");
        if (one.Value!.Any(char.IsControl))
            throw new CommandException(
                ExitCode.BadInput, $"the value of {one.Name} contains a control character",
                "write it as one line");
        if (one.Name is "standby" or "maintenance" && CibBoolean.Parse(one.Value) is null)
            throw new CommandException(
                ExitCode.BadInput, $"{one.Name}={one.Value}: must be true or false", "correct the value");
    }

    // What a reboot forgets isn't part of the configuration, and isn't tried on paper.
    private static async Task<ExitCode> TransientAsync(
        Outcome outcome, ICluster cluster, Attribute one, WaitOptions wait, CancellationToken cancel)
    {
        ClientReply.Done done = await cluster.AskAsync<ClientReply.Done>(
            new ClientRequest.SetTransient(one.Node, one.Name, one.Value), cancel).ConfigureAwait(false);
        return await outcome.TellAsync(one.Said, done, wait, cancel).ConfigureAwait(false);
    }

    private sealed record Attribute(string Node, string Name, string? Value)
    {
        public string Said => Value is null ? $"{Node} has no {Name}" : $"{Node} has {Name}={Value}";
    }

    private static bool Edit(CibDocument document, Attribute one)
    {
        XElement node = document.Node(one.Node);
        return one.Value is null
            ? node.RemovePair(Set, one.Name) : document.SetPair(node, Set, one.Name, one.Value);
    }
}

/// <summary>What <c>attr show --json</c> lists.</summary>
internal sealed record AttributeJson(string Node, string Name, string? Value, bool Transient);
