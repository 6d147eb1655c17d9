using System.CommandLine;
using Truce.Cli.Cluster;
using Truce.Cli.Editing;
using Truce.Contracts;

namespace Truce.Cli.Resources;

/// <summary>
/// <c>truce resource move</c>, <c>ban</c> and <c>clear</c>. A move is a preference that carries its own end. As soon
/// as the resource is there, the preference is taken away again if the resource stays without it, so that nothing
/// is left behind that would surprise somebody later; if it would not stay, it is kept for as long as was asked for,
/// and the status lists it among what is held.
/// </summary>
internal static class MoveCommand
{
    /// <summary><c>resource move RESOURCE NODE</c>.</summary>
    public static Command Move(CliContext context)
    {
        Argument<string> resource = new("RESOURCE") { Description = "Its id" };
        Argument<string> node = new("NODE") { Description = "Where to" };
        Option<TimeSpan?> hold = HoldOption("Keep it there for so long, whatever else would draw it away");
        WaitOptions wait = new();
        Command command = wait.AddTo(new Command("move", "Move RESOURCE to NODE; leaves nothing behind") { resource, node, hold });
        command.SetAction((parse, cancel) => context.OnClusterAsync(parse, (cluster, c) => new Mover(context, parse, cluster)
        {
            Resource = parse.GetValue(resource)!,
            Node = parse.GetValue(node)!,
            Hold = parse.GetValue(hold),
            Limit = wait.Limit(parse) ?? Waiting.Default,
        }.RunAsync(c), cancel));
        return command;
    }

    /// <summary><c>resource ban RESOURCE NODE</c>.</summary>
    public static Command Ban(CliContext context)
    {
        Argument<string> resource = new("RESOURCE") { Description = "Its id" };
        Argument<string> node = new("NODE") { Description = "Where it must not be" };
        Option<TimeSpan?> hold = HoldOption("For so long; without it until resource clear");
        WaitOptions wait = new();
        Command command = wait.AddTo(new Command("ban", "Keep RESOURCE off NODE") { resource, node, hold });
        command.SetAction((parse, cancel) => context.OnClusterAsync(parse, async (cluster, c) =>
        {
            (string id, string where) = (parse.GetValue(resource)!, parse.GetValue(node)!);
            DateTimeOffset? until = parse.GetValue(hold) is { } length ? context.Time.GetUtcNow() + length : null;
            ClientReply.Done? done = await cluster.ChangeAsync($"resource ban {id} {where}", xml =>
            {
                CibDocument document = CibDocument.Parse(xml);
                document.Resource(id);
                document.Ban(id, where, until);
                return document.Text;
            }, c).ConfigureAwait(false);
            string end = until is { } at ? $"until {at.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z" : "until: truce resource clear " + id;
            return await new Outcome(context, parse, cluster).TellAsync($"{id} is kept off {where} {end}", done, wait, c).ConfigureAwait(false);
        }, cancel));
        return command;
    }

    /// <summary><c>resource clear RESOURCE</c>.</summary>
    public static Command Clear(CliContext context)
    {
        Argument<string> resource = new("RESOURCE") { Description = "Its id" };
        Option<string?> on = new("--on") { Description = "Only what was said about this node", HelpName = "NODE" };
        WaitOptions wait = new();
        Command command = wait.AddTo(new Command("clear", "Take away what move and ban (or crm_resource) left for RESOURCE") { resource, on });
        command.SetAction((parse, cancel) => context.OnClusterAsync(parse, async (cluster, c) =>
        {
            string id = parse.GetValue(resource)!;
            IReadOnlyList<string> gone = [];
            ClientReply.Done? done = await cluster.ChangeAsync($"resource clear {id}", xml =>
            {
                CibDocument document = CibDocument.Parse(xml);
                document.Resource(id);
                gone = document.Clear(id, parse.GetValue(on));
                return gone.Count == 0 ? null : document.Text;
            }, c).ConfigureAwait(false);
            string said = gone.Count == 0 ? $"{id} is free of moves and bans" : $"{id} is free of {string.Join(", ", gone)}";
            return await new Outcome(context, parse, cluster).TellAsync(said, done, wait, c).ConfigureAwait(false);
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
