using System.CommandLine;
using System.Globalization;
using Truce.Cli.Ending;
using Truce.Lab;

namespace Truce.Cli;

/// <summary><c>truce lab</c>: a cluster on this machine, for trying, teaching and testing.</summary>
internal static class LabCommand
{
    /// <summary>The command with its verbs.</summary>
    public static Command Create(CliContext context) =>
        new("lab", "A test cluster on this machine: hosts, power, network")
    {
        Up(context), Down(context), Status(context), Exec(context),
        OfNodes(context, "kill", "Cut the power of nodes",
            (lab, nodes, cancel) => lab.KillAsync(nodes, cancel)),
        OfNodes(context, "boot", "Turn the power of nodes on", (lab, nodes, cancel) => lab.BootAsync(nodes, cancel)),
        OfNodes(context, "pause", "Freeze nodes",
            (lab, nodes, cancel) => lab.PauseAsync(nodes, cancel)),
        OfNodes(context, "thaw", "Resume paused nodes",
            (lab, nodes, cancel) => lab.ThawAsync(nodes, cancel)),
        Cut(context), Heal(context), Set(context),
    };

    /// <summary>What the lab starts for itself; not for people.</summary>
    public static Command CreateKeeper()
    {
        Argument<string> folder = new("folder");
        Command command = new("lab-keeper", "Keeps a lab") { folder };
        command.Hidden = true;
        command.SetAction((parse, _) => Truce.Lab.Keeper.LabKeeper.RunAsync(parse.GetValue(folder)!));
        return command;
    }

    private static Command Up(CliContext context)
    {
        Option<int> nodes = new("--nodes")
            { Description = "Number of nodes: n1, n2, …", DefaultValueFactory = _ => 3 };
        Option<LabEngine> engine = new("--engine") { Description = "The messaging layer" };
        Option<int> links = new("--links")
            { Description = "Number of networks between the nodes", DefaultValueFactory = _ => 1 };
        Option<int> token = new("--token")
            { Description = "Token timeout in milliseconds", DefaultValueFactory = _ => 1000 };
        Option<Isolation?> isolation = new("--isolation")
            { Description = "How nodes are isolated; the strongest possible by default" };
        Option<string?> config = new("--config")
            { Description = "The CIB to start with; - for standard input" };
        Option<string[]> agents = new("--agents")
            { Description = "A folder of agents, provided as ocf:FOLDERNAME:*" };
        Option<string[]> disks = new("--disk")
            { Description = "NAME[:MB], a shared disk: /dev/lab/NAME on every node (needs root)" };
        Option<string> timeout = new("--timeout")
            { Description = "How long to wait for the cluster to settle", DefaultValueFactory = _ => "120s" };
        Option<bool> bare = new("--no-wait") { Description = "Don't wait until the cluster has settled" };
        Option<bool> plain = new("--unencrypted") { Description = "Don't encrypt Corosync's links" };
        Option<string[]> quorum = new("--quorum")
            { Description = "KEY=VALUE for the quorum section of corosync.conf" };
        Option<bool> witness = new("--witness") { Description = "Add a quorum device outside the nodes (corosync-qnetd)" };
        Option<string?> daemon = new("--daemon")
            { Description = "A program that nodes run instead of truced", Hidden = true };
        Command command = new("up", "Create a lab and wait until its cluster has settled")
            { nodes, engine, links, token, isolation, config, agents, disks, timeout, bare, plain, quorum, witness, daemon };
        command.SetAction((parse, cancel) => DoAsync(context, parse, async lab =>
        {
            LabOptions options = new()
            {
                Nodes = parse.GetValue(nodes),
                Engine = parse.GetValue(engine),
                Links = parse.GetValue(links),
                TokenMs = parse.GetValue(token),
                Isolation = parse.GetValue(isolation),
                Configuration = await ReadAsync(context, parse.GetValue(config), cancel)
                    .ConfigureAwait(false),
                Agents = [.. parse.GetValue(agents) ?? []],
                Disks = [.. (parse.GetValue(disks) ?? []).Select(Disk)],
                Encrypted = !parse.GetValue(plain),
                Quorum = [.. parse.GetValue(quorum) ?? []],
                Witness = parse.GetValue(witness),
                Daemon = parse.GetValue(daemon),
            };
            TimeSpan patience = parse.GetValue(bare) ? TimeSpan.Zero : Seconds(parse.GetValue(timeout)!);
            await lab.UpAsync(options, LabSettling.IsSettledAsync, patience, cancel).ConfigureAwait(false);
        }));
        return command;
    }

    private static Command Down(CliContext context)
    {
        Command command = new("down", "Remove the lab, including leftovers of a crash");
        command.SetAction((parse, cancel) => DoAsync(context, parse, lab => lab.DownAsync(cancel)));
        return command;
    }

    private static Command Status(CliContext context)
    {
        Command command = new("status", "Show the hosts, their power, and network cuts");
        command.SetAction((parse, cancel) => DoAsync(context, parse, lab => lab.StatusAsync(cancel)));
        return command;
    }

    private static Command Exec(CliContext context)
    {
        Argument<string> node = new("node")
            { Description = "A node, or client: outside the nodes, on their network" };
        Argument<string[]> words = new("command")
            { Description = "After --", Arity = ArgumentArity.OneOrMore };
        Command command = new("exec", "Run a command on a node: exec NODE -- COMMAND…") { node, words };
        command.SetAction(async (parse, cancel) =>
        {
            int code = 0;
            int done = await DoAsync(context, parse, async lab =>
                code = await lab.ExecAsync(parse.GetValue(node)!, parse.GetValue(words)!, cancel)
                    .ConfigureAwait(false)).ConfigureAwait(false);
            return done == 0 ? code : done;
        });
        return command;
    }

    private static Command OfNodes(
        CliContext context, string name, string description, Func<LabCommands, string[], CancellationToken,
            Task> act)
    {
        Argument<string[]> nodes = new("node") { Arity = ArgumentArity.OneOrMore };
        Command command = new(name, description) { nodes };
        command.SetAction(
            (parse, cancel) => DoAsync(context, parse, lab => act(lab, parse.GetValue(nodes)!, cancel)));
        return command;
    }

    private static Command Cut(CliContext context)
    {
        Argument<string> from = new("from")
            { Description = "Nodes, separated by commas; client for the outside" };
        Argument<string> to = new("to") { Description = "Nodes, separated by commas" };
        Option<int?> link = new("--link") { Description = "Only this link; all links by default" };
        Option<bool> oneWay = new("--one-way")
            { Description = "Only the second nodes no longer hear the first" };
        Command command = new("cut", "Cut the network between nodes") { from, to, link, oneWay };
        command.SetAction((parse, cancel) => DoAsync(context, parse, lab => lab.CutAsync(
            parse.GetValue(from)!, parse.GetValue(to)!, parse.GetValue(link), parse.GetValue(oneWay),
            cancel)));
        return command;
    }

    private static Command Heal(CliContext context)
    {
        Command command = new("heal", "End all cuts");
        command.SetAction((parse, cancel) => DoAsync(context, parse, lab => lab.HealAsync(cancel)));
        return command;
    }

    private static Command Set(CliContext context)
    {
        Argument<string> key = new("key")
            { Description = "boot_delay (seconds or none), fence_ms, fence_fails (0 or 1)" };
        Argument<string> value = new("value");
        Command command = new("set", "Change how the lab behaves") { key, value };
        command.SetAction((parse, cancel) => DoAsync(context, parse,
            lab => lab.SetAsync(parse.GetValue(key)!, parse.GetValue(value)!, cancel)));
        return command;
    }

    private static async Task<int> DoAsync(CliContext context, ParseResult parse, Func<LabCommands, Task> act)
    {
        try
        {
            TruceLab lab = new(LabPaths.FromEnvironment(context.Environment("TRUCE_LAB_DIR")));
            await act(new LabCommands(lab, context.Output, parse.GetValue(context.Json)))
                .ConfigureAwait(false);
            return (int)ExitCode.Done;
        }
        catch (LabException problem)
        {
            throw new CommandException(Failures.CodeOf(problem.Kind), problem.Message, problem.Remedy);
        }
    }

    private static async Task<string?> ReadAsync(CliContext context, string? file, CancellationToken cancel) =>
        file is null ? null : await FileInput.ReadAsync(context, file, cancel).ConfigureAwait(false);

    private static LabDisk Disk(string text)
    {
        string[] parts = text.Split(':');
        int megabytes = 64;
        if (parts.Length > 2 || !parts[0].All(char.IsAsciiLetterOrDigit) || parts[0].Length == 0
            || (parts.Length == 2 && !int.TryParse(parts[1], CultureInfo.InvariantCulture, out megabytes))
            || megabytes is < 8 or > 65_536)
        {
            throw new CommandException(ExitCode.BadInput, $"--disk {text}: not a name and megabytes",
                "--disk shared:64");
        }

        return new LabDisk(parts[0], megabytes);
    }

    private static TimeSpan Seconds(string text) =>
        int.TryParse(text.TrimEnd('s'), CultureInfo.InvariantCulture, out int seconds) && seconds > 0
            ? TimeSpan.FromSeconds(seconds)
            : throw new CommandException(ExitCode.BadInput, $"--timeout {text}: not a number of seconds",
                "--timeout 120s");
}
