using System.CommandLine;
using Truce.Cli.Cluster;
using Truce.Cli.Editing;
using Truce.Cli.Printing;
using Truce.Contracts;

namespace Truce.Cli.Fencing;

/// <summary><c>truce fence</c>: cut a node off, and everything around that.</summary>
internal static class FenceCommand
{
    /// <summary>Begins what is written into the history for an operator.</summary>
    internal const string By = "operator: ";

    /// <summary>The command. <c>fence -- NODE</c> is the older form of <c>fence node NODE</c>.</summary>
    public static Command Create(CliContext context)
    {
        Argument<string?> older = new("NODE") { Description = "Older form of truce fence node NODE: truce fence -- NODE", Arity = ArgumentArity.ZeroOrOne };
        FenceOptions options = new();
        Command command = options.AddTo(new Command("fence", "Fencing: fence a node, test devices, see what was fenced and why")
        {
            older,
            Node(context),
            History(context),
            FenceDevices.List(context),
            FenceTopology.Create(context),
            FenceTest.Create(context),
            FenceConfirm.Create(context),
            Release(context),
        });
        command.SetAction((parse, cancel) => parse.GetValue(older) is { } target
            ? options.AskAsync(context, parse, target, cancel)
            : throw new CommandException(ExitCode.Usage, "fence: a command or a node is missing", "truce fence node NODE; truce fence --help shows the rest"));
        return context.Location.AddTo(command);
    }

    private static Command Node(CliContext context)
    {
        Argument<string> node = new("NODE") { Description = "The node to fence" };
        FenceOptions options = new();
        Command command = options.AddTo(new Command("node", "Fence NODE (reboot, unless --action says otherwise)") { node });
        command.SetAction((parse, cancel) => options.AskAsync(context, parse, parse.GetValue(node)!, cancel));
        return command;
    }

    // How a node is fenced, the same in both forms.
    private sealed class FenceOptions
    {
        private readonly Option<string> _action = new("--action") { Description = "reboot, off or on", HelpName = "ACTION", DefaultValueFactory = _ => "reboot" };
        private readonly Option<string> _reason = new("--reason") { Description = "For the fence history", HelpName = "TEXT", DefaultValueFactory = _ => "by hand" };
        private readonly WaitOptions _wait = new();

        public FenceOptions() => _action.AcceptOnlyFromAmong("reboot", "off", "on");

        public Command AddTo(Command command)
        {
            command.Add(_action);
            command.Add(_reason);
            return _wait.AddTo(command);
        }

        public Task<int> AskAsync(CliContext context, ParseResult parse, string target, CancellationToken cancel) =>
            context.OnClusterAsync(parse, (cluster, c) => FenceAsync(
                context, parse, cluster,
                new ClientRequest.FenceNode(target, parse.GetValue(_action)!, By + parse.GetValue(_reason)), _wait, c), cancel);
    }

    private static async Task<ExitCode> FenceAsync(
        CliContext context, ParseResult parse, ICluster cluster, ClientRequest.FenceNode request, WaitOptions wait, CancellationToken cancel)
    {
        Outcome outcome = new(context, parse, cluster);
        ClientReply.Done asked = await cluster.AskAsync<ClientReply.Done>(request, cancel).ConfigureAwait(false);
        outcome.Warn(asked);
        if (wait.Limit(parse) is not { } limit)
        {
            outcome.Print($"{request.Action} of {request.Node} is ordered ({asked.Subject}); see the result with truce fence history", asked);
            return ExitCode.Done;
        }

        FenceRecord result = await EndOfAsync(context, cluster, asked.Subject, limit, cancel).ConfigureAwait(false);
        if (result.Result is not ("done" or "confirmed"))
            throw new CommandException(
                ExitCode.No, $"{request.Action} of {request.Node}: {result.Result}{(result.Reason.Length > 0 ? $": {result.Reason}" : "")}",
                "see truce fence history; if you have verified that the node is off: truce fence confirm NODE");
        outcome.Print($"{request.Action} of {request.Node} is done, by {result.By} with {result.Device}", asked);
        return ExitCode.Done;
    }

    /// <summary>Waits for the end of a fencing.</summary>
    internal static async Task<FenceRecord> EndOfAsync(
        CliContext context, ICluster cluster, string id, TimeSpan limit, CancellationToken cancel)
    {
        FenceRecord? record = null;
        bool ended = await Waiting.UntilAsync(context.Time, limit, HasEndedAsync, cancel).ConfigureAwait(false);
        return ended ? record! : throw new CommandException(
            ExitCode.TimedOut, $"fencing {id} has not ended within {limit.TotalSeconds:0.#} s; it continues", "see truce fence history");

        async Task<bool> HasEndedAsync()
        {
            ClientReply.FenceHistory history = await cluster.AskAsync<ClientReply.FenceHistory>(
                new ClientRequest.GetFenceHistory(), cancel).ConfigureAwait(false);
            record = history.Items.FirstOrDefault(f => f.Id == id);
            return record?.End is not null;
        }
    }

    private static Command History(CliContext context)
    {
        Argument<string?> node = new("NODE") { Description = "Only for this node", Arity = ArgumentArity.ZeroOrOne };
        Command command = new("history", "Every shot, with its cause and the evidence") { node };
        command.SetAction((parse, cancel) => context.OnClusterAsync(parse, async (cluster, c) =>
        {
            ClientReply.FenceHistory history = await cluster.AskAsync<ClientReply.FenceHistory>(
                new ClientRequest.GetFenceHistory(), c).ConfigureAwait(false);
            string? named = parse.GetValue(node);
            FenceRecord[] items = [.. history.Items.Where(f => named is null || f.Target == named)];
            // Of a node that was removed since, the history is kept.
            if (named is not null && items.Length == 0)
                (await cluster.DocumentAsync(c).ConfigureAwait(false)).Require(named);
            if (parse.GetValue(context.Json))
                context.Output.WriteJson(items, CliJson.Indented.IReadOnlyListFenceRecord);
            else
                Print(context.Output, items);
            return ExitCode.Done;
        }, cancel));
        return command;
    }

    private static void Print(TextWriter output, FenceRecord[] items)
    {
        if (items.Length == 0)
            output.WriteLine("no node was fenced");
        foreach (FenceRecord fence in items)
        {
            string device = fence.Device.Length > 0 ? $" with {fence.Device}" : "";
            string took = fence.End is { } end && fence.Result != "refused" ? $" after {(end - fence.Begin).TotalSeconds:0.0} s" : "";
            output.WriteLine($"{fence.Begin.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z {fence.Action} of {fence.Target}{device}: {ResultOf(fence)}{took}");
            output.WriteLine($"    {FenceSentence.Of(fence)}");
            if (fence.Reason.Length > 0 && fence.Result != "obsolete")
                output.WriteLine($"    device: {fence.Reason}");
        }
    }

    private static string ResultOf(FenceRecord fence) => fence.Result == "refused" ? "avoided" : fence.Result;

    private static Command Release(CliContext context)
    {
        Argument<string> node = new("NODE|RESOURCE") { Description = "The node or resource that truce status shows as held back" };
        Option<string> reason = new("--reason") { Description = "What was fixed, for the fence history", HelpName = "TEXT", DefaultValueFactory = _ => "fixed" };
        WaitOptions wait = new();
        Command command = wait.AddTo(new Command("release", "After fixing the cause: end a ban, block or quarantine, and retry failed fencing at once") { node, reason });
        command.SetAction((parse, cancel) => context.OnClusterAsync(parse, async (cluster, c) =>
        {
            string name = parse.GetValue(node)!;
            ClientReply.Done done = await cluster.AskAsync<ClientReply.Done>(
                new ClientRequest.ReleaseFencing(name, By + parse.GetValue(reason)), c).ConfigureAwait(false);
            return await new Outcome(context, parse, cluster).TellAsync($"{name} is released", done, wait, c).ConfigureAwait(false);
        }, cancel));
        return command;
    }
}
