using System.CommandLine;
using Truce.Cli.Changing;
using Truce.Cli.Cluster;
using Truce.Cli.Completing;
using Truce.Cli.Editing;
using Truce.Contracts;

namespace Truce.Cli.Resources;

/// <summary>
/// <c>truce resource move</c>, <c>ban</c> and <c>clear</c>. A move is a preference that carries its own end.
/// Once the resource is there, the preference is removed if the resource stays without it, so that no
/// constraint is left behind to surprise an administrator later. If it would not stay, the preference is kept
/// for the requested time, and the status lists it among the holds.
/// </summary>
internal static class MoveCommand
{
    /// <summary><c>resource move RESOURCE NODE</c>.</summary>
    public static Command Move(CliContext context)
    {
        Argument<string> resource = new Argument<string>("RESOURCE") { Description = "Its id" }
            .SuggestingResources(context);
        Argument<string?> node = new Argument<string?>("NODE")
        {
            Description = "Where to; the node that is next best by default",
            Arity = ArgumentArity.ZeroOrOne,
        }.SuggestingNodes(context);
        Option<TimeSpan?> hold = HoldOption("Hold it there for this long, even if it would otherwise move away");
        ChangeOptions options = new();
        Command command = options.AddTo(
            new Command("move", "Move RESOURCE, or the promoted one of its instances, to NODE")
            { resource, node, hold });
        command.SetAction((parse, cancel) => context.OnClusterAsync(
            parse, (cluster, c) => new Mover(context, parse, cluster, options)
            {
                Resource = parse.GetValue(resource)!,
                Node = parse.GetValue(node) ?? "",
                Hold = parse.GetValue(hold),
            }.RunAsync(c), cancel));
        return command;
    }

    /// <summary><c>resource ban RESOURCE NODE</c>.</summary>
    public static Command Ban(CliContext context)
    {
        Argument<string> resource =
            new Argument<string>("RESOURCE") { Description = "Its id" }.SuggestingResources(context);
        Argument<string> node =
            new Argument<string>("NODE") { Description = "The node to keep it off" }.SuggestingNodes(context);
        Option<TimeSpan?> hold = HoldOption("For this long; by default until resource clear");
        ChangeOptions options = new();
        Command command =
            options.AddTo(new Command("ban", "Keep RESOURCE off NODE") { resource, node, hold });
        command.SetAction((parse, cancel) => context.OnClusterAsync(parse, (cluster, c) =>
        {
            (string id, string where) = (parse.GetValue(resource)!, parse.GetValue(node)!);
            DateTimeOffset? until = parse.GetValue(hold) is { } length
                ? context.Time.GetUtcNow() + length : null;
            string end = until is { } at
                ? $"until {at.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z" : "until: truce resource clear " + id;
            return new ChangeRun(context, parse, cluster, options).RunAsync(
                new Change($"resource ban {id} {where}", $"{id} is banned from {where} {end}", d =>
                {
                    d.Resource(id);
                    return d.Ban(id, where, until);
                }), c);
        }, cancel));
        return command;
    }

    /// <summary><c>resource clear RESOURCE</c>.</summary>
    public static Command Clear(CliContext context)
    {
        Argument<string?> resource = new Argument<string?>("RESOURCE")
        {
            Description = "Its id; may be left out with --expired",
            Arity = ArgumentArity.ZeroOrOne,
        }.SuggestingResources(context);
        Option<string?> on = new("--on") { Description = "Only the constraints for this node", HelpName = "NODE" };
        Option<bool> expired = new("--expired") { Description = "Only those whose time is over" };
        ChangeOptions options = new();
        Command command = options.AddTo(new Command(
            "clear", "Remove the constraints of move and ban (or crm_resource) for RESOURCE")
            { resource, on, expired });
        command.SetAction((parse, cancel) => context.OnClusterAsync(parse, async (cluster, c) =>
        {
            string? id = parse.GetValue(resource);
            DateTimeOffset? overBy = parse.GetValue(expired) ? context.Time.GetUtcNow() : null;
            if (id is null && overBy is null)
            {
                throw new CommandException(
                    ExitCode.Usage, "clear: a resource is missing",
                    "truce resource clear RESOURCE; all that have expired: truce resource clear --expired");
            }

            ChangeRun run = new(context, parse, cluster, options);
            IReadOnlyList<string> gone = [];
            ClientReply.Done? done = await run.MakeAsync(
                new Change($"resource clear {id ?? "--expired"}", "", d =>
                {
                    if (id is not null)
                        d.Resource(id);
                    if (parse.GetValue(on) is { } node)
                        d.Require(node);
                    gone = d.Clear(id, parse.GetValue(on), overBy);
                    return gone.Count > 0;
                }), c).ConfigureAwait(false);
            string what = overBy is null ? "moves or bans" : "expired moves or bans";
            run.Print(
                gone.Count == 0 ? $"{id ?? "the cluster"} has no {what}"
                    : $"{id ?? "the cluster"} no longer has {string.Join(", ", gone)}",
                done);
            return ExitCode.Done;
        }, cancel));
        return command;
    }

    private static Option<TimeSpan?> HoldOption(string description) => new("--for")
    {
        Description = description,
        HelpName = "LENGTH",
        CustomParser = result => Durations.ParseOption(result),
    };
}
