using System.CommandLine;
using Truce.Cli.Cluster;
using Truce.Cli.Editing;
using Truce.Contracts;

namespace Truce.Cli.Resources;

/// <summary>
/// <c>truce resource restart</c>: one request to the cluster, which stops and starts the resource where it
/// is. The configuration isn't changed, so nothing is left behind if this command is killed.
/// </summary>
internal static class RestartCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        Argument<string> resource = new("RESOURCE") { Description = "Its id" };
        Option<string?> on = new("--on") { Description = "Only where it runs on this node", HelpName = "NODE" };
        WaitOptions wait = new();
        Command command = wait.AddTo(new Command(
            "restart", "Stop RESOURCE and what depends on it, and start it again where it is") { resource, on });
        command.SetAction((parse, cancel) => context.OnClusterAsync(parse, async (cluster, c) =>
        {
            string id = parse.GetValue(resource)!;
            ClientReply.Configuration now = await cluster.AskAsync<ClientReply.Configuration>(
                new ClientRequest.GetConfiguration(null, false), c).ConfigureAwait(false);
            IReadOnlyCollection<string> inside = ResourceCommand.Inside(CibDocument.Parse(now.Xml), id);
            string[] before = Places(await cluster.StatusAsync(c).ConfigureAwait(false), inside);
            ClientReply.Done done = await cluster.AskAsync<ClientReply.Done>(
                new ClientRequest.Restart(id, parse.GetValue(on)), c).ConfigureAwait(false);
            if (wait.Limit(parse) is { } limit)
                await BackAsync(context, cluster, id, inside, before, limit, c).ConfigureAwait(false);
            new Outcome(context, parse, cluster).Print(
                wait.Limit(parse) is null ? $"{id} will be restarted" : $"{id} was stopped and started again", done);
            return ExitCode.Done;
        }, cancel));
        return command;
    }

    private static async Task BackAsync(
        CliContext context, ICluster cluster, string id, IReadOnlyCollection<string> inside, string[] before,
        TimeSpan limit, CancellationToken cancel)
    {
        bool isBack = await cluster.UntilAsync(
            context.Time, limit,
            s => s.IsAtRest(0) && Places(s, inside).SequenceEqual(before)
                && !s.Resources.Any(r => inside.Contains(r.Id) && r.Pending is not null),
            cancel).ConfigureAwait(false);
        if (!isBack)
            throw new CommandException(
                ExitCode.TimedOut, $"{id} has not been restarted where it was within {limit.TotalSeconds:0.#} s; the cluster continues",
                "see what delays it, or where it went: truce status");
    }

    private static string[] Places(ClusterStatusDocument status, IReadOnlyCollection<string> resources) =>
    [
        .. status.Resources
            .Where(r => r.IsActive && resources.Contains(r.Id))
            .Select(r => $"{r.Instance} {r.Node}").Order(StringComparer.Ordinal),
    ];
}
