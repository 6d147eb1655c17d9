using System.CommandLine;
using Truce.Cli.Cluster;
using Truce.Cli.Printing;
using Truce.Contracts;

namespace Truce.Cli.Events;

/// <summary><c>truce events</c>: what happened, in the cluster's order.</summary>
internal static class EventsCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        Option<bool> follow = new("--follow", "-f") { Description = "Keep showing what happens from now on; stop with Ctrl-C" };
        Option<long> after = new("--after") { Description = "Only events after this index", HelpName = "INDEX" };
        Option<int> last =
            new("--last") { Description = "Only the last N", HelpName = "N", DefaultValueFactory = _ =>
                EventPages.Size };
        Command command = new("events", "Show what happened") { follow, after, last };
        command.SetAction(async (parse, cancel) =>
        {
            using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(cancel, context.OutputEnded);
            return await context.OnClusterAsync(parse, (cluster, c) =>
                RunAsync(new Run(context.Output, parse.GetValue(context.Json), parse.GetValue(follow)), cluster,
                    parse.GetValue(after), parse.GetValue(last), c), ended.Token).ConfigureAwait(false);
        });
        return context.Location.AddTo(command);
    }

    private sealed record Run(TextWriter Output, bool Json, bool Follow);

    private static async Task<ExitCode> RunAsync(Run run, ICluster cluster, long after, int last, CancellationToken cancel)
    {
        IReadOnlyList<ClusterEvent> all =
            await EventPages.AfterAsync(cluster, after, cancel).ConfigureAwait(false);
        IReadOnlyList<ClusterEvent> events = [.. all.TakeLast(Math.Max(0, last))];
        after = all.Count == 0 ? after : all[^1].Index;
        Print(run, events);
        return run.Follow ? await FollowAsync(run, cluster, after, cancel).ConfigureAwait(false) : ExitCode.Done;
    }

    private static async Task<ExitCode> FollowAsync(Run run, ICluster cluster, long after, CancellationToken cancel)
    {
        try
        {
            await foreach (ClusterEvent one in cluster.EventsAsync(after, cancel).ConfigureAwait(false))
                Print(run, [one]);
            return ExitCode.Done;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return ExitCode.Done;
        }
    }

    // A stream is a document a line; a list is one document.
    private static void Print(Run run, IReadOnlyList<ClusterEvent> events)
    {
        if (run is { Json: true, Follow: false })
            run.Output.WriteJson(events, CliJson.Indented.IReadOnlyListClusterEvent);
        foreach (ClusterEvent one in run is { Json: true, Follow: false } ? [] : events)
        {
            if (run.Json)
                run.Output.WriteJson(one, CliJson.OneLine.ClusterEvent);
            else
                run.Output.WriteLine(EventText.Line(one));
        }

        run.Output.Flush();
    }
}
