using System.CommandLine;
using Truce.Cli.Cluster;
using Truce.Cli.Printing;
using Truce.Contracts;

namespace Truce.Cli.Fencing;

/// <summary><c>truce fence</c>: cut a node off, and everything around that.</summary>
internal static class FenceCommand
{
    private const string By = "operator: ";

    /// <summary>The command. Its own argument is a node; <c>--</c> before it keeps a node called "list" apart.</summary>
    public static Command Create(CliContext context)
    {
        Argument<string?> node = new("NODE") { Description = "The node to fence: truce fence -- NODE", Arity = ArgumentArity.ZeroOrOne };
        Option<string> action = new("--action") { Description = "reboot, off or on", HelpName = "ACTION", DefaultValueFactory = _ => "reboot" };
        action.AcceptOnlyFromAmong("reboot", "off", "on");
        Option<string> reason = new("--reason") { Description = "For the fence history", HelpName = "TEXT", DefaultValueFactory = _ => "by hand" };
        WaitOptions wait = new();
        Command command = wait.AddTo(new Command("fence", "Fencing: cut a node off, see what was shot and why")
        {
            node, action, reason,
            History(context),
            FenceDevices.List(context),
            FenceTest.Create(context),
            Confirm(context),
            Release(context),
        });
        command.SetAction((parse, cancel) => parse.GetValue(node) is { } target
            ? context.OnClusterAsync(parse, (cluster, c) => FenceAsync(
                context, parse, cluster, new ClientRequest.FenceNode(target, parse.GetValue(action)!, By + parse.GetValue(reason)), wait, c), cancel)
            : throw new CommandException(ExitCode.Usage, "which node?", "truce fence -- NODE; truce fence --help shows the rest"));
        return context.Location.AddTo(command);
    }

    private static async Task<ExitCode> FenceAsync(
        CliContext context, ParseResult parse, ICluster cluster, ClientRequest.FenceNode request, WaitOptions wait, CancellationToken cancel)
    {
        Outcome outcome = new(context, parse, cluster);
        ClientReply.Done asked = await cluster.AskAsync<ClientReply.Done>(request, cancel).ConfigureAwait(false);
        outcome.Warn(asked);
        if (wait.Limit(parse) is not { } limit)
        {
            outcome.Print($"{request.Action} of {request.Node} is ordered ({asked.Subject}); truce fence history tells the result", asked);
            return ExitCode.Done;
        }

        FenceRecord result = await EndOfAsync(context, cluster, asked.Subject, limit, cancel).ConfigureAwait(false);
        if (result.Result is not ("done" or "confirmed"))
            throw new CommandException(
                ExitCode.No, $"{request.Action} of {request.Node}: {result.Result}{(result.Reason.Length > 0 ? $": {result.Reason}" : "")}",
                "see truce fence history; if you can see that the node is off: truce fence confirm NODE");
        outcome.Print($"{request.Action} of {request.Node} is done, by {result.By} with {result.Device}", asked);
        return ExitCode.Done;
    }

    private static async Task<FenceRecord> EndOfAsync(
        CliContext context, ICluster cluster, string id, TimeSpan limit, CancellationToken cancel)
    {
        FenceRecord? record = null;
        bool ended = await Waiting.UntilAsync(context.Time, limit, HasEndedAsync, cancel).ConfigureAwait(false);
        return ended ? record! : throw new CommandException(
            ExitCode.TimedOut, $"fencing {id} has not ended within {limit.TotalSeconds:0.#} s; it goes on", "see truce fence history");

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
        Argument<string?> node = new("NODE") { Description = "Only this node's", Arity = ArgumentArity.ZeroOrOne };
        Command command = new("history", "Every shot, with its cause and the evidence") { node };
        command.SetAction((parse, cancel) => context.OnClusterAsync(parse, async (cluster, c) =>
        {
            ClientReply.FenceHistory history = await cluster.AskAsync<ClientReply.FenceHistory>(
                new ClientRequest.GetFenceHistory(), c).ConfigureAwait(false);
            FenceRecord[] items = [.. history.Items.Where(f => parse.GetValue(node) is not { } n || f.Target == n)];
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
            output.WriteLine("nothing was fenced");
        foreach (FenceRecord fence in items)
        {
            string by = fence.By.Length > 0 ? $" by {fence.By}" : "";
            string device = fence.Device.Length > 0 ? $" with {fence.Device}" : "";
            string took = fence.End is { } end ? $" after {(end - fence.Begin).TotalSeconds:0.0} s" : "";
            output.WriteLine($"{fence.Begin.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z {fence.Action} {fence.Target}{by}{device}: {fence.Result}{took}");
            output.WriteLine($"    {CauseOf(fence.Cause)}: {fence.Evidence}");
            if (fence.Reason.Length > 0)
                output.WriteLine($"    device: {fence.Reason}");
            if (fence.Guard.Length > 0)
                output.WriteLine($"    guard: {fence.Guard}");
        }
    }

    private static string CauseOf(FenceCauseRecord cause) =>
        cause.Resource.Length > 0 ? $"{cause.Kind} ({cause.Operation} of {cause.Resource})" : cause.Kind;

    private static Command Release(CliContext context)
    {
        Argument<string> node = new("NODE") { Description = "The node" };
        Option<string> reason = new("--reason") { Description = "What was mended, for the fence history", HelpName = "TEXT", DefaultValueFactory = _ => "mended" };
        WaitOptions wait = new();
        Command command = wait.AddTo(new Command("release", "Fencing of NODE failed, and its cause is mended: try again at once") { node, reason });
        command.SetAction((parse, cancel) => context.OnClusterAsync(parse, async (cluster, c) =>
        {
            string name = parse.GetValue(node)!;
            ClientReply.Done done = await cluster.AskAsync<ClientReply.Done>(
                new ClientRequest.ReleaseFencing(name, By + parse.GetValue(reason)), c).ConfigureAwait(false);
            return await new Outcome(context, parse, cluster).TellAsync($"fencing of {name} is tried again", done, wait, c).ConfigureAwait(false);
        }, cancel));
        return command;
    }

    private static Command Confirm(CliContext context)
    {
        Argument<string> node = new("NODE") { Description = "The node" };
        Option<bool> off = new("--it-is-off") { Description = "You have seen with your own eyes that it has no power" };
        Option<string> reason = new("--reason") { Description = "How you know, for the fence history", HelpName = "TEXT", DefaultValueFactory = _ => "seen" };
        WaitOptions wait = new();
        Command command = wait.AddTo(new Command("confirm", "Vouch that NODE is off, when no device can") { node, off, reason });
        command.SetAction((parse, cancel) => context.OnClusterAsync(parse, async (cluster, c) =>
        {
            string name = parse.GetValue(node)!;
            if (!parse.GetValue(off))
                throw new CommandException(
                    ExitCode.Refused,
                    $"if {name} still runs, what it runs will be started a second time, and shared data is destroyed",
                    $"pull its plug, look that it is off, then: truce fence confirm {name} --it-is-off");
            ClientReply.Done done = await cluster.AskAsync<ClientReply.Done>(
                new ClientRequest.ConfirmFenced(name, By + parse.GetValue(reason)), c).ConfigureAwait(false);
            return await new Outcome(context, parse, cluster).TellAsync($"{name} counts as fenced", done, wait, c).ConfigureAwait(false);
        }, cancel));
        return command;
    }
}
