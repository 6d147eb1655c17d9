using System.CommandLine;
using Truce.Cli.Changing;
using Truce.Cli.Cluster;
using Truce.Cli.Completing;
using Truce.Cli.Editing;
using Truce.Contracts;

namespace Truce.Cli.Resources.Making;

/// <summary>
/// <c>truce resource delete</c>: stops the resource first, while the cluster still knows how; only then is it
/// taken out of the configuration, with the constraints about it.
/// </summary>
internal static class DeleteCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        Argument<string> resource =
            new Argument<string>("RESOURCE") { Description = "Its id" }.SuggestingResources(context);
        ChangeOptions options = new();
        Command command = options.AddTo(new Command(
            "delete", "Stop RESOURCE, and delete it with the constraints about it") { resource });
        command.SetAction((parse, cancel) => context.OnClusterAsync(parse, async (cluster, c) =>
        {
            string id = parse.GetValue(resource)!;
            bool canWait = !options.IsDryRun(parse) && options.Wait.Limit(parse) is not null;
            if (canWait)
                await StopAsync(context, parse, cluster, options, id, c).ConfigureAwait(false);
            return await new ChangeRun(context, parse, cluster, options).RunAsync(
                new Change($"resource delete {id}", $"{id} is deleted", d => Delete(d, id)),
                    c).ConfigureAwait(false);
        }, cancel));
        return command;
    }

    private static async Task StopAsync(
        CliContext context, ParseResult parse, ICluster cluster, ChangeOptions options, string id,
            CancellationToken cancel)
    {
        IReadOnlyCollection<string> inside =
            ResourceCommand.Inside(await cluster.DocumentAsync(cancel).ConfigureAwait(false), id);
        if (!IsActive(await cluster.StatusAsync(cancel).ConfigureAwait(false), inside))
            return;
        await new ChangeRun(context, parse, cluster, options).MakeAsync(
            new Change($"resource delete {id}: stop it first", "", d =>
                d.SetPair(d.Resource(id), "meta_attributes", "target-role", "Stopped")),
                    cancel).ConfigureAwait(false);
        ClusterStatusDocument after = await cluster.StatusAsync(cancel).ConfigureAwait(false);
        if (IsActive(after, inside))
            throw new CommandException(
                ExitCode.No, $"{id} doesn't stop, and was not deleted; it is disabled now",
                $"see why: truce status, truce resource failures {id}; "
                + $"to let it run again: truce resource enable {id}");
    }

    private static bool IsActive(ClusterStatusDocument status, IReadOnlyCollection<string> inside) =>
        status.Resources.Any(r => r.Node is not null && r.Role != "Stopped" && inside.Contains(r.Id));

    private static bool Delete(CibDocument document, string id)
    {
        ResourceEdits.Delete(document, id);
        return true;
    }
}
